"""Counts the statements that PostgreSQL was sent, by its own log."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import psycopg2

# Opening and closing a transaction is no statement of ours, nor is what each connection begins with.
CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PREPARE")
MARK = "LOG:  statement: "


def _log_statements(url: str, wanted: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER SYSTEM SET log_statement = '{wanted}'")
        cursor.execute("SELECT pg_reload_conf()")
    connection.close()
    time.sleep(0.5)


def statements(url: str, log: Path, work: Callable[[], int]) -> float:
    """Statements a piece of `work`, which answers how many pieces it did.

    Nothing else may use the server meanwhile. Transaction control is not counted.
    """
    _log_statements(url, "all")
    before = log.stat().st_size
    done = work()
    time.sleep(0.3)
    with log.open("rb") as lines:
        lines.seek(before)
        text = lines.read().decode(errors="replace")
    _log_statements(url, "none")
    sent = [line.split(MARK, 1)[1] for line in text.splitlines() if MARK in line]
    ours = [s for s in sent if not s.lstrip().upper().startswith((*CONTROL, "ALTER SYSTEM"))]
    return len(ours) / done
