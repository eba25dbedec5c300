from __future__ import annotations

from celery import shared_task

from shopping.hints import begun, wake
from webhooks import deliveries, sequences
from webhooks.events import SEQUENCER


@shared_task(name=SEQUENCER)
def sweep_events() -> None:
    """Number and fan out every event that has no number yet; woken by events, swept by beat."""
    begun(SEQUENCER)
    numbered = sequences.BATCH
    while numbered == sequences.BATCH:
        numbered, fresh = sequences.assign()
        for delivery_id in fresh:
            wake("webhooks.deliver", delivery_id)


@shared_task(name="webhooks.deliver", soft_time_limit=30)
def deliver(delivery_id: int) -> None:
    """One attempt; shorter than a delivery's lease even where the answer drips in."""
    deliveries.deliver(delivery_id)


@shared_task(name="webhooks.sweep_deliveries")
def sweep_deliveries() -> None:
    """Hint at whatever is due: retries, and deliveries whose first hint was lost."""
    for delivery_id in deliveries.due():
        wake("webhooks.deliver", delivery_id)
