"""What the courier knows of each endpoint: how much it bears, and the connections to it. In memory."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from webhooks import schedule
from webhooks.claims import FIRST
from webhooks.transport import Answer, Wire

# Attempts under way: of one endpoint, of all, and of those that were slow the last time.
MOST, ALL, SLOW = 32, 400, 200
# An answer that takes longer shows an endpoint that is slow.
QUICK_SECONDS = 0.5
# After so long without a message an endpoint is forgotten, and what it bears found out anew.
IDLE_SECONDS = 60.0


@dataclass
class Line:
    """One endpoint's: it bears `room` attempts at a time, `busy` are under way."""

    wire: Wire = field(default_factory=Wire)
    room: int = FIRST
    busy: int = 0
    held_until: float = 0.0
    used_at: float = field(default_factory=time.monotonic)

    @property
    def slow(self) -> bool:
        return self.room == 1

    def learn(self, answer: Answer, seconds: float) -> None:
        """One that takes messages quickly gets twice as many, any other the least there is.

        One that asks for time by Retry-After is left alone for it, with all that waits.
        """
        self.used_at = time.monotonic()
        quick = answer.accepted and seconds < QUICK_SECONDS
        self.room = min(2 * self.room, MOST) if quick else 1
        asked = schedule.asked_for(answer).total_seconds()
        self.held_until = max(self.held_until, self.used_at + asked)


class Lines:
    """Those of all endpoints that had something to deliver lately."""

    def __init__(self) -> None:
        self._lines: dict[int, Line] = {}

    def of(self, endpoint_id: int) -> Line:
        """The line to an endpoint, a new one where it is not known."""
        return self._lines.setdefault(endpoint_id, Line())

    def rooms(self) -> dict[int, int]:
        """By endpoint id, how many more attempts may begin. Slow ones share what is theirs, so that
        however many they are they leave place for the others."""
        now = time.monotonic()
        left = SLOW - sum(line.busy for line in self._lines.values() if line.slow)
        return {
            endpoint_id: 0
            if line.held_until > now or (line.slow and left <= 0)
            else max(line.room - line.busy, 0)
            for endpoint_id, line in self._lines.items()
        }

    def left(self) -> int:
        """How many attempts may begin in all."""
        return ALL - sum(line.busy for line in self._lines.values())

    async def forget_idle(self) -> None:
        """Close what nobody has used for `IDLE_SECONDS`."""
        now = time.monotonic()
        for endpoint_id, line in list(self._lines.items()):
            if not line.busy and max(line.used_at + IDLE_SECONDS, line.held_until) < now:
                del self._lines[endpoint_id]
                await line.wire.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        for line in self._lines.values():
            await line.wire.aclose()
        self._lines.clear()
