from __future__ import annotations

from celery import shared_task

from protocols.ucp.orders import news
from webhooks.models import Event


@shared_task(name=news.TASK)
def tell_platform_for_event(event_id: int) -> None:
    """Tell the platform whose order an event is about, as soon as it has happened."""
    event = Event.objects.filter(pk=event_id).first()
    if event is not None:
        news.tell(event)


@shared_task(name="protocols.sweep_orders")
def sweep_orders() -> None:
    """Tell of what no hint reached; swept by beat."""
    while news.sweep() == news.BATCH:
        pass
