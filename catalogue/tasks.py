from __future__ import annotations

from celery import shared_task

from catalogue import reminders, slices, staging, words
from shopping.hints import wake


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
