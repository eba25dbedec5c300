"""Reversals: what is refunded, or lost to a bank, comes back from those who were sent it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalogue.models import Merchant
from checkout import gateway, refundable, refunds, reversals, sweeps, transfer_words, transfers
from checkout.models import Order, Payment, Refund, StripeEvent, Transfer, TransferReversal
from checkout.refund_previews import whole
from shopping.money import Money
from tests.buying import Basket, Sandbox, history, pay
from tests.checkout.test_disputes import decide, paid_with
from tests.paying_out import at_stripe, books, connect, due, fund, post, sweep, tell

pytestmark = pytest.mark.django_db
HALF = Money(1895, "EUR")
DISPUTES = ("charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.closed")


@pytest.fixture
def sent(order: Order, payment: Payment, plage: Merchant, sandbox: Sandbox) -> Transfer:
    """€37.90 were paid, and €36.20 of that sent; our fee is €1.70."""
    connect(sandbox, plage)
    assert pay(payment, sandbox.token()).kind == "succeeded"
    assert sweep() == (1, 0)
    return Transfer.objects.get()


def give_back(transfer: Transfer, amount: Money) -> Refund:
    return refunds.request(transfer.payment_id, amount=amount, reason="x")


def test_a_refund_takes_its_part_of_the_transfer_back(
    sent: Transfer, order: Order, sandbox: Sandbox
) -> None:
    refunds.send(give_back(sent, HALF).pk)
    assert books(order) == {"transfers plage": 1810, "fees": -85, "stripe": -1725}
    assert sweep() == (0, 1)
    assert at_stripe(sandbox, order) == {"acct_plage": (3620, 1810)}
    assert books(order) == {"stripe": 85, "fees": -85}
    assert history(order)[-1] == "reversal.succeeded"
    refunds.send(give_back(sent, HALF).pk)
    assert sweep() == (0, 1)
    assert at_stripe(sandbox, order) == {"acct_plage": (3620, 3620)}
    assert books(order) == {}


@pytest.mark.parametrize("kind", ["drop", "drop_after", "error", "error_after"])
def test_stripes_answer_to_a_reversal_is_lost(
    kind: str, sent: Transfer, order: Order, sandbox: Sandbox
) -> None:
    give_back(sent, HALF)
    [reversal] = TransferReversal.objects.all()
    sandbox.fault(kind, "transfers.reversals.create", times=2)
    with pytest.raises(gateway.Unknown):
        reversals.send(reversal.pk)
    reversals.send(reversal.pk)
    reversal.refresh_from_db()
    assert reversal.status == "requested"
    TransferReversal.objects.update(created_at=timezone.now() - timedelta(hours=13))
    assert sweep() == (0, 1)
    reversal.refresh_from_db()
    assert (reversal.status, reversal.next_attempt_at) == ("succeeded", None)
    assert at_stripe(sandbox, order) == {"acct_plage": (3620, 1810)}


def test_a_refund_comes_before_the_transfer_is_sent(
    order: Order, payment: Payment, plage: Merchant, sandbox: Sandbox
) -> None:
    connect(sandbox, plage)
    pay(payment, sandbox.token())
    transfer = Transfer.objects.get()
    give_back(transfer, HALF)
    due()
    assert sweeps.reversals_due() == 1
    reversal = TransferReversal.objects.get()
    assert transfer_words.why(reversal) == "The transfer itself has not been sent yet."
    transfers.send(transfer.pk)
    assert sweeps.reversals_due() == 1
    assert at_stripe(sandbox, order) == {"acct_plage": (3620, 1810)}


def test_a_refund_that_fails_sends_the_money_again(
    sent: Transfer, order: Order, sandbox: Sandbox
) -> None:
    refund = give_back(sent, Money(3790, "EUR"))
    assert sweep() == (0, 1)
    assert at_stripe(sandbox, order) == {"acct_plage": (3620, 3620)}
    Payment.objects.update(intent_id="pi_unknown")
    refunds.send(refund.pk)
    refund.refresh_from_db()
    assert refund.status == "failed"
    assert [each.from_charge for each in order.transfers.order_by("id")] == [True, False]
    fund(sandbox)
    assert sweep() == (1, 0)
    assert at_stripe(sandbox, order) == {"acct_plage": (7240, 3620)}
    assert books(order) == {"stripe": 170, "fees": -170}


def test_a_shop_that_has_been_paid_out_is_asked_until_it_has_the_money(
    sent: Transfer, order: Order, sandbox: Sandbox
) -> None:
    wish = {"pay_out": True}
    sandbox.http.post("/_sandbox/accounts/acct_plage", json=wish).raise_for_status()
    give_back(sent, HALF)
    assert sweep() == (0, 1)
    reversal = TransferReversal.objects.get()
    assert (reversal.status, reversal.failure) == ("requested", "balance_insufficient")
    assert "not enough in the Stripe balance" in transfer_words.why(reversal)
    assert sweeps.reversals_due() == 0
    fund(sandbox)
    more = {"amount": 2000, "currency": "eur", "destination": "acct_plage"}
    post(sandbox, "/v1/transfers", **more)
    assert sweep() == (0, 1)
    reversal.refresh_from_db()
    assert (reversal.status, reversal.failure, reversal.attempts) == ("succeeded", "", 1)


def by_hand(sandbox: Sandbox, transfer: Transfer, amount: int) -> None:
    transfer.refresh_from_db()
    post(sandbox, f"/v1/transfers/{transfer.stripe_id}/reversals", amount=amount)
    tell(sandbox, "transfer.reversed")
    assert not StripeEvent.objects.exclude(last_error="").exists()


def test_what_is_taken_back_by_hand_is_in_the_books_and_not_sent_again(
    sent: Transfer, order: Order, sandbox: Sandbox
) -> None:
    by_hand(sandbox, sent, 1000)
    sent.refresh_from_db()
    reversal = TransferReversal.objects.get()
    assert (sent.reversed, reversal.amount, reversal.status) == (1000, 1000, "succeeded")
    assert books(order) == {"stripe": 1170, "merchant plage": -1000, "fees": -170}
    assert sweep() == (0, 0)
    StripeEvent.objects.all().delete()
    tell(sandbox, "transfer.reversed")
    assert TransferReversal.objects.count() == 1
    # A refund counts on it.
    refunds.send(give_back(sent, HALF).pk)
    sweep()
    assert at_stripe(sandbox, order) == {"acct_plage": (3620, 1810)}
    assert books(order) == {"stripe": 85, "fees": -85}


def test_what_is_taken_back_by_hand_takes_the_place_of_what_waits(
    sent: Transfer, order: Order, sandbox: Sandbox
) -> None:
    refunds.send(give_back(sent, HALF).pk)
    by_hand(sandbox, sent, 1000)
    assert sweep() == (0, 1)
    found = TransferReversal.objects.order_by("id").values_list("amount", "status")
    assert list(found) == [(1810, "dropped"), (1000, "succeeded"), (810, "succeeded")]
    assert at_stripe(sandbox, order) == {"acct_plage": (3620, 1810)}
    assert books(order) == {"stripe": 85, "fees": -85}


def test_by_hand_while_a_call_of_ours_may_be_on_its_way(
    sent: Transfer, order: Order, sandbox: Sandbox
) -> None:
    refunds.send(give_back(sent, Money(3790, "EUR")).pk)
    sandbox.fault("drop", "transfers.reversals.create", times=2)
    with pytest.raises(gateway.Unknown):
        reversals.send(TransferReversal.objects.get().pk)
    post(sandbox, f"/v1/transfers/{sent.stripe_id}/reversals", amount=1000)
    tell(sandbox, "transfer.reversed")
    event = StripeEvent.objects.get()
    assert (event.processed_at, event.last_error[:4]) == (None, "Busy")
    due()
    sweeps.process(event.pk)
    sweep()
    assert at_stripe(sandbox, order) == {"acct_plage": (3620, 3620)}
    assert books(order) == {}


def test_more_than_was_sent_is_never_taken_back(
    sent: Transfer, order: Order, sandbox: Sandbox
) -> None:
    reversals.take_back(order, {sent.merchant_id: 9999})
    reversals.take_back(order, {sent.merchant_id: 9999})
    assert [each.amount for each in sent.reversals.all()] == [3620]


def test_a_status_moves_only_as_the_table_of_reversals_allows(
    sent: Transfer, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    refunds.send(give_back(sent, HALF).pk)
    monkeypatch.setitem(TransferReversal.TRANSITIONS, "requested", ())
    before = books(order)
    assert sweep() == (0, 1)
    reversal = TransferReversal.objects.get()
    assert (reversal.status, reversal.stripe_id) == ("requested", None)
    assert books(order) == before


@pytest.mark.parametrize(
    "change",
    [
        {"next_attempt_at": None},
        {"status": "dropped"},
        {"status": "succeeded", "next_attempt_at": None},
        {"status": "dropped", "next_attempt_at": None, "stripe_id": "trr_1"},
        {"stripe_id": "trr_1"},
    ],
)
def test_a_reversal_is_due_until_it_is_over_and_has_stripes_id_where_it_went(
    change: dict[str, Any], sent: Transfer
) -> None:
    give_back(sent, HALF)
    refused = pytest.raises(IntegrityError, match=r"reversal_(due|succeeded)_iff")
    with refused, transaction.atomic():
        TransferReversal.objects.update(**change)


# Disputes ---------------------------------------------------------------------------------------
@pytest.fixture
def disputed(order: Order, payment: Payment, plage: Merchant, sandbox: Sandbox) -> Transfer:
    """A payment whose shopper's bank takes it back after the shop was sent its part."""
    connect(sandbox, plage)
    paid_with("pm_card_createDispute", payment, sandbox)
    assert sweep() == (1, 0)
    tell(sandbox, *DISPUTES)
    return Transfer.objects.get()


def test_while_a_dispute_is_open_nothing_is_taken_back(
    disputed: Transfer, order: Order, sandbox: Sandbox
) -> None:
    assert order.payments.get().disputes.get().status == "needs_response"
    assert sweep() == (0, 0)
    assert at_stripe(sandbox, order) == {"acct_plage": (3620, 0)}


def test_a_lost_dispute_takes_the_transfer_back(
    disputed: Transfer, order: Order, sandbox: Sandbox
) -> None:
    decide(sandbox, "lost")
    tell(sandbox, *DISPUTES)
    assert sweep() == (0, 1)
    assert at_stripe(sandbox, order) == {"acct_plage": (3620, 3620)}
    # The bank's fee is more than was sent for the order: the shop owes us that.
    assert books(order) == {"stripe": -1500, "merchant plage": 1500}


def test_a_won_dispute_takes_back_no_more_than_the_banks_fee(
    disputed: Transfer, order: Order, sandbox: Sandbox
) -> None:
    decide(sandbox, "won")
    tell(sandbox, *DISPUTES, "charge.dispute.funds_reinstated")
    assert sweep() == (0, 1)
    assert at_stripe(sandbox, order) == {"acct_plage": (3620, 1500)}
    assert books(order) == {"stripe": 170, "fees": -170}


def test_what_waits_is_not_sent_while_a_dispute_is_open(
    order: Order, payment: Payment, plage: Merchant, sandbox: Sandbox
) -> None:
    connect(sandbox, plage)
    paid_with("pm_card_createDispute", payment, sandbox)
    tell(sandbox, *DISPUTES)
    sweep()
    transfer = Transfer.objects.get()
    assert (transfer.status, transfer.failure) == ("requested", "disputed")
    assert at_stripe(sandbox, order) == {}
    decide(sandbox, "won")
    tell(sandbox, *DISPUTES, "charge.dispute.funds_reinstated")
    assert sweeps.transfers_due() == 1
    due()
    assert sweeps.reversals_due() == 1
    assert at_stripe(sandbox, order) == {"acct_plage": (3620, 1500)}


def test_all_of_an_order_goes_back(sent: Transfer, order: Order, sandbox: Sandbox) -> None:
    parts = whole(refundable.read(order))
    refund = refunds.request(sent.payment_id, amount=Money(3790, "EUR"), reason="x", parts=parts)
    refunds.send(refund.pk)
    sweep()
    assert at_stripe(sandbox, order) == {"acct_plage": (3620, 3620)}
    assert books(order) == {}


def test_money_that_comes_to_a_shop_wakes_what_is_to_be_taken_of_it(
    sent: Transfer, basket: Basket, sandbox: Sandbox
) -> None:
    wish = {"pay_out": True}
    sandbox.http.post("/_sandbox/accounts/acct_plage", json=wish).raise_for_status()
    give_back(sent, HALF)
    assert sweep() == (0, 1)
    assert reversals.are_refused(sent.merchant_id)
    before = timezone.now() - timedelta(seconds=gateway.LONGEST_CALL_SECONDS)
    TransferReversal.objects.update(attempted_at=before)
    assert sweeps.reversals_due() == 0
    another = basket.with_(key="key-2").place()
    assert pay(another.payments.get(), sandbox.token()).kind == "succeeded"
    Transfer.objects.filter(order=another).update(next_attempt_at=timezone.now())
    assert sweeps.transfers_due() == 1
    assert sweeps.reversals_due() == 1
