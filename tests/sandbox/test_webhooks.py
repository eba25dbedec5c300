"""Webhooks: signed as Stripe signs, delivered until they arrive, and in disorder on request."""

from __future__ import annotations

import json
import time

import pytest
import stripe

from tests.sandbox.conftest import (
    SECRET,
    Receiver,
    SandboxProcess,
    client_of,
    order,
    receiving,
    wait_for,
)


def test_the_official_library_verifies_the_signature(
    client: stripe.StripeClient, receiver: Receiver
) -> None:
    paid = client.v1.payment_intents.create(order(), {"idempotency_key": "signed"})
    receiver.wait("payment_intent.succeeded")
    place = receiver.types.index("payment_intent.succeeded")

    event = stripe.Webhook.construct_event(
        receiver.bodies[place], receiver.signatures[place], SECRET
    )

    assert event.data.object["id"] == paid.id
    assert event.api_version == stripe.api_version
    assert event.livemode is False
    assert event.request is not None
    assert event.request.idempotency_key == "signed"
    assert paid.last_response is not None
    assert event.request.id == paid.last_response.request_id
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(
            receiver.bodies[place] + b" ", receiver.signatures[place], SECRET
        )


def test_what_a_payment_and_its_refund_tell(
    client: stripe.StripeClient, receiver: Receiver
) -> None:
    paid = client.v1.payment_intents.create(order())
    receiver.wait("charge.updated")
    client.v1.refunds.create({"payment_intent": paid.id, "amount": 250})
    receiver.wait("refund.updated")

    assert sorted(receiver.types) == [
        "charge.refunded",
        "charge.succeeded",
        "charge.updated",
        "payment_intent.created",
        "payment_intent.succeeded",
        "refund.created",
        "refund.updated",
    ]
    (created,) = receiver.wait("payment_intent.created")
    assert created["data"]["object"]["status"] == "requires_payment_method"
    (refunded,) = receiver.wait("charge.refunded")
    assert refunded["data"]["previous_attributes"]["amount_refunded"] == 0
    listed = client.v1.events.list({"types": ["payment_intent.*"]})
    assert [event.type for event in listed.data] == [
        "payment_intent.succeeded",
        "payment_intent.created",
    ]


def test_a_decline_and_three_d_secure_tell(
    client: stripe.StripeClient, receiver: Receiver, sandbox: SandboxProcess
) -> None:
    with pytest.raises(stripe.CardError):
        client.v1.payment_intents.create(order("pm_card_visa_chargeDeclined"))
    intent = client.v1.payment_intents.create(order("pm_card_authenticationRequired"))
    receiver.wait("payment_intent.requires_action")
    client.v1.payment_intents.cancel(intent.id)
    receiver.wait("payment_intent.canceled")
    wait_for(lambda: len(receiver.bodies) == 6)

    assert sorted(receiver.types) == [
        "charge.failed",
        "payment_intent.canceled",
        "payment_intent.created",
        "payment_intent.created",
        "payment_intent.payment_failed",
        "payment_intent.requires_action",
    ]


def test_a_receiver_that_was_down_gets_its_events_later(
    client: stripe.StripeClient, sandbox: SandboxProcess
) -> None:
    with receiving() as receiver:
        receiver.status = 503
        sandbox.control("POST", "webhooks", {"url": receiver.url})
        paid = client.v1.payment_intents.create(order())
        wait_for(lambda: sandbox.control("GET", "webhooks")["deliveries"][0]["attempts"] > 0)
        unsent = client.v1.events.list({"delivery_success": False})
        assert "payment_intent.succeeded" in [event.type for event in unsent.data]

        receiver.status = 200
        (event,) = receiver.wait("payment_intent.succeeded")

        assert event["data"]["object"]["id"] == paid.id
        wait_for(lambda: not client.v1.events.list({"delivery_success": False}).data)
        assert client.v1.events.retrieve(event["id"]).pending_webhooks == 0


def test_undelivered_events_outlive_a_restart(sandbox: SandboxProcess, receiver: Receiver) -> None:
    receiver.status = 500
    paid = client_of(sandbox).v1.payment_intents.create(order())
    sandbox.kill()
    receiver.status = 200
    sandbox.start()
    (event,) = receiver.wait("payment_intent.succeeded")
    assert event["data"]["object"]["id"] == paid.id


def test_duplicates(
    client: stripe.StripeClient, sandbox: SandboxProcess, receiver: Receiver
) -> None:
    sandbox.arm(kind="webhook_duplicate", operation="payment_intent.succeeded", copies=3)
    client.v1.payment_intents.create(order())
    events = receiver.wait("payment_intent.succeeded", 3)
    assert len({event["id"] for event in events}) == 1


def test_held_and_released_in_reverse(
    client: stripe.StripeClient, sandbox: SandboxProcess, receiver: Receiver
) -> None:
    sandbox.arm(kind="webhook_hold", operation="payment_intent.*", times=2)
    paid = client.v1.payment_intents.create(order())
    receiver.wait("charge.updated")
    assert "payment_intent.succeeded" not in receiver.types

    sandbox.control("POST", "webhooks/release", {"order": "reverse"})
    receiver.wait("payment_intent.created")

    ours = [kind for kind in receiver.types if kind.startswith("payment_intent.")]
    assert ours == ["payment_intent.succeeded", "payment_intent.created"]
    assert client.v1.payment_intents.retrieve(paid.id).status == "succeeded"


def test_reordered(
    client: stripe.StripeClient, sandbox: SandboxProcess, receiver: Receiver
) -> None:
    sandbox.arm(kind="webhook_reorder", times=3)
    client.v1.payment_intents.create(order())
    wait_for(lambda: len(receiver.bodies) == 4)
    ours = [kind for kind in receiver.types if kind != "charge.updated"]
    assert ours == ["payment_intent.succeeded", "charge.succeeded", "payment_intent.created"]


def test_delayed(client: stripe.StripeClient, sandbox: SandboxProcess, receiver: Receiver) -> None:
    sandbox.arm(kind="webhook_delay", operation="payment_intent.succeeded", seconds=1)
    paid = client.v1.payment_intents.create(order())
    receiver.wait("charge.updated")
    (event,) = receiver.wait("payment_intent.succeeded")
    assert event["data"]["object"]["id"] == paid.id
    assert time.time() - event["created"] >= 1


def test_sent_again_by_hand(
    client: stripe.StripeClient, sandbox: SandboxProcess, receiver: Receiver
) -> None:
    client.v1.payment_intents.create(order())
    (event,) = receiver.wait("payment_intent.succeeded")
    sandbox.control("POST", "webhooks/send", {"event": event["id"], "copies": 2})
    assert len(receiver.wait("payment_intent.succeeded", 3)) == 3


def test_a_dropped_event_is_still_listed(
    client: stripe.StripeClient, sandbox: SandboxProcess, receiver: Receiver
) -> None:
    sandbox.arm(kind="webhook_drop", operation="payment_intent.succeeded")
    paid = client.v1.payment_intents.create(order())
    receiver.wait("charge.updated")
    assert "payment_intent.succeeded" not in receiver.types
    listed = client.v1.events.list({"type": "payment_intent.succeeded"})
    assert [json.loads(str(event))["data"]["object"]["id"] for event in listed.data] == [paid.id]
