"""Customers, saved cards, and lists with Stripe's cursors."""

from __future__ import annotations

import pytest
import stripe

from tests.sandbox.conftest import order


def test_pages_follow_each_other_newest_first(client: stripe.StripeClient) -> None:
    made = [
        client.v1.payment_intents.create({"amount": 500 + number, "currency": "eur"}).id
        for number in range(5)
    ]
    newest = list(reversed(made))

    first = client.v1.payment_intents.list({"limit": 2})
    assert ([intent.id for intent in first.data], first.has_more) == (newest[:2], True)
    assert first.url == "/v1/payment_intents"
    after = client.v1.payment_intents.list({"limit": 3, "starting_after": newest[1]})
    assert ([intent.id for intent in after.data], after.has_more) == (newest[2:], False)
    before = client.v1.payment_intents.list({"limit": 2, "ending_before": newest[3]})
    assert ([intent.id for intent in before.data], before.has_more) == (newest[1:3], True)
    every = client.v1.payment_intents.list({"limit": 2}).auto_paging_iter()
    assert [intent.id for intent in every] == newest


def test_lists_narrow_by_creation_and_customer(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"name": "Mira"})
    mine = client.v1.payment_intents.create(order(customer=customer.id))
    client.v1.payment_intents.create(order())

    found = client.v1.payment_intents.list(
        {"customer": customer.id, "expand": ["data.latest_charge"]}
    )
    assert [intent.id for intent in found.data] == [mine.id]
    assert isinstance(found.data[0].latest_charge, stripe.Charge)
    future = client.v1.payment_intents.list({"created": {"gt": mine.created + 60}})
    assert future.data == []


@pytest.mark.parametrize("limit", [0, 101])
def test_a_page_has_one_to_a_hundred(client: stripe.StripeClient, limit: int) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.charges.list({"limit": limit})
    assert refused.value.param == "limit"


def test_a_customers_life(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create(
        {"email": "lena@example.org", "metadata": {"user": "7"}, "address": {"city": "Lyon"}}
    )
    changed = client.v1.customers.update(
        customer.id, {"name": "Lena", "metadata": {"user": "", "vip": "yes"}}
    )
    assert changed.metadata is not None
    assert (changed.name, changed.metadata.to_dict()) == ("Lena", {"vip": "yes"})
    assert changed.address is not None
    assert (changed.address.city, changed.address.line1) == ("Lyon", None)
    by_email = client.v1.customers.list({"email": "lena@example.org"})
    assert [known.id for known in by_email.data] == [customer.id]

    assert client.v1.customers.delete(customer.id).deleted is True
    assert client.v1.customers.retrieve(customer.id).deleted is True
    assert client.v1.customers.list().data == []


def test_saved_cards(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({})
    visa = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    amex = client.v1.payment_methods.attach("pm_card_amex", {"customer": customer.id})
    listed = client.v1.payment_methods.list({"customer": customer.id, "type": "card"})
    assert [method.id for method in listed.data] == [amex.id, visa.id]

    updated = client.v1.payment_methods.update(
        visa.id, {"billing_details": {"name": "Lena"}, "card": {"exp_year": 2041}}
    )
    assert updated.billing_details.name == "Lena"
    assert updated.card is not None
    assert updated.card.exp_year == 2041

    client.v1.payment_methods.detach(visa.id)
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        client.v1.payment_methods.attach(visa.id, {"customer": customer.id})
    with pytest.raises(stripe.CardError):
        client.v1.payment_methods.attach("pm_card_visa_chargeDeclined", {"customer": customer.id})
    left = client.v1.customers.payment_methods.list(customer.id)
    assert [method.id for method in left.data] == [amex.id]
