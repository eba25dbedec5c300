"""How long an order's goods still wait for its payment, for a clock that counts down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils import timezone

from checkout.models import Order


@dataclass(frozen=True, slots=True)
class Held:
    """`seconds` are whole ones, never more than is true: the browser's own clock may be wrong."""

    until: datetime
    seconds: int

    @property
    def clock(self) -> str:
        """What is left, "14:34", until the page's script counts on."""
        return f"{self.seconds // 60}:{self.seconds % 60:02d}"

    @property
    def ends(self) -> str:
        """For a page without scripts: we do not know the shopper's own time."""
        return f"{self.until.astimezone(UTC):%H:%M} UTC"


def of(order: Order) -> Held | None:
    """None where nothing is held, or not any more."""
    if order.reserved_until is None:
        return None
    seconds = int((order.reserved_until - timezone.now()).total_seconds())
    return Held(order.reserved_until, seconds) if seconds > 0 else None
