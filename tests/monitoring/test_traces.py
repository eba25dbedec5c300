"""One trace from the press on Pay to the webhook that tells of it, over every process between."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from catalogue import products
from catalogue.models import Product, TaxRate
from catalogue.products import NewVariant
from shopping.monitoring import traces
from stack.processes import Stack
from stack.shopper import Shopper
from tests.faults.world import wait_for
from tests.monitoring.collectors import Collector, collecting
from tests.shops import open_shop
from tests.webhooks.conftest import Receiver, serve
from webhooks import endpoints, events

pytestmark = [pytest.mark.timeout(600)]


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.DEBUG = True  # An address without TLS.
    receiver = Receiver()
    server = serve(receiver)
    yield receiver
    server.shutdown()
    server.server_close()


def test_without_a_collector_there_is_no_trace(db: None) -> None:
    with traces.span("nothing"):
        assert traces.traceparent() is None
        with transaction.atomic():
            event = events.record("order.paid", subject="0190", merchant_id=None, payload={})
    assert event.traceparent is None


def test_the_press_on_pay_and_the_webhook_are_of_one_trace(
    database_url: str,
    redis_url: str,
    tmp_path: Any,
    collector: Collector,
    receiver: Receiver,
) -> None:
    TaxRate.objects.create(country="FR", basis_points=2000)
    shop = open_shop("rayon", delivery=900)
    endpoints.create(
        receiver.url, merchant_id=shop.pk, types=["order.paid", "fulfilment_order.opened"]
    )
    product = products.create(
        shop,
        title="Bookcase",
        variants=[NewVariant(price=24900, on_hand=5)],
        status=Product.Status.ACTIVE,
        actor=None,
    )
    env = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_BSP_SCHEDULE_DELAY": "200",
        "WEB_WORKERS": "1",
        "WORKER_CONCURRENCY": "1",
        "LOG_FORMAT": "json",
    }
    stack = Stack(tmp_path / "stack", database_url=database_url, redis_url=redis_url, env=env)
    with stack:
        shopper = Shopper(stack.url, stack.sandbox_url, stack.environment["STRIPE_SECRET_KEY"])
        shopper.pay(shopper.open(str(product.public_id))).raise_for_status()
        wait_for(lambda: len(receiver.got) >= 2, otherwise="the webhooks did not come")
        wait_for(
            lambda: sum(span.name.startswith("webhook ") for span in collector.spans()) >= 2,
            otherwise="the courier's spans did not come",
        )
    spans = collector.spans()
    pressed = [span for span in spans if span.name == "POST /buy/<uuid:public_id>/place/"]
    assert len(pressed) == 1
    ours = {span.name for span in spans if span.trace_id == pressed[0].trace_id}
    assert {
        "POST /buy/<uuid:public_id>/place/",
        "Stripe POST",
        "fulfilment.open_for_event",
        "webhook order.paid",
        "webhook fulfilment_order.opened",
    } <= ours
    told = {each.headers["traceparent"].split("-")[1] for each in receiver.got}
    assert told == {pressed[0].trace_id.hex()}
    # One line of the log for the press, and what the worker wrote for it, by one id.
    assert '"route": "/buy/<uuid:public_id>/place/"' in stack.log("web")
