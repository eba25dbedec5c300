from __future__ import annotations

from celery import shared_task

from catalogue import reminders, words


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
