# ruff: noqa: S608 - the text is made of words of our own, never of input
"""The ledger: each movement of money as entries that sum to zero. Debits are positive.

PostgreSQL refuses a transaction that does not balance, and any change of what is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from checkout import gateway
from checkout.models import (
    Dispute,
    LedgerEntry,
    LedgerTransaction,
    Order,
    Payment,
    Refund,
    RefundPart,
)
from shopping import rows
from shopping.money import Money, divide, split, step

Account = LedgerEntry.Account
# Where money is while it is at Stripe, real and test.
BALANCES = (Account.STRIPE, Account.TEST)

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

# What each merchant keeps of an order after refunds, our fee in it, and that fee. Disputes do not
# count: what a bank takes it may give back.
KEPT = """
SELECT entry.merchant_id, -sum(entry.amount)::bigint,
       -coalesce(sum(entry.amount) FILTER (WHERE entry.account = 'fees'), 0)::bigint
FROM checkout_ledgerentry entry
JOIN checkout_ledgertransaction movement ON movement.id = entry.transaction_id
WHERE movement.order_id = %s AND entry.merchant_id IS NOT NULL
  AND movement.kind IN ('capture', 'refund_owed', 'refund_dropped')
GROUP BY entry.merchant_id ORDER BY entry.merchant_id
"""

UNDECIDED = ", ".join(f"'{status}'" for status in Dispute.UNDECIDED)
# What each merchant is still to be sent of an order, less than nothing where they have been sent too
# much; nobody while a bank has yet to decide whose the money is.
OWED = f"""
SELECT entry.merchant_id, -sum(entry.amount)::bigint AS amount
FROM checkout_ledgerentry entry
JOIN checkout_ledgertransaction movement ON movement.id = entry.transaction_id
WHERE movement.order_id = %s AND entry.account = 'merchant' AND NOT EXISTS (
    SELECT FROM checkout_dispute dispute
    JOIN checkout_payment payment ON payment.id = dispute.payment_id
    WHERE payment.order_id = movement.order_id
      AND dispute.status IN ({UNDECIDED})
)
GROUP BY entry.merchant_id HAVING sum(entry.amount) <> 0
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """Minor units: all that came in for a merchant and did not go back, and our fee in that."""

    amount: int
    fee: int


NOTHING = Kept(0, 0)


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of a movement: minor units of the transaction's currency on an account."""

    account: Account
    amount: int
    merchant_id: int | None = None
    partner_id: int | None = None


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
            partner_id=posting.partner_id,
            currency=order.currency,
        )
        for posting in postings
        if posting.amount
    ]
    rows.insert_family(movement, entries)


def balance_of(order: Order) -> Account:
    """The account of the balance at Stripe on which the order's money moves."""
    return Account.TEST if order.is_test else Account.STRIPE


def post_capture(order: Order, payment: Payment) -> None:
    """A payment has come in for goods: each merchant is owed their part less our fee on goods.

    What our own offers took off is owed to them too: we give it, and not they.
    """
    shares = rows.run(SHARES, [order.pk] * 3)
    postings = [Posting(balance_of(order), payment.captured)]
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
        postings=[Posting(balance_of(order), amount), Posting(Account.REFUNDS, -amount)],
    )


def captured(reference: str) -> int:
    """Minor units that have come in under `reference`, a payment's public id or an intent's."""
    entries = LedgerEntry.objects.filter(
        transaction__kind="capture", transaction__reference=reference, account__in=BALANCES
    )
    return sum(entries.values_list("amount", flat=True))


def owed(order: Order) -> dict[int, int]:
    """Minor units that each merchant, by their id, is still to be sent of an order, or to send back
    where it is negative; those with nothing to settle are left out."""
    return {merchant_id: amount for merchant_id, amount in rows.run(OWED, [order.pk])}  # noqa: C416


def kept(order: Order) -> dict[int, Kept]:
    """What each merchant, by their id, keeps of an order after its refunds; one statement."""
    found = rows.run(KEPT, [order.pk])
    return {merchant_id: Kept(amount, fee) for merchant_id, amount, fee in found}


def post_owed(order: Order, refund: Refund, parts: Sequence[RefundPart] = ()) -> None:
    """`refund` is taken from those who were owed the money: by its parts, or where it has none
    from all in the proportion of what they keep.

    Money that came in late, or a second time, was owed to nobody else and stays to be refunded.
    """
    if not _was_owed(refund.captured_as):
        return
    postings = _by_parts(parts) if parts else shares(order, refund.amount)
    postings.append(Posting(Account.REFUNDS, -refund.amount))
    post("refund_owed", reference=str(refund.public_id), order=order, postings=postings)


def post_gift_back(order: Order, merchant_id: int) -> None:
    """A merchant's part on which nothing is left to be refunded is cancelled: what our offers gave
    for it is ours again, and what is left of our fee is theirs. A repeat does nothing.

    In the caller's transaction, which holds the order's lock.
    """
    fee = kept(order).get(merchant_id, NOTHING).fee
    postings = [
        Posting(Account.MERCHANT, -fee, merchant_id),
        Posting(Account.FEES, fee, merchant_id),
    ]
    if fee:
        post(
            "refund_owed",
            reference=f"{order.public_id} {merchant_id}",
            order=order,
            postings=postings,
        )


def post_dropped(order: Order, refund: Refund) -> None:
    """`refund` did not go: those that it was taken from are owed the money again."""
    taken = LedgerEntry.objects.filter(
        transaction__kind="refund_owed", transaction__reference=str(refund.public_id)
    ).order_by("id")
    postings = [
        Posting(Account(entry.account), -entry.amount, entry.merchant_id) for entry in taken
    ]
    if postings:
        post("refund_dropped", reference=str(refund.public_id), order=order, postings=postings)


def taken_by(refund: Refund) -> dict[int, tuple[int, int]]:
    """What `refund` takes of each merchant's money, by their id: with our fee in it, and that fee."""
    entries = LedgerEntry.objects.filter(
        transaction__kind="refund_owed",
        transaction__reference=str(refund.public_id),
        merchant__isnull=False,
    ).order_by("id")
    taken: dict[int, tuple[int, int]] = {}
    for entry in entries:
        amount, fee = taken.get(entry.merchant_id or 0, (0, 0))
        of_fee = entry.amount if entry.account == Account.FEES else 0
        taken[entry.merchant_id or 0] = (amount + entry.amount, fee + of_fee)
    return taken


def shares(order: Order, amount: int) -> list[Posting]:
    """`amount` taken from merchants in the proportion of what they keep of the order, and with each
    share so much of our fee in it, or of our gift; where nobody keeps any, from our fees. A negative
    one is given to them.
    """
    found = kept(order)
    paid = {merchant_id: each.amount for merchant_id, each in found.items() if each.amount > 0}
    if not paid:
        return [Posting(Account.FEES, amount)]
    whole, payable = sum(paid.values()), step(order.currency)
    parts = dict(zip(paid, split(amount, list(paid.values()), step=payable), strict=True))
    postings = []
    for merchant_id, each in found.items():
        share = parts.get(merchant_id, 0)
        # For a part on which the shopper paid nothing our gift goes with the order as a whole.
        weight, of = (share, each.amount) if share else (amount, whole)
        of_fee = divide(each.fee * weight, of, step=payable)
        postings.append(Posting(Account.MERCHANT, share - of_fee, merchant_id))
        postings.append(Posting(Account.FEES, of_fee, merchant_id))
    return postings


def _by_parts(parts: Iterable[RefundPart]) -> list[Posting]:
    return [
        posting
        for part in parts
        for posting in (
            Posting(Account.MERCHANT, part.amount - part.fee, part.merchant_id),
            Posting(Account.FEES, part.fee, part.merchant_id),
        )
    ]


def _was_owed(reference: str) -> bool:
    """Whether what came in under `reference` was for goods, and so owed to merchants."""
    return LedgerEntry.objects.filter(
        transaction__kind="capture",
        transaction__reference=reference,
        account__in=[Account.MERCHANT, Account.FEES],
    ).exists()


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
            Posting(balance_of(order), -sign * refund.amount),
        ],
    )


def post_dispute(order: Order, movement: gateway.Movement, *, amount: int, ours: bool) -> None:
    """What a bank's dispute moved on our balance, once: `amount` minor units of the order's
    currency taken, negative where they were given back, and Stripe's fee for it.

    Merchants bear both in the proportion of what they keep of the order, and our fee goes with the
    amount. `ours`: it was money that counted for nobody's goods, so nobody but us bears it.
    """
    taken = LedgerTransaction.objects.filter(kind="dispute", reference=movement.id)
    if not amount or taken.exists():
        return
    postings = [Posting(Account.FEES, amount)] if ours else shares(order, amount)
    postings.append(Posting(balance_of(order), -amount))
    post("dispute", reference=movement.id, order=order, postings=postings)
    if movement.fee and movement.currency == order.currency:
        borne = {} if ours else {key: each.amount for key, each in kept(order).items()}
        weights = {key: each for key, each in borne.items() if each > 0}
        postings = _borne(movement.fee, weights, payable=step(order.currency))
        postings.append(Posting(balance_of(order), -movement.fee))
        post("dispute_fee", reference=movement.id, order=order, postings=postings)


def disputed(movement_ids: Sequence[str]) -> int:
    """Minor units that these movements of disputes have taken so far."""
    entries = LedgerEntry.objects.filter(
        transaction__kind="dispute",
        transaction__reference__in=movement_ids,
        account__in=BALANCES,
    )
    return -sum(entries.values_list("amount", flat=True))


def _borne(amount: int, weights: Mapping[int, int], *, payable: int) -> list[Posting]:
    """`amount` taken from merchants alone, by their id, all but the last in multiples of `payable`;
    from our fees where there are none."""
    if not weights:
        return [Posting(Account.FEES, amount)]
    amounts = split(amount, list(weights.values()), step=payable)
    return [
        Posting(Account.MERCHANT, each, merchant_id)
        for merchant_id, each in zip(weights, amounts, strict=True)
    ]
