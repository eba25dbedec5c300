from __future__ import annotations

from celery import shared_task

from feeds import drafts, pictures


@shared_task(name="feeds.sweep_drafts")
def sweep_drafts() -> None:
    """Delete old drafts, and the pictures that nothing shows any more."""
    drafts.sweep()
    while pictures.sweep() >= pictures.BATCH:
        pass
