"""UCP's carts: made, read, replaced, cancelled, and made into a checkout once."""

from __future__ import annotations

from typing import Any

import pytest

from catalogue.models import Merchant, Variant
from checkout.models import CheckoutSession, Offer
from tests.protocols.conftest import Agent
from tests.protocols.schemas import valid
from tests.protocols.ucp_calls import Shop, adds_up, checked, wanting

pytestmark = pytest.mark.django_db(transaction=True)
CARTS = "/ucp/v1/carts"


def cart(answer: Any, *, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    document: dict[str, Any] = answer.json()
    assert valid(document, "shopping/cart.json", with_=["discount"])
    assert adds_up(document)
    return document


def test_a_cart_lives_until_it_is_cancelled(agent: Agent, flipflops: Variant) -> None:
    made = cart(agent.post(CARTS, wanting(flipflops, 2)), status=201)
    assert (made["totals"][-1]["amount"], made["messages"]) == (6800, [])
    url = f"{CARTS}/{made['id']}"
    assert cart(agent.get(url)) == made
    changed = cart(agent.put(url, {"id": made["id"], **wanting(flipflops, 3)}))
    assert changed["line_items"][0]["quantity"] == 3
    assert cart(agent.post(f"{url}/cancel")) == changed
    for gone in (agent.get(url), agent.put(url, wanting(flipflops)), agent.post(f"{url}/cancel")):
        assert gone.status_code == 404
        assert valid(gone.json(), "shopping/types/error_response.json")


def test_a_cart_is_made_into_one_checkout(
    agent: Agent, flipflops: Variant, plage: Merchant
) -> None:
    Offer.objects.create(
        name="Ten", code="TEN", kind="percentage", basis_points=1000, merchant=plage
    )
    made = cart(agent.post(CARTS, wanting(flipflops, 2, discounts={"codes": ["TEN"]})), status=201)
    shop = Shop(agent)
    first = agent.post(shop.url(), {"cart_id": made["id"], **wanting(flipflops, 9)})
    assert first.status_code == 201
    document = checked(first)
    assert document["line_items"][0]["quantity"] == 2
    assert document["buyer"] == made["buyer"]
    assert document["discounts"]["applied"][0]["code"] == "TEN"
    second = agent.post(shop.url(), {"cart_id": made["id"]})
    assert (second.status_code, second.json()["id"]) == (200, document["id"])
    agent.post(shop.url(document["id"], "cancel"))
    third = agent.post(shop.url(), {"cart_id": made["id"]})
    assert (third.status_code, third.json()["id"] == document["id"]) == (201, False)
    assert CheckoutSession.objects.filter(kind="cart").count() == 1


def test_a_cart_is_no_checkout_and_is_its_platforms_alone(
    agent: Agent, new_agent: Any, flipflops: Variant
) -> None:
    made = cart(agent.post(CARTS, wanting(flipflops)), status=201)
    other = new_agent()
    shop = Shop(agent)
    for answer in (
        agent.get(shop.url(made["id"])),
        agent.post(shop.url(made["id"], "complete"), {}),
        other.get(f"{CARTS}/{made['id']}"),
        other.post(shop.url(), {"cart_id": made["id"]}),
    ):
        assert answer.status_code == 404
