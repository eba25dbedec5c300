"""Takes what is due, a little of each endpoint's, so that no endpoint stands before another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from shopping import rows
from webhooks import endpoints
from webhooks.models import Delivery, Endpoint, Event

# Longer than an attempt may last (`webhooks.transport.DEADLINE`), so a lease ends only with its
# courier.
LEASE = timedelta(seconds=60)
# How many an endpoint gets under way of which the courier knows nothing yet.
FIRST = 2

# The endpoints that have something waiting are found by one look at the index for each; then each
# gives its own few that are due. Whatever others hold is passed over.
CLAIM = """
WITH RECURSIVE waiting (endpoint_id) AS (
    (SELECT endpoint_id FROM webhooks_delivery WHERE status = 'pending'
     ORDER BY endpoint_id LIMIT 1)
    UNION ALL
    SELECT (SELECT endpoint_id FROM webhooks_delivery
            WHERE status = 'pending' AND endpoint_id > waiting.endpoint_id
            ORDER BY endpoint_id LIMIT 1)
    FROM waiting WHERE waiting.endpoint_id IS NOT NULL
), room AS (
    SELECT endpoint_id, coalesce(known.room, %s) AS room
    FROM waiting LEFT JOIN unnest(%s::bigint[], %s::int[]) AS known (endpoint_id, room)
        USING (endpoint_id)
    WHERE endpoint_id IS NOT NULL ORDER BY random()
), due AS (
    SELECT theirs.id FROM room CROSS JOIN LATERAL (
        SELECT id FROM webhooks_delivery
        WHERE endpoint_id = room.endpoint_id AND status = 'pending' AND next_attempt_at <= now()
        ORDER BY next_attempt_at, id LIMIT room.room
        FOR NO KEY UPDATE SKIP LOCKED
    ) AS theirs LIMIT %s
)
UPDATE webhooks_delivery AS delivery
SET attempts = delivery.attempts + 1, next_attempt_at = now() + %s
FROM due, webhooks_event AS event, webhooks_endpoint AS endpoint
WHERE delivery.id = due.id AND event.id = delivery.event_id AND endpoint.id = delivery.endpoint_id
RETURNING {columns}
"""


def claim(rooms: Mapping[int, int] | None = None, *, limit: int = 100) -> list[Delivery]:
    """Take up to `limit` due deliveries, the oldest first, and of no endpoint more than its room.

    `rooms` says by endpoint id how many may be taken; an endpoint that it does not name has room
    for `FIRST`. Each comes with its event and endpoint, and is the caller's until its
    `next_attempt_at`: one statement counts the attempt and moves the next one past the lease, so two
    couriers never hold the same delivery. One that dies leaves its claims due again when the lease
    ends: a receiver may get such a message twice, and never not at all. What waits for an endpoint
    that was switched off is given up instead.
    """
    known = dict(rooms or {})
    answers = rows.run(_text(), [FIRST, list(known), list(known.values()), limit, LEASE])
    claimed = sorted((_build(answer) for answer in answers), key=lambda delivery: delivery.pk)
    for endpoint_id in sorted({each.endpoint_id for each in claimed if not each.endpoint.active}):
        endpoints.give_up(endpoint_id)
    return [each for each in claimed if each.endpoint.active]


@cache
def _text() -> str:
    shapes = ((Delivery, "delivery"), (Event, "event"), (Endpoint, "endpoint"))
    return CLAIM.format(columns=", ".join(rows.columns(*shape) for shape in shapes))


def _build(answer: Sequence[Any]) -> Delivery:
    """The delivery of one row of the answer, with its event and endpoint."""
    first, second = rows.width(Delivery), rows.width(Delivery) + rows.width(Event)
    delivery = rows.build(Delivery, answer[:first])
    delivery.event = rows.build(Event, answer[first:second])
    delivery.endpoint = rows.build(Endpoint, answer[second:])
    return delivery
