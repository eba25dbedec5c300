"""What ACP asks of every call: version, key, signature, repeated calls, and errors of its own form."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from catalogue.models import Variant
from checkout.models import CheckoutSession
from partners.models import Partner
from protocols.acp import signed_requests
from protocols.models import AcpConnection
from tests.protocols.acp import (
    CARTS,
    SESSIONS,
    Butler,
    butler,
    codes,
    item,
    opening,
    paying,
    sums,
)
from tests.protocols.schemas import errors, valid

pytestmark = pytest.mark.django_db(transaction=True)
CREATE = "schema.agentic_checkout.json#/$defs/CheckoutSessionCreateRequest"


@pytest.fixture
def agent(flipflops: Variant) -> Butler:
    return butler()


def test_it_says_what_it_can(client: Client) -> None:
    answer = client.get("/.well-known/acp.json")
    assert valid(answer.json(), "schema.agentic_checkout.json#/$defs/DiscoveryResponse")
    assert answer["Cache-Control"] == "public, max-age=3600"


@pytest.mark.parametrize(
    ("said", "code"), [(None, "missing_api_version"), ("2025-09-29", "unsupported_api_version")]
)
def test_a_version_that_is_not_spoken(
    agent: Butler, flipflops: Variant, said: str | None, code: str
) -> None:
    answer = agent.call("POST", SESSIONS, opening(item(flipflops)), API_Version=said)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["supported_versions"] == ["2026-04-17"]


def test_headers_come_back(agent: Butler, flipflops: Variant) -> None:
    answer = agent.call("POST", SESSIONS, opening(item(flipflops)), Idempotency_Key="k 1")
    assert answer["Request-Id"] == "request-1"
    assert answer["Idempotency-Key"] == "k 1"
    refused = agent.call("POST", SESSIONS, {}, Request_Id="request-2")
    assert refused["Request-Id"] == "request-2"


def test_a_key_that_opens_nothing(agent: Butler, flipflops: Variant) -> None:
    answer = agent.call("POST", SESSIONS, opening(item(flipflops)), Authorization="Bearer etal_x")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert agent.call("GET", SESSIONS, Authorization=None).status_code == 401
    reader = butler("Reader", scopes=("products:read",))
    answer = reader.call("POST", SESSIONS, opening(item(flipflops)))
    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")


def test_texts_that_the_database_does_not_keep(agent: Butler, flipflops: Variant) -> None:
    answer = agent.call("POST", SESSIONS, {**opening(item(flipflops)), "locale": "en\0"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_codes_are_not_guessed_by_the_thousand(agent: Butler, flipflops: Variant) -> None:
    guesses = {"codes": [f"CODE{number}" for number in range(11)]}
    answer = agent.call("POST", SESSIONS, {**opening(item(flipflops)), "discounts": guesses})
    assert answer.status_code == 400
    assert answer.json()["param"] == "$.discounts.codes"
    assert not CheckoutSession.objects.exists()


def test_the_same_call_is_answered_once(agent: Butler, flipflops: Variant) -> None:
    body = json.dumps(opening(item(flipflops))).encode()
    turned = json.dumps(dict(reversed(opening(item(flipflops)).items())), indent=1).encode()
    first = agent.call("POST", SESSIONS, body, Idempotency_Key="same")
    again = agent.call("POST", SESSIONS, turned, Idempotency_Key="same")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again["Idempotent-Replayed"] == "true"
    assert CheckoutSession.objects.count() == 1
    other = agent.call("POST", SESSIONS, opening(item(flipflops, 2)), Idempotency_Key="same")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_conflict")
    carts = agent.call("POST", CARTS, {"line_items": [item(flipflops)]}, Idempotency_Key="same")
    assert carts.status_code == 201


def test_a_call_without_a_key(agent: Butler, flipflops: Variant) -> None:
    for key in (None, "k" * 256):
        answer = agent.call("POST", SESSIONS, opening(item(flipflops)), Idempotency_Key=key)
        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")
    assert not CheckoutSession.objects.exists()


def test_what_the_schemas_forbid(agent: Butler, flipflops: Variant) -> None:
    good = opening({"id": str(flipflops.public_id)})
    assert valid(good, CREATE)
    bad: list[tuple[Any, str, str]] = [
        ({k: v for k, v in good.items() if k != "currency"}, "missing", "$"),
        ({**good, "line_items": []}, "invalid", "$.line_items"),
        ({**good, "line_items": [{"name": "x"}]}, "missing", "$.line_items[0]"),
        ({**good, "colour": "red"}, "invalid", "$"),
        ({**good, "buyer": {"email": 7}}, "invalid", "$.buyer.email"),
        ({**good, "buyer": {"first_name": "Maï"}}, "missing", "$.buyer"),
        (
            {**good, "fulfillment_details": {"address": {"name": "x"}}},
            "missing",
            "$.fulfillment_details.address",
        ),
        ({**good, "order_notes": "x" * 5001}, "invalid", "$.order_notes"),
    ]
    for body, code, param in bad:
        assert errors(body, CREATE)
        answer = agent.call("POST", SESSIONS, body)
        told = answer.json()
        assert (answer.status_code, told["type"]) == (400, "invalid_request")
        assert (told["code"], told["param"]) == (code, param)
    assert agent.call("POST", SESSIONS, b"{").json()["code"] == "malformed"
    assert agent.call("POST", SESSIONS, b"[]").status_code == 400
    answer = agent.call("POST", SESSIONS, opening({"id": "nothing"}))
    assert (answer.json()["code"], answer.json()["param"]) == ("not_found", "$.line_items[0].id")
    assert not CheckoutSession.objects.exists()


def test_paying_by_what_is_not_offered(agent: Butler, flipflops: Variant) -> None:
    told = agent.ready(item(flipflops))
    path = f"{SESSIONS}/{told['id']}/complete"
    for payment in (
        {"purchase_order_number": "PO-1"},
        paying("spt_x") | {"handler_id": "another"},
        paying("x" * 201),
    ):
        answer = agent.call("POST", path, {"payment_data": payment})
        assert answer.status_code == 400
        assert answer.json()["param"].startswith("$.payment_data")
    assert agent.call("POST", path, {}).json()["code"] == "missing"


def test_requests_that_have_to_be_signed(agent: Butler, flipflops: Variant) -> None:
    AcpConnection.objects.create(partner=Partner.objects.get(code="butler"), request_secret="s3")
    body = json.dumps(opening(item(flipflops))).encode()
    assert agent.call("POST", SESSIONS, body).json()["code"] == "invalid_signature"
    now = timezone.now()
    for timestamp, secret, status in (
        (now, "s3", 201),
        (now, "other", 401),
        (now - timedelta(minutes=6), "s3", 401),
    ):
        said = timestamp.isoformat()
        signature = signed_requests.signature(body, timestamp=said, secret=secret)
        answer = agent.call("POST", SESSIONS, body, Signature=signature, Timestamp=said)
        assert answer.status_code == status


def test_carts(agent: Butler, flipflops: Variant, bookcase: Variant) -> None:
    answer = agent.call("POST", CARTS, {"line_items": [item(flipflops, 2)]})
    told = answer.json()
    assert (answer.status_code, sums(told)["total"], codes(told)) == (201, 6800, [])
    path = f"{CARTS}/{told['id']}"
    told = agent.call("PUT", path, {"line_items": [item(bookcase)]}).json()
    assert sums(told)["total"] == 12900
    assert agent.call("GET", path).json() == told
    assert agent.call("PUT", path, {"line_items": []}).status_code == 400
    assert agent.call("POST", f"{path}/cancel").json()["id"] == told["id"]
    assert agent.call("GET", path).status_code == 404
    assert agent.call("GET", f"{SESSIONS}/{told['id']}").status_code == 404


def test_a_person_does_not_get_in_by_a_cookie(flipflops: Variant, client: Client) -> None:
    user = User.objects.create_user("mai@etal.example", handle="mai", display_name="Maï")
    client.force_login(user)
    answer = client.post(
        SESSIONS, b"{}", content_type="application/json", headers={"API-Version": "2026-04-17"}
    )
    assert answer.status_code == 401
