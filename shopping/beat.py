"""Beat's clock: it lives in memory, and asks for no sweep that still waits for a worker."""

from __future__ import annotations

from typing import Any

from celery import beat

from shopping import errands


class Scheduler(beat.Scheduler):
    """Celery's, which sends each tick; here a tick of what waits already sends nothing."""

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
