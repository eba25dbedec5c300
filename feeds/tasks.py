from __future__ import annotations

from celery import shared_task

from feeds import drop_notices


@shared_task(name="feeds.sweep_drops")
def sweep_drops() -> None:
    """Tell everybody of the drops that they wait for."""
    while drop_notices.tell() == drop_notices.BATCH:
        pass
