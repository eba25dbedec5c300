"""Idempotency keys: one effect a key, whatever the network does."""

from __future__ import annotations

import threading

import pytest
import requests
import stripe

from tests.sandbox.conftest import SandboxProcess, client_of, order


def test_the_first_answer_is_given_again(
    client: stripe.StripeClient, sandbox: SandboxProcess
) -> None:
    first = client.v1.payment_intents.create(order(), {"idempotency_key": "pay-1"})
    second = client.v1.payment_intents.create(order(), {"idempotency_key": "pay-1"})

    assert second.id == first.id
    assert first.last_response is not None
    assert second.last_response is not None
    headers = second.last_response.headers
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert headers["Idempotent-Replayed"] == "true"
    assert headers["Original-Request"] == first.last_response.request_id
    assert headers["Request-Id"] != first.last_response.request_id
    assert sandbox.count("charges") == 1


def test_a_decline_is_given_again(client: stripe.StripeClient, sandbox: SandboxProcess) -> None:
    for _ in range(2):
        with pytest.raises(stripe.CardError) as refused:
            client.v1.payment_intents.create(
                order("pm_card_visa_chargeDeclined"), {"idempotency_key": "pay-2"}
            )
        assert refused.value.code == "card_declined"
    assert sandbox.count("charges") == 1


def test_other_parameters_are_refused(client: stripe.StripeClient, sandbox: SandboxProcess) -> None:
    client.v1.payment_intents.create(order(), {"idempotency_key": "pay-3"})
    with pytest.raises(stripe.IdempotencyError) as refused:
        client.v1.payment_intents.create(order(amount=1), {"idempotency_key": "pay-3"})
    assert refused.value.http_status == 400
    assert sandbox.count("payment_intents") == 1


def test_a_refused_parameter_does_not_use_the_key_up(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.create(order(amount="many"), {"idempotency_key": "pay-4"})
    paid = client.v1.payment_intents.create(order(), {"idempotency_key": "pay-4"})
    assert paid.status == "succeeded"


def test_a_key_in_use_is_refused(sandbox: SandboxProcess) -> None:
    sandbox.arm(kind="delay", operation="payment_intents.create", seconds=1.5)
    statuses: list[int] = []

    def post() -> None:
        answer = requests.post(
            f"{sandbox.url}/v1/payment_intents",
            data={"amount": 500, "currency": "eur"},
            headers={"Authorization": "Bearer sk_test_1", "Idempotency-Key": "pay-5"},
            timeout=20,
        )
        statuses.append(answer.status_code)
        if answer.status_code == 409:
            assert answer.json()["error"]["code"] == "idempotency_key_in_use"

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200, 409, 409, 409]
    assert sandbox.count("payment_intents") == 1


def test_the_librarys_own_retries_meet_one_charge(sandbox: SandboxProcess) -> None:
    sandbox.arm(kind="drop_after", operation="payment_intents.create", times=2)
    paid = client_of(sandbox, retries=3).v1.payment_intents.create(order())
    assert paid.status == "succeeded"
    assert sandbox.count("charges") == 1


def test_keys_outlive_a_restart(sandbox: SandboxProcess) -> None:
    first = client_of(sandbox).v1.payment_intents.create(order(), {"idempotency_key": "pay-6"})
    sandbox.kill()
    sandbox.start()
    again = client_of(sandbox).v1.payment_intents.create(order(), {"idempotency_key": "pay-6"})
    assert again.id == first.id
    assert sandbox.count("charges") == 1
