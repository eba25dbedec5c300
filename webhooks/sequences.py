"""Gives each event its place in the log, and puts it on its way to whoever subscribed."""

from __future__ import annotations

from django.db import connection, transaction

from webhooks.types import TEST

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
), heard AS (
    SELECT numbered.id AS event_id, endpoint.id AS endpoint_id,
        row_number() OVER (PARTITION BY endpoint.id ORDER BY numbered.id) AS place
    FROM numbered JOIN webhooks_endpoint AS endpoint
        ON endpoint.active AND endpoint.form = ''
        AND (endpoint.merchant_id = numbered.merchant_id
             OR endpoint.merchant_id IS NULL AND NOT EXISTS (
                 SELECT FROM catalogue_merchant AS space
                 WHERE space.id = numbered.merchant_id AND space.test_of_id IS NOT NULL))
        AND (endpoint.types = '{}' OR numbered.type = ANY (endpoint.types))
    WHERE numbered.type <> %(test)s
), locked AS (
    SELECT id FROM webhooks_endpoint WHERE id IN (SELECT endpoint_id FROM heard)
    ORDER BY id FOR NO KEY UPDATE
), counted AS (
    UPDATE webhooks_endpoint AS endpoint SET last_sequence = endpoint.last_sequence + news.count
    FROM (SELECT endpoint_id, count(*) FROM heard GROUP BY endpoint_id) AS news
        JOIN locked ON locked.id = news.endpoint_id
    WHERE endpoint.id = locked.id
    RETURNING endpoint.id, endpoint.last_sequence - news.count AS before
), made AS (
    INSERT INTO webhooks_delivery (event_id, endpoint_id, sequence, status, attempts,
        next_attempt_at, last_answer, created_at)
    SELECT heard.event_id, heard.endpoint_id, counted.before + heard.place, 'pending', 0,
        now(), '', now()
    FROM heard JOIN counted ON counted.id = heard.endpoint_id
    ORDER BY heard.event_id, heard.endpoint_id
    ON CONFLICT (event_id, endpoint_id) DO NOTHING
)
SELECT count(*) FROM numbered
"""


def assign() -> int:
    """Number up to `BATCH` committed events and write their deliveries, in one transaction.

    Numbers are given after the events' own commits and under an advisory lock that is held until
    ours, so they become visible in their order: whoever has read up to n will never find a new
    event at or below n. Each endpoint's messages get numbers of their own, by the same order and
    without gaps: the log's would tell a shop how much all others sell. Locks, in key order, the
    endpoints that hear of something. Returns how many events were numbered.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        # A statement of its own: the next one must see what the former holder committed.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEQUENCER_LOCK])
        cursor.execute(NUMBER_AND_FAN_OUT, {"batch": BATCH, "test": TEST})
        (numbered,) = cursor.fetchone()
    return int(numbered)
