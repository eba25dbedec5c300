from __future__ import annotations

from celery import shared_task

from feeds import interests
from shopping.hints import begun


@shared_task(name=interests.READER)
def read_interests() -> None:
    """Look at what everybody does in public who is due; woken by what they do, swept by beat."""
    begun(interests.READER)
    while interests.read_due() == interests.BATCH:
        pass
