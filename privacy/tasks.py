"""Tasks of privacy: each names a verb, bears repetition, and finds its work in rows."""

from __future__ import annotations

from celery import shared_task

from privacy import erasures, exports
from shopping.hints import wake


@shared_task(name=exports.WORKER)
def sweep_exports() -> None:
    """One slice of a copy; woken while there is more, swept by beat."""
    if exports.work():
        wake(exports.WORKER)


@shared_task(name=erasures.WORKER)
def sweep_erasures() -> None:
    """One erasure that is due; woken while there is another, swept by beat."""
    if erasures.work():
        wake(erasures.WORKER)


@shared_task(name="privacy.sweep_old_exports")
def sweep_old_exports() -> None:
    """Delete copies whose time is over."""
    while exports.forget_old():
        pass
