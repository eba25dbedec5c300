# ruff: noqa: S608 - the texts are made of our own words, never of input
"""The queue of a drop: who comes when more want in than are served at a time.

Places are rows in the order of arrival, one a principal; docs/adr/0085 says why it is fair. While
as many may buy as come, everybody's turn begins with their place, and nobody sees a queue.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction

from catalogue.models import Drop
from checkout.cart_owners import Owner
from checkout.errors import QueueFirst
from shopping import rows

TURN_SECONDS = 180  # to open the sheet and press Pay
# More turns than pieces: some of those who have one look, and leave.
TURNS_PER_PIECE = 2
# Whose page has not asked for so long keeps their place, and is passed over.
AWAY_SECONDS = 60
SEEN_EVERY = 20  # seconds between two notes that somebody is still there
FORGET_AFTER_DAYS = 2
# One of PostgreSQL's advisory locks a drop; the number tells them from those of others.
LOCK_CLASS = 0x0085

LOCK = "SELECT pg_advisory_xact_lock(%s, %s)"
TRY_LOCK = "SELECT pg_try_advisory_xact_lock(%s, %s)"
PASSED = """
DELETE FROM checkout_dropticket
WHERE drop_id = %s AND principal = %s AND turn_until <= statement_timestamp()
"""
JOIN = """
INSERT INTO checkout_dropticket (drop_id, principal, created_at, seen_at)
VALUES (%s, %s, statement_timestamp(), statement_timestamp())
ON CONFLICT (principal, drop_id) DO UPDATE SET seen_at = excluded.seen_at
"""
LEFT = """coalesce((SELECT sum(greatest(item.on_hand - item.reserved, 0))
    FROM catalogue_stockitem item JOIN catalogue_variant v ON v.id = item.variant_id AND v.active
    WHERE v.product_id = d.product_id), 0)"""
TURNS = """(SELECT count(*) FROM checkout_dropticket t WHERE t.drop_id = d.id
    AND t.placed_at IS NULL AND t.turn_until > statement_timestamp())"""
THERE = f"""t.turn_until IS NULL
    AND t.seen_at > statement_timestamp() - interval '{AWAY_SECONDS} seconds'"""
CALL = f"""
WITH next AS (
    SELECT t.id FROM checkout_dropticket t WHERE t.drop_id = %s AND {THERE} ORDER BY t.id
    LIMIT (SELECT greatest(least(%s::bigint, %s::bigint * {LEFT}) - {TURNS}, 0) FROM catalogue_drop d
           WHERE d.id = %s AND d.opens_at <= statement_timestamp()
           AND (d.ends_at IS NULL OR d.ends_at > statement_timestamp()))
)
UPDATE checkout_dropticket t SET turn_until = statement_timestamp() + make_interval(secs => %s)
FROM next WHERE t.id = next.id
"""
SEEN = f"""
UPDATE checkout_dropticket SET seen_at = statement_timestamp()
WHERE drop_id = %s AND principal = %s
AND seen_at < statement_timestamp() - interval '{SEEN_EVERY} seconds'
"""
# Drops that have a queue in which the principal has no turn; of the turns that there are, the
# first order is noted.
USE = f"""
WITH used AS (
    UPDATE checkout_dropticket SET placed_at = coalesce(placed_at, statement_timestamp())
    WHERE drop_id = ANY (%s::bigint[]) AND principal = %s AND turn_until > statement_timestamp()
    RETURNING drop_id
)
SELECT d.id, d.public_id FROM catalogue_drop d WHERE d.id = ANY (%s::bigint[])
AND d.id NOT IN (SELECT drop_id FROM used)
AND EXISTS (SELECT FROM checkout_dropticket t WHERE t.drop_id = d.id AND {THERE})
"""
WAITS = f"""
SELECT EXISTS (SELECT FROM checkout_dropticket t WHERE t.drop_id = %s AND {THERE})
AND NOT EXISTS (SELECT FROM checkout_dropticket t WHERE t.drop_id = %s AND t.principal = %s
                AND t.turn_until > statement_timestamp())
"""
COME_ALONG = """
UPDATE checkout_dropticket t SET principal = %s WHERE t.principal = %s AND NOT EXISTS (
    SELECT FROM checkout_dropticket own WHERE own.drop_id = t.drop_id AND own.principal = %s)
"""
LEAVE = "DELETE FROM checkout_dropticket WHERE drop_id = %s AND principal = %s"
LEFT_BEHIND = "DELETE FROM checkout_dropticket WHERE principal = %s"
FORGET = """
DELETE FROM checkout_dropticket WHERE seen_at < now() - make_interval(days => %s)
"""


def enter(drop: Drop, *, principal: str) -> None:
    """A place in the queue of `drop`, or the one that they have; their turn where nobody waits.

    Whose turn has passed gets a new place, at the end. Takes the queue's lock for one short
    transaction, so that places are in the order in which people came.
    """
    with transaction.atomic():
        rows.run(LOCK, [LOCK_CLASS, drop.pk])
        rows.run(PASSED, [drop.pk, principal])
        rows.run(JOIN, [drop.pk, principal])
        _call(drop.pk)


def call(drop_pk: int) -> None:
    """Give the turns that are free to the first who wait and are there.

    Whoever finds another one at it leaves it to them.
    """
    with transaction.atomic():
        if rows.run(TRY_LOCK, [LOCK_CLASS, drop_pk])[0][0]:
            _call(drop_pk)


def _call(drop_pk: int) -> None:
    most, each = settings.DROP_TURNS, TURNS_PER_PIECE
    rows.run(CALL, [drop_pk, most, each, drop_pk, TURN_SECONDS])


def seen(drop_pk: int, *, principal: str) -> None:
    """Note that they are still there."""
    rows.run(SEEN, [drop_pk, principal])


def leave(drop: Drop, *, principal: str) -> None:
    """Give a place or a turn up; without one, nothing."""
    rows.run(LEAVE, [drop.pk, principal])
    call(drop.pk)


def has_to_wait(drop: Drop, *, principal: str) -> bool:
    """Whether others wait for `drop`, and it is not this principal's turn."""
    return bool(rows.run(WAITS, [drop.pk, drop.pk, principal])[0][0])


def use(drops: Sequence[int], *, principal: str) -> None:
    """Order of `drops` (primary keys) in one's turn, or while nobody waits. One statement.

    In the transaction that writes the order; without a drop it runs nothing. Raises QueueFirst.
    """
    if not drops:
        return
    for _key, public_id in rows.run(USE, [list(drops), principal, list(drops)]):
        raise QueueFirst(public_id)


def come_along(guest: str, *, user_id: int) -> None:
    """Let a guest who signs in keep their places; where they have one as a member, that one."""
    mine, before = Owner(user_id).principal, Owner(guest=guest).principal
    with transaction.atomic():
        rows.run(COME_ALONG, [mine, before, mine])
        rows.run(LEFT_BEHIND, [before])


def forget() -> None:
    """Delete the places of queues that are long over."""
    rows.run(FORGET, [FORGET_AFTER_DAYS])
