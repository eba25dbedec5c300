from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from catalogue import low_stock, picture_fetches, reminders, slices, staging, stocktakes, words
from shopping.hints import wake, wake_soon

log = logging.getLogger(__name__)


@shared_task(name="catalogue.sweep_reminders")
def sweep_reminders() -> None:
    """Write to everybody whose wait is over."""
    while reminders.tell() == reminders.BATCH:
        pass


@shared_task(name="catalogue.sweep_words")
def sweep_words() -> None:
    """Let products be found by the new names of their shops and categories."""
    while words.recut():
        pass


@shared_task(name=staging.WORKER)
def sweep_imports() -> None:
    """One slice of an import; woken while there is more, behind whatever else waits; swept by beat."""
    if slices.work():
        wake(staging.WORKER)


@shared_task(name="catalogue.sweep_old_imports")
def sweep_old_imports() -> None:
    """Forget the files of long ago."""
    while staging.forget_old():
        pass


@shared_task(name=picture_fetches.WORKER)
def fetch_pictures() -> None:
    """One batch of what imports name; woken while there is more, behind whatever else waits; swept by
    beat."""
    if picture_fetches.work():
        wake_soon(picture_fetches.WORKER)


@shared_task(name=stocktakes.TASK)
def apply_stocktake(stocktake_pk: int) -> None:
    """Apply one slice of what was counted; woken while there is more, behind whatever else waits."""
    if stocktakes.apply_slice(stocktake_pk):
        wake(stocktakes.TASK, stocktake_pk)


@shared_task(name="catalogue.sweep_stocktakes")
def sweep_stocktakes() -> None:
    """Go on with what no hint reached, or a worker left."""
    for stocktake_pk in stocktakes.applying():
        try:
            apply_stocktake(stocktake_pk)
        except Exception:
            log.exception("stocktake %s is not applied", stocktake_pk)


@shared_task(name="catalogue.sweep_low_stock")
def sweep_low_stock() -> None:
    """See what has run low, and tell the shops whose day has come."""
    low_stock.look()
    for merchant_pk in low_stock.untold(timezone.now()):
        try:
            low_stock.tell(merchant_pk)
        except Exception:
            log.exception("shop %s is not told of what runs low", merchant_pk)
