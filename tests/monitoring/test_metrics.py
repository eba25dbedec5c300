"""What is counted of requests, tasks and payments, and what the exporter reads from the tables."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app, shared_task
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone
from prometheus_client import REGISTRY, CollectorRegistry
from redis import Redis

from accounts.models import OutgoingMail
from checkout.models import LedgerEntry, LedgerTransaction, Order
from shopping.monitoring import gauges, metrics
from shopping.monitoring.gauges import Gauges
from tests.shops import Cast, cast


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


@pytest.fixture
def world(db: None) -> Cast:
    return cast()


def read(name: str, **labels: str) -> float | None:
    registry = CollectorRegistry()
    registry.register(Gauges())
    return registry.get_sample_value(name, labels)


def test_a_request_is_counted_by_its_route(db: None) -> None:
    labels = {"method": "GET", "route": "/drops/<uuid:public_id>/now/", "status": "404"}
    before = value("etal_requests_total", **labels)
    Client().get("/drops/0190f3e2-aabb-7c1d-8000-000000000000/now/")
    assert value("etal_requests_total", **labels) == before + 1


def test_a_method_of_somebodys_making_is_no_metric_of_its_own(db: None) -> None:
    Client().generic("BREW", "/healthz/")
    labels = {"method": "other", "route": "/healthz/", "status": "405"}
    assert value("etal_requests_total", **labels) >= 1


def test_metrics_are_not_among_the_sites_addresses(db: None) -> None:
    assert Client().get("/metrics").status_code == 404


@shared_task(name="tests.breaks")
def breaks() -> None:
    raise ValueError


def test_a_task_is_counted_by_how_it_ended() -> None:
    before = value("etal_tasks_total", task="tests.breaks", outcome="failure")
    breaks.apply()
    assert value("etal_tasks_total", task="tests.breaks", outcome="failure") == before + 1
    assert value("etal_task_seconds_count", task="tests.breaks") >= 1


def test_what_waits_is_counted_with_its_age(world: Cast) -> None:
    OutgoingMail.objects.all().delete()
    assert read("etal_mails_due") == 0
    OutgoingMail.objects.create(
        kind="x", reference="1", to="mai@people.example", subject="x", text="x",
        next_attempt_at=timezone.now() - timedelta(minutes=10),
    )  # fmt: skip
    assert read("etal_mails_due") == 1
    assert 590 <= (read("etal_mails_due_oldest_seconds") or 0) < 900


def test_an_order_that_holds_stock_too_long_is_seen(world: Cast) -> None:
    Order.objects.filter(pk=world.order.pk).update(
        status="awaiting_payment",
        paid_at=None,
        reserved_until=timezone.now() - timedelta(hours=1),
    )
    assert read("etal_reservations") == 1
    assert (read("etal_reservations_overdue_seconds") or 0) >= 3590


def test_a_ledger_that_does_not_sum_to_zero_is_seen(world: Cast) -> None:
    before = read("etal_ledger_difference", currency="EUR") or 0
    # The database refuses it at the end of the transaction.
    with transaction.atomic():
        made = LedgerTransaction.objects.create(kind="test", reference="half")
        LedgerEntry.objects.create(transaction=made, account="stripe", amount=5, currency="EUR")
        assert read("etal_ledger_difference", currency="EUR") == before + 5
        transaction.set_rollback(True)


def test_a_queue_has_a_length_and_an_age(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    redis = Redis.from_url(settings.REDIS_URL)
    redis.delete("imports")
    try:
        sent_at = time.time() - 120
        monkeypatch.setattr(time, "time", lambda: sent_at)
        current_app.send_task("catalogue.sweep_imports", queue="imports")
        monkeypatch.undo()
        assert read("etal_queue_length", queue="imports") == 1
        assert 110 <= (read("etal_queue_oldest_seconds", queue="imports") or 0) < 400
    finally:
        redis.delete("imports")


def test_every_question_is_answered(world: Cast) -> None:
    failed = {each.name: read("etal_gauge_failed", question=each.name) for each in gauges.QUESTIONS}
    assert set(failed.values()) == {0.0}


def test_a_question_that_takes_too_long_is_given_up(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = gauges.Question("slow", {"etal_slow": "Never."}, "SELECT pg_sleep(60)")
    monkeypatch.setattr(gauges, "QUESTIONS", (slow,))
    monkeypatch.setattr(gauges, "SECONDS", 1)
    assert read("etal_gauge_failed", question="slow") == 1
    assert read("etal_slow") is None


def test_however_many_scrape_the_database_is_asked_once(
    db: None, django_assert_num_queries: Any
) -> None:
    kept = Gauges()
    list(kept.collect())
    with django_assert_num_queries(0):
        assert list(kept.collect())


def test_payments_are_counted_by_what_became_of_them() -> None:
    assert metrics.PAYMENTS._labelnames == ("outcome",)
