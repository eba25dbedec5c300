from __future__ import annotations

from celery import shared_task

from catalogue import reminders


@shared_task(name="catalogue.sweep_reminders")
def sweep_reminders() -> None:
    """Write to everybody whose wait is over."""
    while reminders.tell() == reminders.BATCH:
        pass
