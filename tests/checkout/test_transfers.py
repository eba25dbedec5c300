"""Transfers: each merchant is sent their part of a payment once, and it is in the books."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from catalogue import merchants
from catalogue.models import Merchant, ShippingRate, Variant
from checkout import (
    gateway,
    intents,
    ledger,
    offers,
    refundable,
    refunds,
    reversals,
    sweeps,
    transfer_words,
    transfers,
    unsettled,
)
from checkout.ledger import Account, Posting
from checkout.models import (
    LedgerTransaction,
    Offer,
    Order,
    Payment,
    Refund,
    StripeEvent,
    Transfer,
    TransferReversal,
)
from checkout.quotes import Item
from checkout.refund_previews import preview, whole
from fulfilment import cancellations, fulfilment_orders
from tests.buying import Basket, Sandbox, history, pay
from tests.paying_out import at_stripe, books, connect, due, enter, fund, post, sweep, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(
    basket: Basket,
    flipflops: Variant,
    bookcase: Variant,
    plage: Merchant,
    rayon: Merchant,
    sandbox: Sandbox,
) -> Order:
    """A paid order of both shops: €34.00 + €3.90 from the one, €129.00 + €5.00 from the other."""
    connect(sandbox, plage, rayon)
    items = (Item(flipflops.public_id, 1), Item(bookcase.public_id, 1))
    return paid(basket.with_(items=items).place(), sandbox)


def paid(order: Order, sandbox: Sandbox) -> Order:
    assert pay(order.payments.get(), sandbox.token()).kind == "succeeded"
    order.refresh_from_db()
    return order


@pytest.fixture
def waiting(order: Order, plage: Merchant, sandbox: Sandbox) -> Transfer:
    """€37.90 were paid; €36.20 of that are to be sent."""
    connect(sandbox, plage)
    paid(order, sandbox)
    return Transfer.objects.get()


def test_each_merchant_is_sent_their_part_less_our_fee(both: Order, sandbox: Sandbox) -> None:
    owed = {"stripe": 17190, "transfers plage": -3620, "transfers rayon": -12755, "fees": -815}
    assert books(both) == owed
    assert at_stripe(sandbox, both) == {}
    assert sweep() == (2, 0)
    assert at_stripe(sandbox, both) == {"acct_plage": (3620, 0), "acct_rayon": (12755, 0)}
    assert books(both) == {"stripe": 815, "fees": -815}
    assert history(both)[-2:] == ["transfer.succeeded", "transfer.succeeded"]
    assert sweep() == (0, 0)


def test_the_money_comes_from_the_charge(both: Order, sandbox: Sandbox) -> None:
    sweep()
    [charge] = sandbox.charges()
    assert both.payments.get().charge_id == charge["id"]
    found = sandbox.get("/v1/transfers", transfer_group=str(both.public_id))["data"]
    assert [each["source_transaction"] for each in found] == [charge["id"]] * 2
    stripes = sandbox.get(f"/v1/charges/{charge['id']}")
    assert stripes["transfer_group"] == str(both.public_id)


def test_settling_up_is_two_statements_for_any_number_of_merchants(
    both: Order, plage: Merchant, rayon: Merchant, django_assert_num_queries: Any
) -> None:
    more = [
        Posting(Account.STRIPE, 100),
        Posting(Account.MERCHANT, -60, plage.pk),
        Posting(Account.MERCHANT, -40, rayon.pk),
    ]
    ledger.post("capture", reference="more", order=both, postings=more)
    with django_assert_num_queries(2):  # One for what partners get of it.
        transfers.settle_up(both)
    new = both.transfers.order_by("id")[2:].values_list("merchant", "amount", "from_charge")
    assert sorted(new) == [(plage.pk, 60, False), (rayon.pk, 40, False)]


def test_settling_up_again_changes_nothing(both: Order) -> None:
    before = list(Transfer.objects.values_list("pk", flat=True))
    transfers.settle_up(both)
    transfers.settle_up(both)
    assert list(Transfer.objects.values_list("pk", flat=True)) == before


@pytest.mark.parametrize("kind", ["drop", "drop_after", "error", "error_after"])
def test_stripes_answer_to_a_transfer_is_lost(
    kind: str, waiting: Transfer, sandbox: Sandbox
) -> None:
    sandbox.fault(kind, "transfers.create", times=2)
    with pytest.raises(gateway.Unknown):
        transfers.send(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.stripe_id) == ("requested", None)
    assert sweep() == (1, 0)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.next_attempt_at) == ("succeeded", None)
    assert at_stripe(sandbox, waiting.order) == {"acct_plage": (3620, 0)}


def test_a_transfer_whose_key_stripe_has_forgotten_is_looked_for_first(
    waiting: Transfer, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.fault("drop_after", "transfers.create", times=2)
    with pytest.raises(gateway.Unknown):
        transfers.send(waiting.pk)
    # A key that is new to Stripe is what a forgotten one is.
    monkeypatch.setattr("checkout.sending.key_of", lambda kind, row: "another key")
    Transfer.objects.update(created_at=timezone.now() - timedelta(hours=13))
    assert sweep() == (1, 0)
    waiting.refresh_from_db()
    assert waiting.status == "succeeded"
    assert at_stripe(sandbox, waiting.order) == {"acct_plage": (3620, 0)}


def test_while_a_call_may_be_on_its_way_nobody_else_asks(
    waiting: Transfer, sandbox: Sandbox
) -> None:
    sandbox.fault("drop", "transfers.create", times=2)
    with pytest.raises(gateway.Unknown):
        transfers.send(waiting.pk)
    transfers.wake_for(waiting.merchant_id)
    assert sweeps.transfers_due() == 0
    transfers.send(waiting.pk)
    assert at_stripe(sandbox, waiting.order) == {}
    due()
    transfers.send(waiting.pk)
    assert at_stripe(sandbox, waiting.order) == {"acct_plage": (3620, 0)}


def test_a_merchant_without_an_account_waits_and_is_then_sent_the_money(
    waiting: Transfer, plage: Merchant, sandbox: Sandbox
) -> None:
    Merchant.objects.filter(pk=plage.pk).update(payable=False)
    assert sweep() == (1, 0)
    waiting.refresh_from_db()
    assert (waiting.failure, waiting.attempted_at) == ("no_account", None)
    assert transfer_words.why(waiting).startswith("The shop’s Stripe account needs something first")
    assert sweeps.transfers_due() == 0
    connect(sandbox, plage)
    transfers.wake_for(plage.pk)
    assert sweeps.transfers_due() == 1
    waiting.refresh_from_db()
    assert (waiting.status, waiting.failure) == ("succeeded", "")
    assert transfer_words.why(waiting) == ""
    assert at_stripe(sandbox, waiting.order) == {"acct_plage": (3620, 0)}


def test_what_stripe_refuses_is_asked_for_under_another_key(
    waiting: Transfer, plage: Merchant, sandbox: Sandbox
) -> None:
    enter(sandbox, plage, "restricted")
    now = timezone.now()
    with pytest.MonkeyPatch.context() as still:
        still.setattr(timezone, "now", lambda: now)
        transfers.send(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.attempts, waiting.from_charge) == ("requested", 1, True)
    assert waiting.failure == "insufficient_capabilities_for_transfer"
    assert waiting.next_attempt_at == now + timedelta(seconds=60)
    enter(sandbox, plage, "complete")
    assert sweep() == (1, 0)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.failure) == ("succeeded", "")
    assert at_stripe(sandbox, waiting.order) == {"acct_plage": (3620, 0)}


def test_an_account_that_was_exchanged_while_the_answer_was_lost_is_not_paid_as_well(
    waiting: Transfer, plage: Merchant, sandbox: Sandbox
) -> None:
    sandbox.fault("drop_after", "transfers.create", times=2)
    with pytest.raises(gateway.Unknown):
        transfers.send(waiting.pk)
    plage.stripe_account_id = "acct_another"
    plage.save()
    connect(sandbox, plage)
    assert sweep() == (1, 0)
    waiting.refresh_from_db()
    assert waiting.status == "succeeded"
    assert at_stripe(sandbox, waiting.order) == {"acct_plage": (3620, 0)}


def test_where_the_charge_has_nothing_left_the_money_comes_from_our_balance(
    waiting: Transfer, rayon: Merchant, sandbox: Sandbox
) -> None:
    """Somebody has sent the charge's money elsewhere by hand."""
    connect(sandbox, rayon)
    charge = waiting.payment.charge_id
    by_hand = {"amount": 3790, "currency": "eur", "destination": "acct_rayon"}
    post(sandbox, "/v1/transfers", **by_hand, source_transaction=charge)
    transfers.send(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.from_charge) == ("requested", False)
    sweep()
    waiting.refresh_from_db()
    assert waiting.failure == "balance_insufficient"
    assert transfer_words.why(waiting) == "The money has not reached our balance at Stripe yet."
    tell(sandbox, "transfer.created")
    assert StripeEvent.objects.get().last_error == "not of this shop"
    assert Transfer.objects.get() == waiting


def test_a_status_moves_only_as_the_table_of_transfers_allows(
    waiting: Transfer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(Transfer.TRANSITIONS, "requested", ())
    before = books(waiting.order)
    transfers.send(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.stripe_id) == ("requested", None)
    assert books(waiting.order) == before


@pytest.mark.parametrize(
    "change",
    [
        {"next_attempt_at": None},
        {"status": "succeeded"},
        {"status": "succeeded", "next_attempt_at": None},
        {"status": "succeeded", "stripe_id": "tr_1"},
        {"stripe_id": "tr_1"},
    ],
)
def test_a_transfer_is_due_until_it_is_sent_and_then_has_stripes_id(
    change: dict[str, Any], waiting: Transfer
) -> None:
    refused = pytest.raises(IntegrityError, match=r"transfer_(due|succeeded)_iff")
    with refused, transaction.atomic():
        Transfer.objects.filter(pk=waiting.pk).update(**change)


def test_stripe_tells_of_a_transfer_before_its_answer_arrives(
    waiting: Transfer, sandbox: Sandbox
) -> None:
    sandbox.fault("drop_after", "transfers.create", times=2)
    with pytest.raises(gateway.Unknown):
        transfers.send(waiting.pk)
    tell(sandbox, "transfer.created")
    tell(sandbox, "transfer.created")
    waiting.refresh_from_db()
    assert waiting.status == "succeeded"
    assert LedgerTransaction.objects.filter(kind="transfer").count() == 1
    assert sweep() == (0, 0)


def test_parts_that_exceed_the_charge_by_our_own_gift_are_sent_all_the_same(
    basket: Basket,
    flipflops: Variant,
    bookcase: Variant,
    plage: Merchant,
    rayon: Merchant,
    sandbox: Sandbox,
) -> None:
    connect(sandbox, plage, rayon)
    Merchant.objects.update(fee_bps=0)
    offers.save(
        Offer(name="We give", kind="percentage", basis_points=5000, currency="EUR", most=9000)
    )
    earlier = paid(basket.with_(key="key-0").place(), sandbox)
    assert earlier.total == 3790 - 1700
    items = (Item(flipflops.public_id, 1), Item(bookcase.public_id, 1))
    order = paid(basket.with_(items=items).place(), sandbox)
    assert order.total == 17190 - 8150
    plages, rayons = order.transfers.order_by("merchant_id")
    assert (plages.amount, plages.from_charge) == (3790, True)
    assert (rayons.amount, rayons.from_charge) == (13400, False)
    sweep()
    rayons.refresh_from_db()
    assert rayons.failure == "balance_insufficient"
    fund(sandbox)
    sweep()
    assert at_stripe(sandbox, order) == {"acct_plage": (3790, 0), "acct_rayon": (13400, 0)}
    assert books(order) == {"stripe": -8150, "fees": 8150}


def test_a_fee_of_everything_sends_what_is_no_goods(
    order: Order, plage: Merchant, sandbox: Sandbox
) -> None:
    connect(sandbox, plage)
    Merchant.objects.update(fee_bps=10_000)
    paid(order, sandbox)
    assert Transfer.objects.get().amount == 390


def test_who_is_owed_nothing_is_sent_nothing(basket: Basket, sandbox: Sandbox) -> None:
    Merchant.objects.update(fee_bps=10_000)
    ShippingRate.objects.update(price=0)
    paid(basket.place(), sandbox)
    assert not Transfer.objects.exists()


def test_a_payment_that_is_late_is_sent_to_nobody(
    order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token("pm_card_threeDSecure2Required"))
    sandbox.pass_bank(payment)
    with transaction.atomic():
        intents.close(order, reason="expired")
    payment.refresh_from_db()
    intents.apply(gateway.retrieve(payment.intent_id or ""))
    assert books(order) == {"stripe": 3790, "refunds": -3790}
    assert not Transfer.objects.exists()


def give_all_back(order: Order) -> Refund:
    left = refundable.read(order)
    parts = whole(left)
    amount = preview(left, parts).amount
    return refunds.request(order.payments.get().pk, amount=amount, reason="x", parts=parts)


def test_what_is_all_taken_back_before_it_is_sent_is_not_sent_at_all(
    waiting: Transfer, plage: Merchant, sandbox: Sandbox
) -> None:
    Merchant.objects.filter(pk=plage.pk).update(payable=False)
    sweep()
    refunds.send(give_all_back(waiting.order).pk)
    connect(sandbox, plage)
    transfers.wake_for(plage.pk)
    assert sweeps.transfers_due() == 1
    waiting.refresh_from_db()
    assert (waiting.status, waiting.reversed, waiting.failure) == ("dropped", 3620, "")
    assert [each.status for each in waiting.reversals.all()] == ["dropped"]
    assert at_stripe(sandbox, waiting.order) == {}
    assert books(waiting.order) == {}
    assert history(waiting.order)[-2:] == ["reversal.dropped", "transfer.dropped"]
    assert sweep() == (0, 0)


def test_what_takes_all_of_a_transfer_back_closes_both(waiting: Transfer, sandbox: Sandbox) -> None:
    give_all_back(waiting.order)
    reversals.send(TransferReversal.objects.get().pk)
    waiting.refresh_from_db()
    assert (waiting.status, TransferReversal.objects.get().status) == ("dropped", "dropped")
    transfers.send(waiting.pk)
    assert at_stripe(sandbox, waiting.order) == {}


def test_a_refund_that_fails_after_both_were_closed_sends_the_money_from_the_charge(
    waiting: Transfer, sandbox: Sandbox
) -> None:
    refund = give_all_back(waiting.order)
    assert sweep() == (1, 0)
    Payment.objects.update(intent_id="pi_unknown")
    refunds.send(refund.pk)
    assert [each.from_charge for each in waiting.order.transfers.order_by("id")] == [True, True]
    assert sweep() == (1, 0)
    assert at_stripe(sandbox, waiting.order) == {"acct_plage": (3620, 0)}
    assert books(waiting.order) == {"stripe": 170, "fees": -170}


def test_what_may_have_been_sent_is_not_closed(waiting: Transfer, sandbox: Sandbox) -> None:
    sandbox.fault("drop_after", "transfers.create", times=2)
    with pytest.raises(gateway.Unknown):
        transfers.send(waiting.pk)
    give_all_back(waiting.order)
    assert sweep() == (1, 1)
    assert at_stripe(sandbox, waiting.order) == {"acct_plage": (3620, 3620)}


def test_a_refund_in_the_moment_before_stripe_is_asked_keeps_the_money(
    waiting: Transfer, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refunded_meanwhile(transfer: Transfer) -> str:
        give_all_back(transfer.order)
        return ""

    monkeypatch.setattr(transfers, "_waits_for", refunded_meanwhile)
    transfers.send(waiting.pk)
    assert at_stripe(sandbox, waiting.order) == {}
    assert sweep() == (1, 0)
    waiting.refresh_from_db()
    assert waiting.status == "dropped"


def test_a_dropped_transfer_moves_only_as_the_table_allows(
    waiting: Transfer, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_all_back(waiting.order)
    monkeypatch.setitem(Transfer.TRANSITIONS, "requested", ("succeeded",))
    assert not reversals.cancel_out(waiting)
    waiting.refresh_from_db()
    assert (waiting.status, TransferReversal.objects.get().status) == ("requested", "requested")


def test_a_suspended_shop_waits_for_its_money(
    waiting: Transfer, plage: Merchant, sandbox: Sandbox
) -> None:
    plage.refresh_from_db()
    merchants.suspend(plage, actor=None, reason="fraud")
    assert sweep() == (1, 0)
    waiting.refresh_from_db()
    assert (waiting.failure, waiting.attempted_at) == ("suspended", None)
    assert transfer_words.why(waiting).startswith("The shop is suspended.")
    assert at_stripe(sandbox, waiting.order) == {}
    merchants.activate(plage, actor=None)
    assert sweep() == (1, 0)
    assert at_stripe(sandbox, waiting.order) == {"acct_plage": (3620, 0)}


def test_a_refund_of_a_cancelled_order_that_fails_sends_nobody_anything(
    waiting: Transfer, sandbox: Sandbox
) -> None:
    order = waiting.order
    fund(sandbox)
    fulfilment_orders.open_for(order.pk)
    sweep()
    cancellations.cancel(order.pk)
    assert sweep() == (0, 1)
    refund = Refund.objects.get()
    refunds.send(refund.pk)
    refund.refresh_from_db()
    answer = gateway.retrieve_refund(refund.stripe_id or "")
    refunds.apply(replace(answer, status="failed"))
    assert unsettled.orders(turn=0) == []
    assert sweep() == (0, 0)
    assert at_stripe(sandbox, order) == {"acct_plage": (3620, 3620)}
    assert ledger.owed(order) == {waiting.merchant_id: 3620}


def test_transfers_that_were_lost_with_the_database_are_not_made_again(
    waiting: Transfer, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, before = waiting.order, waiting.public_id
    fund(sandbox)
    sweep()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in ("ledgerentry", "ledgertransaction", "transfer"):
            cursor.execute(f"DELETE FROM checkout_{table}")
        cursor.execute("SET LOCAL session_replication_role = origin")
    # Stripe has forgotten the key by then.
    monkeypatch.setattr("checkout.sending.key_of", lambda kind, row: "another key")
    Payment.objects.update(created_at=timezone.now() - timedelta(hours=13))
    ledger.post_capture(order, order.payments.get())
    transfers.settle_up(order)
    again = Transfer.objects.get()
    assert (again.public_id, again.status) == (before, "requested")
    assert sweep() == (1, 0)
    assert at_stripe(sandbox, order) == {"acct_plage": (3620, 0)}
    assert books(order) == {"stripe": 170, "fees": -170}


def test_after_a_refusal_it_is_looked_for_first(waiting: Transfer, sandbox: Sandbox) -> None:
    sandbox.fault("drop_after", "transfers.create", times=2)
    with pytest.raises(gateway.Unknown):
        transfers.send(waiting.pk)
    Transfer.objects.update(attempts=1)
    assert sweep() == (1, 0)
    waiting.refresh_from_db()
    assert waiting.status == "succeeded"
    assert at_stripe(sandbox, waiting.order) == {"acct_plage": (3620, 0)}


def test_what_was_refused_often_is_asked_for_once_a_day(
    waiting: Transfer, plage: Merchant, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(sandbox, plage, "restricted")
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    for attempts, wait in ((29, timedelta(hours=1)), (30, timedelta(days=1))):
        Transfer.objects.update(attempts=attempts, attempted_at=None)
        transfers.send(waiting.pk)
        waiting.refresh_from_db()
        assert waiting.attempts == attempts + 1
        assert waiting.next_attempt_at == now + wait
