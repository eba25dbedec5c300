"""Beat's clock: it lives in memory, shows that it goes, and asks for no sweep that still waits for a
worker."""

from __future__ import annotations

from typing import Any

from celery import beat

from shopping import errands
from shopping.environment import env


class Scheduler(beat.Scheduler):
    """Celery's, which sends each tick; here a tick of what waits already sends nothing.

    It touches BEAT_ALIVE_FILE at each round, and sleeps for some seconds at the most between two.
    """

    max_interval = 5

    def tick(self, *args: Any, **named: Any) -> float:
        if env.beat_alive_file:
            env.beat_alive_file.touch()
        pause: float = super().tick(*args, **named)
        return pause

    def apply_async(  # type: ignore[override]
        self, entry: Any, producer: Any = None, *, advance: bool = True, **kwargs: Any
    ) -> Any:
        if not errands.is_new(entry.task):
            return self.reserve(entry) if advance else None
        try:
            return super().apply_async(entry, producer=producer, advance=advance, **kwargs)
        except Exception:
            errands.begun(entry.task)  # nothing was sent, so nothing waits
            raise
