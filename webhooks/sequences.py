"""Gives each event its place in the log, and puts it on its way to whoever subscribed."""

from __future__ import annotations

from django.db import connection, transaction

# Any constant; pg_locks shows it. The session holds it until its transaction ends.
SEQUENCER_LOCK = 7_361_001
BATCH = 500

NUMBER_AND_FAN_OUT = """
WITH fresh AS (
    SELECT id, row_number() OVER (ORDER BY id) AS place
    FROM webhooks_event WHERE sequence IS NULL ORDER BY id LIMIT %(batch)s
), last AS (
    SELECT coalesce(max(sequence), 0) AS sequence FROM webhooks_event
), numbered AS (
    UPDATE webhooks_event AS event SET sequence = last.sequence + fresh.place
    FROM fresh, last WHERE event.id = fresh.id
    RETURNING event.id, event.type, event.merchant_id
), made AS (
    INSERT INTO webhooks_delivery
        (event_id, endpoint_id, status, attempts, next_attempt_at, last_answer, created_at)
    SELECT numbered.id, endpoint.id, 'pending', 0, now(), '', now()
    FROM numbered JOIN webhooks_endpoint AS endpoint
        ON endpoint.active
        AND (endpoint.merchant_id IS NULL OR endpoint.merchant_id = numbered.merchant_id)
        AND (endpoint.types = '{}' OR numbered.type = ANY (endpoint.types))
    ON CONFLICT (event_id, endpoint_id) DO NOTHING
    RETURNING id
)
SELECT (SELECT count(*) FROM numbered), ARRAY(SELECT id FROM made)
"""


def assign() -> tuple[int, list[int]]:
    """Number up to `BATCH` committed events and write their deliveries, in one transaction.

    Numbers are given after the events' own commits and under an advisory lock that is held until
    ours, so they become visible in their order: whoever has read up to n will never find a new
    event at or below n. Returns how many events were numbered and the new deliveries' ids.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        # A statement of its own: the next one must see what the former holder committed.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEQUENCER_LOCK])
        cursor.execute(NUMBER_AND_FAN_OUT, {"batch": BATCH})
        numbered, deliveries = cursor.fetchone()
    return numbered, deliveries
