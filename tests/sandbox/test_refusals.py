"""What Stripe would refuse is refused, in Stripe's words and with no trace."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import stripe

from tests.sandbox.conftest import SandboxProcess, order

REFUSED: list[tuple[str, dict[str, Any], str | None, str]] = [
    ("unknown", {"colour": "red"}, "parameter_unknown", "colour"),
    ("unknown inside", {"shipping": {"name": "A", "planet": "B", "address": {"line1": "1"}}},
     "parameter_unknown", "shipping[planet]"),
    ("missing", {"amount": None}, "parameter_missing", "amount"),
    ("missing inside", {"shipping": {"address": {"line1": "1"}}}, "parameter_missing", "shipping[name]"),
    ("integer", {"amount": "12.50"}, "parameter_invalid_integer", "amount"),
    ("zero", {"amount": 0}, "parameter_invalid_integer", "amount"),
    ("empty", {"description": ""}, "parameter_invalid_empty", "description"),
    ("too small", {"amount": 49}, "amount_too_small", "amount"),
    ("too large", {"amount": 100_000_000}, "amount_too_large", "amount"),
    ("currency", {"currency": "xyz"}, None, "currency"),
    ("choice", {"capture_method": "later"}, None, "capture_method"),
    ("boolean", {"confirm": "perhaps"}, None, "confirm"),
    ("customer", {"customer": "cus_none"}, "resource_missing", "customer"),
    ("card", {"payment_method": "pm_none"}, "resource_missing", "payment_method"),
    ("token", {"payment_method": None, "confirmation_token": "ctoken_none"},
     "resource_missing", "confirmation_token"),
    ("removed in endive", {"payment_method_types": ["card"]},
     "payment_method_types_no_longer_supported", "payment_method_types"),
    ("metadata value", {"metadata": {"note": "x" * 501}}, None, "metadata[note]"),
    ("metadata key", {"metadata": {"k" * 41: "x"}}, None, "metadata"),
    ("descriptor", {"statement_descriptor_suffix": "x" * 23}, None, "statement_descriptor_suffix"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "code", "param"),
    [pytest.param(*case[1:], id=case[0]) for case in REFUSED],
)
def test_refused_parameters(
    client: stripe.StripeClient,
    sandbox: SandboxProcess,
    given: dict[str, Any],
    code: str | None,
    param: str,
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.create(order(**given))
    error = refused.value.error
    assert refused.value.http_status == 400
    assert error is not None
    assert (error.type, error.code, error.param) == ("invalid_request_error", code, param)
    assert error.request_log_url is not None
    assert sandbox.count("payment_intents") == 0


def test_stripes_words_for_an_unknown_parameter(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=r"Received unknown parameter: colour$"):
        client.v1.payment_intents.create(order(colour="red"))


def test_a_return_url_is_asked_for_where_a_redirect_might_happen(
    client: stripe.StripeClient,
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="return_url"):
        client.v1.payment_intents.create(order(return_url=None))
    never = {"enabled": True, "allow_redirects": "never"}
    paid = client.v1.payment_intents.create(order(return_url=None, automatic_payment_methods=never))
    assert paid.status == "succeeded"


def test_confirming_parameters_need_confirm(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.create(order(confirm=None))
    assert refused.value.param == "return_url"


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("", 401),
        ("Bearer sk_live_something", 401),
        ("Bearer pk_test_something", 401),
        ("Bearer sk_test_something", 200),
        ("Basic c2tfdGVzdF9zb21ldGhpbmc6", 200),
    ],
)
def test_keys(sandbox: SandboxProcess, header: str, status: int) -> None:
    answer = requests.get(
        f"{sandbox.url}/v1/charges", headers={"Authorization": header}, timeout=10
    )
    assert answer.status_code == status
    assert answer.headers["Request-Id"].startswith("req_")


def test_a_publishable_key_needs_the_client_secret(
    client: stripe.StripeClient, sandbox: SandboxProcess
) -> None:
    intent = client.v1.payment_intents.create({"amount": 500, "currency": "eur"})
    address = f"{sandbox.url}/v1/payment_intents/{intent.id}"
    headers = {"Authorization": "Bearer pk_test_1"}
    wrong = requests.get(
        address, {"client_secret": f"{intent.id}_secret_x"}, headers=headers, timeout=10
    )
    assert wrong.status_code == 404
    right = requests.get(
        address, {"client_secret": intent.client_secret}, headers=headers, timeout=10
    )
    assert right.status_code == 200
    assert right.json()["id"] == intent.id
    assert "metadata" not in right.json()
    assert "customer" not in right.json()


def test_no_such_address(sandbox: SandboxProcess) -> None:
    answer = requests.get(
        f"{sandbox.url}/v1/nothing", headers={"Authorization": "Bearer sk_test_1"}, timeout=10
    )
    assert answer.status_code == 404
    assert answer.json()["error"]["message"].startswith(
        "Unrecognized request URL (GET: /v1/nothing)"
    )


def test_no_such_object(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.retrieve("pi_none")
    assert (refused.value.http_status, refused.value.code, refused.value.param) == (
        404,
        "resource_missing",
        "intent",
    )


def test_card_numbers_from_a_server_are_refused(client: stripe.StripeClient) -> None:
    card: Any = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2040, "cvc": "123"}
    with pytest.raises(stripe.StripeError, match="generally unsafe"):
        client.v1.payment_methods.create({"type": "card", "card": card})


def test_what_cannot_be_expanded(client: stripe.StripeClient) -> None:
    with pytest.raises(
        stripe.InvalidRequestError, match=r"cannot be expanded \(latest_charge\.taste\)"
    ):
        client.v1.payment_intents.create(order(expand=["latest_charge.taste"]))
