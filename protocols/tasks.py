from __future__ import annotations

from celery import shared_task

from protocols.acp import feeds, order_events
from protocols.ucp.orders import news
from webhooks.models import Event


@shared_task(name=news.TASK)
def tell_platform_for_event(event_id: int) -> None:
    """Tell the platform whose order an event is about, as soon as it has happened."""
    event = Event.objects.filter(pk=event_id).first()
    if event is not None:
        tell(event)


@shared_task(name="protocols.sweep_orders")
def sweep_orders() -> None:
    """Tell of what no hint reached; swept by beat."""
    while news.sweep(tell) == news.BATCH:
        pass


@shared_task(name="protocols.push_acp_feeds")
def push_acp_feeds() -> None:
    """Push the product feeds whose time has come; swept by beat."""
    for feed_id in feeds.due():
        push_acp_feed.delay(feed_id)


@shared_task(name="protocols.push_acp_feed")
def push_acp_feed(feed_id: int) -> None:
    """Push one; another push of it at the same time does nothing."""
    feeds.push(feed_id)


def tell(event: Event) -> None:
    """By each protocol, to whoever placed its order by it."""
    news.tell(event)
    order_events.tell(event)
