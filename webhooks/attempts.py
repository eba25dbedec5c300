"""The log of attempts: how long it is kept."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

KEPT = timedelta(days=30)
BATCH = 5_000

# Attempts are written in the order of their time, nearly: the oldest are the first of the key, so
# only they are looked at.
FORGET = """
DELETE FROM webhooks_attempt WHERE id IN (
    SELECT id FROM (SELECT id, started_at FROM webhooks_attempt ORDER BY id LIMIT %s) AS oldest
    WHERE started_at < now() - make_interval(secs => %s)
)
"""


def forget_old() -> int:
    """Delete up to `BATCH` attempts that are older than `KEPT`; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [BATCH, KEPT.total_seconds()])
        return int(cursor.rowcount)
