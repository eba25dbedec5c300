"""POST /webhooks/stripe/: what Stripe signed is kept once; nobody else is heard."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from checkout import stripe_events, sweeps
from checkout.models import Order, Payment, StripeEvent
from tests.buying import NOWHERE, Sandbox, history, pay, signed

pytestmark = pytest.mark.django_db
URL = "/webhooks/stripe/"


def event(type: str = "payment_intent.succeeded", **more: Any) -> dict[str, Any]:
    thing = {"id": "pi_1", "object": "payment_intent"}
    return {
        "id": "evt_1",
        "object": "event",
        "type": type,
        "created": int(time.time()),
        "data": {"object": thing},
        **more,
    }


def test_an_event_is_kept_and_nothing_else_is_done(client: Client) -> None:
    # The first time, the statement is prepared besides.
    client.post(URL, **signed(event(id="evt_0")))
    with CaptureQueriesContext(connection) as captured:
        answer = client.post(URL, **signed(event()))
    assert (answer.status_code, answer.content) == (200, b"kept\n")
    assert len(captured) == 1
    row = StripeEvent.objects.get(event_id="evt_1")
    assert (row.event_id, row.type, row.object_id) == ("evt_1", "payment_intent.succeeded", "pi_1")
    assert (row.payload["data"]["object"]["id"], row.processed_at) == ("pi_1", None)


def test_a_duplicate_is_a_200_and_one_row(client: Client) -> None:
    client.post(URL, **signed(event()))
    answer = client.post(URL, **signed(event()))
    assert (answer.status_code, answer.content) == (200, b"known\n")
    assert StripeEvent.objects.count() == 1


def test_an_event_that_says_nothing_to_us_is_not_kept(client: Client) -> None:
    answer = client.post(URL, **signed(event("charge.updated")))
    assert (answer.status_code, answer.content) == (200, b"not needed\n")
    assert not StripeEvent.objects.exists()


@pytest.mark.parametrize(
    ("post", "words"),
    [
        (signed_ := {"data": json.dumps(event()), "content_type": "application/json"}, b"header"),
        ({**signed_, "headers": {"Stripe-Signature": "t=1,v1=abc"}}, b"No signatures found"),
        ({**signed_, "headers": {"Stripe-Signature": "nonsense"}}, b"timestamp and signatures"),
    ],
)
def test_a_forged_webhook(post: dict[str, Any], words: bytes, client: Client) -> None:
    answer = client.post(URL, **post)
    assert answer.status_code == 400
    assert words in answer.content
    assert not StripeEvent.objects.exists()


def test_a_webhook_signed_with_another_secret(client: Client) -> None:
    assert client.post(URL, **signed(event(), secret="whsec_other")).status_code == 400
    assert not StripeEvent.objects.exists()


def test_a_body_that_was_changed_on_its_way(client: Client) -> None:
    post = signed(event())
    post["data"] = post["data"].replace("pi_1", "pi_2")
    assert client.post(URL, **post).status_code == 400
    assert not StripeEvent.objects.exists()


def test_an_old_webhook_replayed(client: Client) -> None:
    answer = client.post(URL, **signed(event(), age=301))
    assert answer.status_code == 400
    assert b"Timestamp outside the tolerance zone" in answer.content
    assert client.post(URL, **signed(event(), age=290)).status_code == 200


@pytest.mark.parametrize("body", ["[]", "{}", "nonsense", '{"id": "evt_1", "type": "x"}'])
def test_a_signed_body_that_is_no_event(body: str, client: Client) -> None:
    answer = client.post(URL, **signed(body))
    assert (answer.status_code, answer.content) == (400, b"the body is no event\n")


def test_bytes_that_are_no_text(client: Client) -> None:
    post = signed(event())
    post["data"] = b"\xff\xfe"
    assert client.post(URL, **post).status_code == 400


def test_a_body_that_is_too_large(client: Client) -> None:
    large = event(padding="x" * 300_000)
    assert client.post(URL, **signed(large)).status_code == 413
    assert not StripeEvent.objects.exists()


def test_only_post(client: Client) -> None:
    assert client.get(URL).status_code == 405


def test_no_csrf_token_is_needed(sandbox: Sandbox) -> None:
    assert Client(enforce_csrf_checks=True).post(URL, **signed(event())).status_code == 200


def test_an_event_of_an_unknown_order_changes_nothing(
    client: Client, sandbox: Sandbox, order: Order, payment: Payment
) -> None:
    pay(payment, sandbox.token())
    Payment.objects.update(intent_id="pi_other", public_id=NOWHERE)
    [told] = sandbox.events("payment_intent.succeeded")
    assert client.post(URL, **signed(told)).status_code == 200
    sweeps.process(StripeEvent.objects.get().pk)
    row = StripeEvent.objects.get()
    assert row.last_error == "not of this shop"
    assert row.processed_at is not None
    assert Order.objects.count() == 1
    assert history(order)[-1] == "order.paid"


def test_an_event_whose_object_stripe_does_not_know(client: Client, sandbox: Sandbox) -> None:
    client.post(URL, **signed(event()))
    pk = StripeEvent.objects.get().pk
    sweeps.process(pk)
    sweeps.process(pk)
    row = StripeEvent.objects.get()
    assert (row.attempts, row.processed_at) == (2, None)
    assert row.last_error.startswith("Refused: ")
    assert row.next_attempt_at > row.received_at
    assert sweeps.stripe_events_due() == 0


def test_events_that_never_came_are_taken_in_from_stripes_list(
    sandbox: Sandbox, order: Order, payment: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[tuple[Any, ...]] = []
    monkeypatch.setattr(stripe_events.hints, "wake", lambda *args: woken.append(args))
    pay(payment, sandbox.token("pm_card_visa_chargeDeclined"))
    pay(payment, sandbox.token())
    assert sweeps.missed_events() == 2
    assert sweeps.missed_events() == 0
    kinds = StripeEvent.objects.order_by("type").values_list("type", flat=True)
    assert list(kinds) == ["payment_intent.payment_failed", "payment_intent.succeeded"]
    of_events = [args for args in woken if args[0] == "checkout.process_stripe_event"]
    assert len(of_events) == 2
