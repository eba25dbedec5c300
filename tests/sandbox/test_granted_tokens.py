"""Shared payment tokens: granted with limits, used within them, and over when they are used up."""

from __future__ import annotations

import time
from typing import Any

import pytest
import stripe

from tests.sandbox.conftest import SHOP, Receiver, wait_for

PREVIEW: Any = {"stripe_version": "2026-04-22.preview"}
GRANTS = "/v1/test_helpers/shared_payment/granted_tokens"


def grant(client: stripe.StripeClient, card: str = "pm_card_visa", **limits: Any) -> Any:
    wanted = {"currency": "eur", "max_amount": 5000, **limits}
    answer = client.raw_request("post", GRANTS, payment_method=card, usage_limits=wanted, **PREVIEW)
    return client.deserialize(answer, api_mode="V1")


def look(client: stripe.StripeClient, token: Any) -> Any:
    answer = client.raw_request(
        "get", f"/v1/shared_payment/granted_tokens/{token['id']}", **PREVIEW
    )
    return client.deserialize(answer, api_mode="V1")


def use(client: stripe.StripeClient, token: Any, amount: int, currency: str = "eur") -> Any:
    data: Any = {"shared_payment_granted_token": token["id"]}
    said: Any = {
        "amount": amount,
        "currency": currency,
        "confirm": True,
        "return_url": SHOP,
        "payment_method_data": data,
    }
    return client.v1.payment_intents.create(said, options=PREVIEW)


def test_a_token_pays_within_its_limits_and_is_consumed_at_them(
    client: stripe.StripeClient, receiver: Receiver
) -> None:
    token = grant(client)
    assert token["id"].startswith("spt_")
    assert token["usage_limits"].to_dict() == {
        "currency": "eur",
        "expires_at": None,
        "max_amount": 5000,
    }
    assert use(client, token, 3000)["status"] == "succeeded"
    assert look(client, token)["usage_details"]["amount_captured"]["value"] == 3000
    with pytest.raises(stripe.InvalidRequestError, match="exceeds what the shared payment token"):
        use(client, token, 2001)
    assert use(client, token, 2000)["status"] == "succeeded"
    over = look(client, token)
    assert (over["deactivated_reason"], over["deactivated_at"] is None) == ("consumed", False)
    with pytest.raises(stripe.InvalidRequestError, match="was deactivated: consumed"):
        use(client, token, 100)
    names = ["shared_payment.granted_token.used", "shared_payment.granted_token.deactivated"]
    wait_for(lambda: all(any(n in str(body) for body in receiver.bodies) for n in names))


def test_a_token_is_for_one_currency_and_one_time(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="is for eur only"):
        use(client, grant(client), 100, "usd")
    with pytest.raises(stripe.InvalidRequestError, match="must be in the future"):
        grant(client, expires_at=int(time.time()) - 1)
    short = grant(client, expires_at=int(time.time()) + 1)
    wait_for(lambda: look(client, short)["deactivated_reason"] == "expired")
    with pytest.raises(stripe.InvalidRequestError, match="was deactivated: expired"):
        use(client, short, 100)


def test_who_granted_it_takes_it_back(client: stripe.StripeClient) -> None:
    token = grant(client)
    client.raw_request("post", f"{GRANTS}/{token['id']}/revoke", **PREVIEW)
    with pytest.raises(stripe.InvalidRequestError, match="was deactivated: revoked"):
        use(client, token, 100)
    with pytest.raises(stripe.InvalidRequestError, match="No such shared payment granted token"):
        use(client, {"id": "spt_nobodys"}, 100)


def test_the_card_behind_it_may_decline_and_the_token_stays(client: stripe.StripeClient) -> None:
    token = grant(client, "pm_card_visa_chargeDeclined")
    with pytest.raises(stripe.CardError):
        use(client, token, 100)
    assert look(client, token)["usage_details"]["amount_captured"]["value"] == 0
    assert look(client, token)["deactivated_at"] is None


def test_other_versions_do_not_know_it(client: stripe.StripeClient) -> None:
    token = grant(client)
    data: Any = {"shared_payment_granted_token": token["id"]}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.create(
            {"amount": 100, "currency": "eur", "payment_method_data": data}
        )
    assert refused.value.code == "parameter_unknown"
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        client.raw_request("post", GRANTS, payment_method="pm_card_visa")
