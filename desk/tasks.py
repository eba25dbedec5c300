"""Tasks of the desk: each names a verb, bears repetition, and finds its work in rows."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from desk import applications, days

# What is not done by then is the next sweep's.
LONGEST = timedelta(seconds=45)


@shared_task(name="desk.keep_days")
def keep_days() -> None:
    """Add up the days of merchants that are over."""
    days.keep_finished(until=timezone.now() + LONGEST)


@shared_task(name="desk.tell_decided")
def tell_decided() -> None:
    """Mail whoever applied to sell what became of it."""
    while applications.tell_decided() == applications.BATCH:
        pass
