"""Misbehaviour on request: what the caller meets, and what has happened meanwhile."""

from __future__ import annotations

import pytest
import requests
import stripe

from tests.sandbox.conftest import Receiver, SandboxProcess, client_of, order, wait_for


def impatient(sandbox: SandboxProcess) -> stripe.StripeClient:
    return stripe.StripeClient(
        "sk_test_1",
        base_addresses={"api": sandbox.url},
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=1),
    )


@pytest.mark.parametrize(
    ("kind", "charges"), [("error", 0), ("error_after", 1), ("drop", 0), ("drop_after", 1)]
)
def test_the_answer_fails(
    client: stripe.StripeClient, sandbox: SandboxProcess, kind: str, charges: int
) -> None:
    sandbox.arm(kind=kind, operation="payment_intents.create")
    expected = stripe.APIError if kind.startswith("error") else stripe.APIConnectionError
    with pytest.raises(expected):
        client.v1.payment_intents.create(order())
    assert sandbox.count("charges") == charges
    assert client.v1.payment_intents.create(order()).status == "succeeded"


@pytest.mark.parametrize("kind", ["error", "error_after", "drop", "drop_after"])
def test_a_kept_answer_can_be_lost_as_well(
    client: stripe.StripeClient, sandbox: SandboxProcess, kind: str
) -> None:
    sandbox.arm(kind=kind, operation="payment_intents.create", times=2)
    for _ in range(2):
        with pytest.raises(stripe.APIError if "error" in kind else stripe.APIConnectionError):
            client.v1.payment_intents.create(order(), {"idempotency_key": "pay-1"})
    paid = client.v1.payment_intents.create(order(), {"idempotency_key": "pay-1"})
    assert paid.status == "succeeded"
    assert sandbox.count("charges") == 1


@pytest.mark.parametrize(("kind", "charges"), [("delay", 0), ("delay_after", 1)])
def test_the_answer_is_late(sandbox: SandboxProcess, kind: str, charges: int) -> None:
    sandbox.arm(kind=kind, operation="payment_intents.create", seconds=2.5)
    with pytest.raises(stripe.APIConnectionError):
        impatient(sandbox).v1.payment_intents.create(order())
    assert sandbox.count("charges") == charges
    wait_for(lambda: sandbox.count("charges") == 1)


def test_a_fault_is_used_up_and_hits_only_what_it_names(
    client: stripe.StripeClient, sandbox: SandboxProcess
) -> None:
    sandbox.arm(kind="error", method="GET", path="/v1/payment_intents/*", times=2, status=503)
    paid = client.v1.payment_intents.create(order())
    for _ in range(2):
        with pytest.raises(stripe.APIError) as failed:
            client.v1.payment_intents.retrieve(paid.id)
        assert failed.value.http_status == 503
    assert client.v1.payment_intents.retrieve(paid.id).status == "succeeded"
    assert sandbox.control("GET", "faults")["armed"] == []


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, stripe.AuthenticationError),
        (403, stripe.PermissionError),
        (429, stripe.RateLimitError),
    ],
)
def test_turned_away(
    client: stripe.StripeClient, sandbox: SandboxProcess, status: int, error: type[Exception]
) -> None:
    sandbox.arm(kind="error", operation="refunds.*", status=status)
    with pytest.raises(error):
        client.v1.refunds.list()


def test_processing_ends_in_success(
    client: stripe.StripeClient, sandbox: SandboxProcess, receiver: Receiver
) -> None:
    sandbox.arm(kind="processing", seconds=0.3)
    intent = client.v1.payment_intents.create(order())
    assert (intent.status, intent.latest_charge) == ("processing", None)
    receiver.wait("payment_intent.processing")
    receiver.wait("payment_intent.succeeded")
    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"


def test_disarming(client: stripe.StripeClient, sandbox: SandboxProcess) -> None:
    sandbox.arm(kind="error", times=100)
    sandbox.control("DELETE", "faults")
    assert client.v1.charges.list().data == []


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "explode"},
        {"kind": "error", "when": "now"},
        {"kind": "error", "times": -1},
        {"kind": "error", "times": 1.5},
        "error",
    ],
)
def test_a_fault_that_means_nothing_is_refused(sandbox: SandboxProcess, fault: object) -> None:
    answer = requests.post(f"{sandbox.url}/_sandbox/faults", json=fault, timeout=10)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_the_state_tells_what_was_charged_for_an_order(sandbox: SandboxProcess) -> None:
    client = client_of(sandbox)
    mine = client.v1.payment_intents.create(order(metadata={"order": "A-7"}))
    client.v1.payment_intents.create(order(metadata={"order": "A-8"}))
    client.v1.refunds.create({"payment_intent": mine.id, "amount": 100})

    by_order = requests.get(
        f"{sandbox.url}/_sandbox/state", {"metadata[order]": "A-7"}, timeout=10
    ).json()
    assert [intent["id"] for intent in by_order["payment_intents"]] == [mine.id]
    assert [charge["amount_refunded"] for charge in by_order["charges"]] == [100]
    assert by_order["captured"] == {"eur": 4250}
    by_intent = sandbox.control("GET", f"state?payment_intent={mine.id}")
    assert [refund["amount"] for refund in by_intent["refunds"]] == [100]
    assert by_intent["counts"]["payment_intents_by_status"] == {"succeeded": 2}
