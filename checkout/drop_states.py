# ruff: noqa: S608 - the text is made of our own words, never of input
"""How a drop stands for one visitor: the one read behind its page and every question of its script."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings

from catalogue.models import Drop
from checkout.drop_queues import LEFT, THERE, TURN_SECONDS, TURNS, TURNS_PER_PIECE
from shopping import rows

Kind = Literal["before", "live", "queue", "turn", "sold_out", "ended"]

READ = f"""
SELECT statement_timestamp(), {LEFT},
    coalesce((SELECT sum(item.reserved) FROM catalogue_stockitem item
        JOIN catalogue_variant v ON v.id = item.variant_id WHERE v.product_id = d.product_id), 0),
    (SELECT count(*) FROM checkout_dropticket t WHERE t.drop_id = d.id AND {THERE}),
    {TURNS}, mine.turn_until, mine.id IS NOT NULL,
    mine.turn_until - mine.created_at > interval '{TURN_SECONDS + 1} seconds',
    (SELECT count(*) FROM checkout_dropticket t
        WHERE t.drop_id = d.id AND {THERE} AND t.id < mine.id)
FROM catalogue_drop d
LEFT JOIN checkout_dropticket mine ON mine.drop_id = d.id AND mine.principal = %s
WHERE d.id = %s
"""


@dataclass(frozen=True, slots=True)
class DropState:
    """What a visitor is told. Times are the server's; `left` and `total` are pieces."""

    kind: Kind
    now: datetime
    left: int
    total: int
    promised: int  # pieces of orders that wait for their payment: they may come back
    waiting: int  # people in the queue, all together
    ahead: int  # of them, who are before the visitor
    turn_until: datetime | None
    has_passed: bool  # the visitor had a turn, and let it pass
    has_room: bool  # somebody who waits could be called
    opens_in: int  # seconds until it opens, 0 from then on

    @property
    def clock(self) -> int:
        """The server's clock in milliseconds, for the script to count by."""
        return int(self.now.timestamp() * 1000)

    @property
    def countdown(self) -> tuple[int, int, int, int]:
        """Days, hours, minutes and seconds until it opens."""
        minutes, seconds = divmod(self.opens_in, 60)
        hours, minutes = divmod(minutes, 60)
        return *divmod(hours, 24), minutes, seconds

    @property
    def turn_minutes(self) -> int:
        """How long a turn lasts yet, the last minute counted whole."""
        rest = self.turn_until - self.now if self.turn_until else timedelta()
        return max(-(-rest // timedelta(minutes=1)), 0)

    @property
    def is_likely(self) -> bool:
        """Whether there is a piece for each who is before the visitor, and one for them."""
        return self.ahead < self.left


def read(drop: Drop, *, principal: str) -> DropState:
    """How `drop` stands for `principal` ("" for a stranger); one statement."""
    [row] = rows.run(READ, [principal, drop.pk])
    now, left, promised, waiting, turns, turn_until, has_ticket, has_waited, ahead = row
    return DropState(
        kind=_kind(
            drop,
            now,
            left=left,
            turn=turn_until,
            has_ticket=has_ticket,
            is_queue=waiting > 0 or bool(has_waited),
        ),
        now=now,
        left=int(left),
        total=max(drop.pieces or 0, int(left)),
        promised=int(promised),
        waiting=waiting,
        ahead=ahead,
        turn_until=turn_until,
        has_passed=turn_until is not None and turn_until <= now,
        has_room=waiting > 0 and turns < min(settings.DROP_TURNS, TURNS_PER_PIECE * left),
        opens_in=max(int((drop.opens_at - now).total_seconds()), 0),
    )


def _kind(
    drop: Drop, now: datetime, *, left: int, turn: datetime | None, has_ticket: bool, is_queue: bool
) -> Kind:
    if drop.has_ended(now):
        return "ended"
    if drop.opens_at > now:
        return "before"
    if not left:
        return "sold_out"
    if not has_ticket or (turn is not None and turn <= now):
        return "live"
    if turn is None:
        return "queue"
    # Where nobody waits or has waited, a turn is nothing that anybody has to know of.
    return "turn" if is_queue else "live"
