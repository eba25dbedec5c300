"""Any captures, refunds and disputes in any order: merchants have been sent what they keep."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.models import Merchant
from checkout import disputes, gateway, transfers
from checkout.errors import CheckoutError
from checkout.models import Dispute, LedgerEntry, Payment, Refund, Transfer, TransferReversal
from tests.checkout.test_refund_properties import (
    CURRENCIES,
    baskets,
    give_back,
    sell,
    shops,
    stripe_says,
)

__all__ = ["shops"]

KEPT = ("capture", "refund_owed", "refund_dropped", "dispute", "dispute_fee")
REFUNDS = ["pieces", "delivery", "goodwill", "amount"]
steps = st.lists(
    st.tuples(
        st.sampled_from([*REFUNDS, *REFUNDS, "fails", "send", "dispute", "lost", "won"]),
        st.integers(0, 50),
        st.integers(1, 6),
    ),
    max_size=12,
)


def take(payment: Payment, kind: str, which: int, size: int) -> None:
    """One step; where it cannot be done, nothing happens."""
    if kind in REFUNDS:
        refund = give_back(payment, kind, which, size)
        if size % 2:
            stripe_says(refund, "succeeded")
    elif kind == "fails":
        live = list(Refund.objects.filter(payment=payment).exclude(status="failed"))
        if live:
            refund = live[which % len(live)]
            refund.payment = payment
            stripe_says(refund, "failed")
    elif kind == "send":
        send(which)
    else:
        bank_says(payment, kind, which)


def send(which: int) -> None:
    """Stripe does what it was asked for: every other one, or all."""
    for transfer in Transfer.objects.filter(status="requested").order_by("id"):
        if which % 2 or transfer.pk % 2:
            stripe_sends(transfer)
    for reversal in TransferReversal.objects.filter(status="requested").order_by("id"):
        if reversal.transfer.stripe_id and (which % 3 or reversal.pk % 2):
            answer = gateway.Reversal(
                id=f"trr_{reversal.pk}",
                amount=reversal.amount,
                transfer_id=reversal.transfer.stripe_id,
                reversal_id=str(reversal.public_id),
            )
            transfers.apply(at_stripe(reversal.transfer), [answer])


def at_stripe(transfer: Transfer) -> gateway.Transfer:
    return gateway.Transfer(
        id=f"tr_{transfer.pk}",
        amount=transfer.amount,
        currency=transfer.currency,
        account_id="acct_1",
        transfer_id=str(transfer.public_id),
        order_id=str(transfer.order.public_id),
    )


def stripe_sends(transfer: Transfer) -> None:
    transfers.apply(at_stripe(transfer))
    transfers.apply(at_stripe(transfer))


def bank_says(payment: Payment, kind: str, which: int) -> None:
    """A dispute of part of what is left begins or ends; each takes 15.00 as the bank's fee."""
    open_ = Dispute.objects.undecided().filter(payment=payment).first()
    payment.refresh_from_db()
    left = payment.captured - payment.refunded
    if kind == "dispute" and (open_ or left <= 0):
        return
    if kind != "dispute" and open_ is None:
        return
    number = Dispute.objects.filter(payment=payment).count() + (open_ is None)
    amount = open_.amount if open_ else max(left * (which + 1) // 51, 1)
    taken = gateway.Movement(f"txn_{payment.pk}_{number}", -amount, 1500, payment.currency)
    back = replace(taken, id=f"{taken.id}_back", amount=amount, fee=0)
    disputes.apply(
        gateway.Dispute(
            id=f"du_{payment.pk}_{number}",
            status={"dispute": "needs_response"}.get(kind, kind),
            reason="general",
            amount=amount,
            currency=payment.currency,
            intent_id=payment.intent_id or "",
            due_by=None,
            movements=(taken, back) if kind == "won" else (taken,),
        )
    )


def check(payment: Payment) -> None:
    entries = LedgerEntry.objects.filter(transaction__order=payment.order)
    by_transaction = entries.values("transaction_id").annotate(sum=Sum("amount"))
    assert {row["sum"] for row in by_transaction} <= {0}
    for transfer in payment.transfers.all():
        live = transfer.reversals.exclude(status="dropped").aggregate(sum=Sum("amount"))["sum"]
        assert transfer.reversed == (live or 0) <= transfer.amount
    under_way = Transfer.objects.filter(payment=payment, status="requested")
    coming = TransferReversal.objects.filter(transfer__payment=payment, status="requested")
    on_the_way = entries.filter(account="transfers").aggregate(sum=Sum("amount"))["sum"] or 0
    assert on_the_way == total(coming) - total(under_way)
    if payment.disputes.undecided().exists():
        return
    for merchant in Merchant.objects.all():
        theirs = entries.filter(account="merchant", merchant=merchant)
        keeps = -total(theirs.filter(transaction__kind__in=KEPT))
        sent = payment.transfers.filter(merchant=merchant)
        back = sent.aggregate(sum=Sum("reversed"))["sum"] or 0
        # Who keeps less than nothing owes us that, and has been sent nothing.
        assert total(sent) - back == max(keeps, 0)
        assert -total(theirs) == min(keeps, 0)


def total(rows) -> int:
    return rows.aggregate(sum=Sum("amount"))["sum"] or 0


@given(
    currency=st.sampled_from(CURRENCIES),
    basket=baskets,
    fee_bps=st.sampled_from([0, 333, 1_000, 10_000]),
    delivery=st.integers(0, 900),
    taken=steps,
)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_refunds_and_disputes_of_any_order(
    shops, currency, basket, fee_bps, delivery, taken
) -> None:
    payment = sell(shops, basket, currency=currency, fee_bps=fee_bps, delivery=delivery)
    transfers.settle_up(payment.order)
    check(payment)
    for kind, which, size in taken:
        with suppress(CheckoutError):
            take(payment, kind, which, size)
        check(payment)
    before = payment.transfers.count(), TransferReversal.objects.count()
    transfers.settle_up(payment.order)
    assert (payment.transfers.count(), TransferReversal.objects.count()) == before
    check(payment)
