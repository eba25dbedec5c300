"""Refunds: whole, in parts, and never more than is left."""

from __future__ import annotations

import pytest
import stripe

from tests.sandbox.conftest import order


def paid(client: stripe.StripeClient) -> str:
    return client.v1.payment_intents.create(order()).id


def test_a_whole_refund(client: stripe.StripeClient) -> None:
    refund = client.v1.refunds.create(
        {"payment_intent": paid(client), "reason": "requested_by_customer"}
    )

    assert (refund.amount, refund.status, refund.currency) == (4250, "succeeded", "eur")
    assert isinstance(refund.charge, str)
    charge = client.v1.charges.retrieve(refund.charge, {"expand": ["refunds"]})
    assert (charge.refunded, charge.amount_refunded) == (True, 4250)
    assert charge.refunds is not None
    assert [known.id for known in charge.refunds.data] == [refund.id]
    assert isinstance(refund.balance_transaction, str)
    movement = client.v1.balance_transactions.retrieve(refund.balance_transaction)
    assert (movement.type, movement.amount, movement.net) == ("refund", -4250, -4250)


def test_parts_up_to_the_whole_and_no_further(client: stripe.StripeClient) -> None:
    intent = paid(client)
    client.v1.refunds.create({"payment_intent": intent, "amount": 4000})
    with pytest.raises(stripe.InvalidRequestError) as too_much:
        client.v1.refunds.create({"payment_intent": intent, "amount": 251})
    assert too_much.value.param == "amount"
    client.v1.refunds.create({"payment_intent": intent, "amount": 250})
    with pytest.raises(stripe.InvalidRequestError) as again:
        client.v1.refunds.create({"payment_intent": intent})
    assert again.value.code == "charge_already_refunded"

    refunds = client.v1.refunds.list({"payment_intent": intent})
    assert [refund.amount for refund in refunds.data] == [250, 4000]


def test_nothing_was_paid(client: stripe.StripeClient) -> None:
    waiting = client.v1.payment_intents.create({"amount": 500, "currency": "eur"})
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        client.v1.refunds.create({"payment_intent": waiting.id})


def test_metadata_follows_stripes_rules(client: stripe.StripeClient) -> None:
    refund = client.v1.refunds.create(
        {"payment_intent": paid(client), "metadata": {"order": "7", "why": "late"}}
    )
    client.v1.refunds.update(refund.id, {"metadata": {"why": "", "by": "Ada"}})
    metadata = client.v1.refunds.retrieve(refund.id).metadata
    assert metadata is not None
    assert metadata.to_dict() == {"order": "7", "by": "Ada"}
