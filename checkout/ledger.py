"""The ledger: each movement of money as entries that sum to zero. Debits are positive.

PostgreSQL refuses a transaction that does not balance, and any change of what is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from checkout.models import LedgerEntry, LedgerTransaction, Order, Payment, Refund
from shopping import rows
from shopping.money import Money, divide

Account = LedgerEntry.Account

# What is paid for each merchant's part of an order, for its goods alone, what our own offers took
# off it, and what they pay us of the goods.
SHARES = """
WITH part AS (
    SELECT merchant_id, total - discount + CASE WHEN tax_is_included THEN 0 ELSE tax END AS amount,
           total - discount AS goods, 0 AS gift
    FROM checkout_orderline WHERE order_id = %s
    UNION ALL
    SELECT merchant_id, amount - discount + CASE WHEN tax_is_included THEN 0 ELSE tax END, 0, 0
    FROM checkout_orderdelivery WHERE order_id = %s
    UNION ALL
    SELECT merchant_id, 0, 0, amount
    FROM checkout_orderdiscount WHERE order_id = %s AND by_platform
)
SELECT merchant.id, sum(part.amount)::bigint, sum(part.goods)::bigint, sum(part.gift)::bigint,
       merchant.fee_bps
FROM part JOIN catalogue_merchant merchant ON merchant.id = part.merchant_id
GROUP BY merchant.id ORDER BY merchant.id
"""


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of a movement: minor units of the transaction's currency on an account."""

    account: Account
    amount: int
    merchant_id: int | None = None


def post(kind: str, *, reference: str, order: Order, postings: Iterable[Posting]) -> None:
    """Write one balanced transaction in the caller's; entries of nothing are left out.

    Raises IntegrityError for a `kind` and `reference` that are there already and, when the
    caller's transaction commits, for entries that do not sum to zero.
    """
    movement = LedgerTransaction(kind=kind, reference=reference, order_id=order.pk)
    entries = [
        LedgerEntry(
            transaction=movement,
            account=posting.account,
            amount=posting.amount,
            merchant_id=posting.merchant_id,
            currency=order.currency,
        )
        for posting in postings
        if posting.amount
    ]
    rows.insert_family(movement, entries)


def post_capture(order: Order, payment: Payment) -> None:
    """A payment has come in for goods: each merchant is owed their part less our fee on goods.

    What our own offers took off is owed to them too: we give it, and not they.
    """
    shares = rows.run(SHARES, [order.pk] * 3)
    postings = [Posting(Account.STRIPE, payment.captured)]
    for merchant_id, amount, goods, gift, fee_bps in shares:
        fee = Money(goods, order.currency).share(fee_bps).amount - gift
        postings.append(Posting(Account.MERCHANT, fee - amount, merchant_id))
        postings.append(Posting(Account.FEES, -fee, merchant_id))
    post("capture", reference=str(payment.public_id), order=order, postings=postings)


def post_returned_capture(order: Order, reference: str, *, amount: int) -> None:
    """`amount` has come in for an order that is no more, or is paid: all of it is to go back."""
    post(
        "capture",
        reference=reference,
        order=order,
        postings=[Posting(Account.STRIPE, amount), Posting(Account.REFUNDS, -amount)],
    )


def captured(reference: str) -> int:
    """Minor units that have come in under `reference`, a payment's public id or an intent's."""
    entries = LedgerEntry.objects.filter(
        transaction__kind="capture", transaction__reference=reference, account=Account.STRIPE
    )
    return sum(entries.values_list("amount", flat=True))


def post_owed(order: Order, refund: Refund, *, back: bool = False) -> None:
    """`refund` is taken from those who were owed the money; `back` gives it to them again.

    Money that came in late, or a second time, was owed to nobody else and stays to be refunded.
    """
    taken = LedgerEntry.objects.filter(
        transaction__kind="capture",
        transaction__reference=refund.captured_as,
        account__in=[Account.MERCHANT, Account.FEES],
    ).order_by("id")
    entries = list(taken)
    if not entries:
        return
    amounts = split(refund.amount, [-entry.amount for entry in entries])
    sign = -1 if back else 1
    postings = [
        Posting(Account(entry.account), sign * amount, entry.merchant_id)
        for entry, amount in zip(entries, amounts, strict=True)
    ]
    postings.append(Posting(Account.REFUNDS, -sign * refund.amount))
    kind = "refund_dropped" if back else "refund_owed"
    post(kind, reference=str(refund.public_id), order=order, postings=postings)


def post_refund(order: Order, refund: Refund, *, back: bool = False) -> None:
    """`refund` has left our Stripe balance; `back`: it has returned there."""
    sign = -1 if back else 1
    kind = "refund_returned" if back else "refund"
    post(
        kind,
        reference=str(refund.public_id),
        order=order,
        postings=[
            Posting(Account.REFUNDS, sign * refund.amount),
            Posting(Account.STRIPE, -sign * refund.amount),
        ],
    )


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` in parts that stand as `weights` do and add up to it exactly."""
    total = sum(weights)
    ends = [divide(amount * reached, total) for reached in accumulate(weights)]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]
