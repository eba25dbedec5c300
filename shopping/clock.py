"""Beat's clock: Celery's own, which shows that it goes."""

from __future__ import annotations

from typing import Any

from celery.beat import Scheduler

from shopping.environment import env


class Clock(Scheduler):
    """Touches BEAT_ALIVE_FILE at each round; it sleeps for some seconds at the most between two."""

    max_interval = 5

    def tick(self, *args: Any, **named: Any) -> float:
        if env.beat_alive_file:
            env.beat_alive_file.touch()
        pause: float = super().tick(*args, **named)
        return pause
