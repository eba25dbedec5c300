"""What the tables and the queues say of the site at this moment, for alarms and the dashboard.

Each question is one cheap statement over an index of what is open, and has `SECONDS`. Answers are
kept for `FRESH_SECONDS`: however many scrape, the database is asked once.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import Error, connection, transaction
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from redis import Redis
from redis.exceptions import RedisError

from shopping.environment import env
from shopping.monitoring.tasks import HEADER

log = logging.getLogger(__name__)

SECONDS = 2
FRESH_SECONDS = 10.0


@dataclass(frozen=True)
class Question:
    """A statement whose rows are `labels`, then a value for each of `metrics` (name → meaning)."""

    name: str
    metrics: dict[str, str]
    sql: str
    labels: tuple[str, ...] = ()


def waiting(name: str, of: str, *, table: str, since: str, where: str) -> Question:
    """How many rows of `table` wait for our work, and for how many seconds the oldest does."""
    return Question(
        name,
        {f"etal_{name}": f"{of}.", f"etal_{name}_oldest_seconds": f"{of}: how long the oldest is."},
        f"SELECT count(*), coalesce(extract(epoch FROM now() - min({since})), 0)"  # noqa: S608
        f" FROM {table} WHERE {where}",
    )


QUESTIONS = (
    Question(
        "reservations",
        {
            "etal_reservations": "Unpaid orders that hold stock.",
            "etal_reservations_overdue_seconds": "How long the time of the oldest one is over.",
        },
        "SELECT count(*), greatest(0, coalesce(extract(epoch FROM now() - min(reserved_until)), 0))"
        " FROM checkout_order WHERE status = 'awaiting_payment'",
    ),
    waiting(
        "stripe_events_waiting",
        "Events of Stripe's that are not processed",
        table="checkout_stripeevent",
        since="received_at",
        where="processed_at IS NULL",
    ),
    waiting(
        "payments_to_check",
        "Payments whose outcome Stripe is asked for, overdue",
        table="checkout_payment",
        since="next_check_at",
        where="next_check_at < now()",
    ),
    waiting(
        "refunds_waiting",
        "Refunds that Stripe has not confirmed, overdue",
        table="checkout_refund",
        since="next_attempt_at",
        where="next_attempt_at < now()",
    ),
    waiting(
        "orders_to_fulfil",
        "Paid orders that no shop has got yet",
        table="checkout_order",
        since="paid_at",
        where="status = 'paid' AND fulfilment_opened_at IS NULL",
    ),
    waiting(
        "webhooks_due",
        "Messages to subscribers that are due",
        table="webhooks_delivery",
        since="next_attempt_at",
        where="status = 'pending' AND next_attempt_at < now()",
    ),
    waiting(
        "events_unsequenced",
        "Events of the log without a number",
        table="webhooks_event",
        since="created_at",
        where="sequence IS NULL",
    ),
    waiting(
        "mails_due",
        "Mails that are due",
        table="accounts_outgoingmail",
        since="next_attempt_at",
        where="next_attempt_at < now()",
    ),
    Question(
        "ledger",
        {"etal_ledger_difference": "Sum of the ledger's last hour, minor units; always 0."},
        "SELECT currency, sum(amount) FROM checkout_ledgerentry JOIN checkout_ledgertransaction t"
        " ON t.id = transaction_id WHERE t.created_at > now() - interval '1 hour' GROUP BY currency",
        ("currency",),
    ),
    Question(
        "findings",
        {"etal_reconciliation_findings": "Where books and Stripe do not agree, by kind."},
        "SELECT kind, count(*) FROM checkout_reconciliationfinding WHERE status = 'open' GROUP BY 1",
        ("kind",),
    ),
    Question(
        "connections",
        {"etal_database_connections": "Connections of this database, by what they do."},
        "SELECT coalesce(state, 'none'), count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() GROUP BY 1",
        ("state",),
    ),
    Question(
        "connection_limit",
        {"etal_database_connections_limit": "How many connections the server takes."},
        "SELECT current_setting('max_connections')::int",
    ),
    Question(
        "transactions",
        {"etal_database_longest_transaction_seconds": "How long the oldest transaction is open."},
        "SELECT coalesce(extract(epoch FROM now() - min(xact_start)), 0) FROM pg_stat_activity"
        " WHERE datname = current_database() AND backend_type = 'client backend'"
        " AND pid <> pg_backend_pid()",
    ),
    Question(
        "size",
        {"etal_database_bytes": "What the database takes on its disk."},
        "SELECT pg_database_size(current_database())",
    ),
    Question(
        "archive",
        {
            "etal_archive_failing": "1 while PostgreSQL cannot archive its log.",
            "etal_archive_age_seconds": "How long ago it archived a part of it; -1 where it archives none.",
        },
        "SELECT (coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false))::int,"
        " coalesce(extract(epoch FROM now() - last_archived_time), -1) FROM pg_stat_archiver",
    ),
    Question(
        "replicas_missing",
        {"etal_replicas_missing": "1 where a replica is named and none streams."},
        f"SELECT greatest(0, {int(bool(env.database_replica_url))} - count(*))"  # noqa: S608
        " FROM pg_stat_replication",
    ),
    Question(
        "replicas",
        {"etal_replica_lag_bytes": "How far a replica is behind, by its name."},
        "SELECT coalesce(nullif(application_name, ''), '-'),"
        " coalesce(max(pg_current_wal_lsn() - replay_lsn), 0)"
        " FROM pg_stat_replication GROUP BY 1",
        ("replica",),
    ),
)
QUEUES = {
    "etal_queue_length": "Messages that wait in a queue.",
    "etal_queue_oldest_seconds": "How long the oldest of them waits.",
}
OWN = {
    "etal_gauge_failed": "1 where a question was not answered.",
    "etal_gauges_seconds": "How long all questions took.",
}


class Gauges(Collector):
    """All of it, for prometheus_client."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: list[GaugeMetricFamily] = []
        self._until = 0.0

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """The answers of at most `FRESH_SECONDS` ago; one thread asks at a time."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._kept = list(self._asked())
                self._until = time.monotonic() + FRESH_SECONDS
            return self._kept

    def describe(self) -> Iterable[GaugeMetricFamily]:
        return []  # The registry would ask all of it otherwise, when it is told of us.

    def _asked(self) -> Iterator[GaugeMetricFamily]:
        began = time.perf_counter()
        failed = _family("etal_gauge_failed", OWN, ("question",))
        for question in QUESTIONS:
            answered = _answers(question)
            failed.add_metric([question.name], float(answered is None))
            yield from answered or ()
        queues = self._queues()
        failed.add_metric(["queues"], float(queues is None))
        yield from queues or ()
        yield failed
        took = _family("etal_gauges_seconds", OWN)
        took.add_metric([], time.perf_counter() - began)
        yield took
        if not connection.in_atomic_block:
            connection.close()  # Each scrape is a thread of its own.

    def _queues(self) -> list[GaugeMetricFamily] | None:
        """How many wait in each queue of Celery's, and since when; it takes from a list's end."""
        families = [_family(name, QUEUES, ("queue",)) for name in QUEUES]
        try:
            for queue in settings.CELERY_TASK_QUEUES:
                oldest = self._broker.lindex(queue.name, -1)
                values = (self._broker.llen(queue.name), _age(oldest))
                for family, value in zip(families, values, strict=True):
                    family.add_metric([queue.name], value)
        except RedisError as error:
            log.warning("the queues are not counted: %r", error)
            return None
        return families

    @cached_property
    def _broker(self) -> Any:
        return Redis.from_url(
            settings.REDIS_URL, socket_timeout=SECONDS, socket_connect_timeout=SECONDS
        )


def _answers(question: Question) -> list[GaugeMetricFamily] | None:
    """None where the database gave it up or did not answer."""
    families = [_family(name, question.metrics, question.labels) for name in question.metrics]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{SECONDS}s'")
            cursor.execute(question.sql)
            for row in cursor.fetchall():
                labels, values = row[: len(question.labels)], row[len(question.labels) :]
                for family, value in zip(families, values, strict=True):
                    family.add_metric([str(label) for label in labels], float(value))
    except Error as error:
        log.warning("%s is not counted: %s", question.name, error)
        connection.close()
        return None
    return families


def _family(name: str, texts: dict[str, str], labels: tuple[str, ...] = ()) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, texts[name], labels=labels)


def _age(message: bytes | None) -> float:
    """Seconds since a message was sent; 0 where it does not say, or there is none."""
    if message is None:
        return 0.0
    said = json.loads(message)["headers"].get(HEADER) or {}
    return max(0.0, time.time() - said["at"]) if "at" in said else 0.0
