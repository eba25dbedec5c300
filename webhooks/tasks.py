from __future__ import annotations

from celery import shared_task

from shopping.hints import begun
from webhooks import attempts, replays, sequences
from webhooks.events import SEQUENCER


@shared_task(name=SEQUENCER)
def sweep_events() -> None:
    """Number and fan out every event that has no number yet; woken by events, swept by beat."""
    begun(SEQUENCER)
    while sequences.assign() == sequences.BATCH:
        pass


@shared_task(name=replays.WORKER)
def sweep_replays() -> None:
    """Work off what was asked for; woken when it is, swept by beat."""
    begun(replays.WORKER)
    while replays.work_off():
        pass


@shared_task(name="webhooks.sweep_attempts")
def sweep_attempts() -> None:
    """Forget attempts of long ago."""
    while attempts.forget_old() == attempts.BATCH:
        pass
