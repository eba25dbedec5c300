"""Any refunds of any order: the books balance, and no piece and no cent goes back twice."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.models import Merchant, Variant
from checkout import gateway, ledger, refundable, refunds
from checkout.models import LedgerEntry, Order, OrderDelivery, OrderLine, Payment, Refund
from checkout.refund_errors import NotRefundable
from checkout.refund_previews import Asked, preview, whole
from shopping.money import Money
from tests.buying import open_shop, stock_shelf

SHOPS = 2
SHELVES = 3
CURRENCIES = ["JPY", "EUR", "KWD"]


@dataclass(frozen=True)
class Bought:
    """One line: of which shop and shelf, how many pieces at what price, and its tax."""

    shop: int
    shelf: int
    quantity: int
    price: int
    tax_bps: int
    included: bool


lines = st.builds(
    Bought,
    shop=st.integers(0, SHOPS - 1),
    shelf=st.integers(0, SHELVES - 1),
    quantity=st.integers(1, 4),
    price=st.integers(0, 9_999),
    tax_bps=st.sampled_from([0, 550, 2_000]),
    included=st.booleans(),
)
baskets = st.lists(lines, min_size=1, max_size=5, unique_by=lambda line: (line.shop, line.shelf))
# What to give back, as numbers that are brought into the order's own range, and what becomes of it.
steps = st.lists(
    st.tuples(
        st.sampled_from(["pieces", "delivery", "goodwill", "amount"]),
        st.integers(0, 50),
        st.integers(1, 6),
        st.sampled_from(["succeeded", "failed", "returned", "pending"]),
    ),
    max_size=8,
)


@pytest.fixture
def shops(db: None) -> list[tuple[Merchant, list[Variant]]]:
    return [
        (shop, [stock_shelf(shop, f"{n} of {shop}", price=1, pieces=1) for n in range(SHELVES)])
        for shop in (open_shop(f"shop{number}") for number in range(SHOPS))
    ]


def tax_of(amount: int, currency: str, bought: Bought) -> int:
    money = Money(amount, currency)
    tax = money.tax_included if bought.included else money.share
    return tax(bought.tax_bps).amount


def sell(
    shops: list[tuple[Merchant, list[Variant]]],
    basket: list[Bought],
    *,
    currency: str,
    fee_bps: int,
    delivery: int,
) -> Payment:
    """A paid order, as paying it leaves it."""
    Merchant.objects.update(fee_bps=fee_bps)
    sellers = {bought.shop for bought in basket}
    items = sum(bought.price * bought.quantity for bought in basket)
    taxes = [tax_of(b.price * b.quantity, currency, b) for b in basket]
    added = sum(tax for tax, b in zip(taxes, basket, strict=True) if not b.included)
    now = timezone.now()
    order = Order.objects.create(
        email="mai@people.example",
        principal="guest:1",
        idempotency_key=str(uuid4()),
        status=Order.Status.PAID,
        currency=currency,
        items_total=items,
        delivery_total=delivery * len(sellers),
        tax_added=added,
        total=items + delivery * len(sellers) + added,
        placed_at=now,
        paid_at=now,
        name="Maï",
        line1="14 rue des Lices",
        postal_code="35000",
        city="Rennes",
        country="FR",
    )
    for tax, bought in zip(taxes, basket, strict=True):
        shop, shelves = shops[bought.shop]
        OrderLine.objects.create(
            order=order,
            merchant=shop,
            variant=shelves[bought.shelf],
            title="Thing",
            quantity=bought.quantity,
            unit_price=bought.price,
            total=bought.price * bought.quantity,
            tax=tax,
            tax_bps=bought.tax_bps,
            tax_is_included=bought.included,
        )
    for seller in sellers:
        OrderDelivery.objects.create(
            order=order,
            merchant=shops[seller][0],
            name="Home",
            amount=delivery,
            arrives_from=now.date(),
            arrives_to=now.date(),
        )
    payment = Payment.objects.create(
        order=order,
        intent_id=f"pi_{order.pk}",
        status=Payment.Status.SUCCEEDED,
        currency=currency,
        amount=order.total,
        captured=order.total,
    )
    ledger.post_capture(order, payment)
    return payment


def give_back(payment: Payment, kind: str, which: int, size: int) -> Refund:
    left = refundable.read(payment.order)
    if kind == "amount":
        money = Money(size * 100, payment.currency)
        return refunds.request(payment.pk, amount=money, reason="x")
    part = left[which % len(left)]
    if kind == "pieces":
        asked = Asked(lines={part.lines[which % len(part.lines)].line.pk: size})
    elif kind == "delivery":
        asked = Asked(deliveries=frozenset({part.merchant.pk}))
    else:
        asked = Asked(goodwill={part.merchant.pk: size * 37})
    amount = preview(left, asked).amount
    return refunds.request(payment.pk, amount=amount, reason="x", parts=asked)


def stripe_says(refund: Refund, status: str) -> None:
    refunds.apply(
        gateway.Refund(
            id=f"re_{refund.pk}",
            status=status,
            amount=refund.amount,
            currency=refund.payment.currency,
            intent_id=refund.payment.intent_id or "",
            refund_id=str(refund.public_id),
            failure_reason="",
        )
    )


def settle(refund: Refund, outcome: str) -> None:
    if outcome in ("succeeded", "returned"):
        stripe_says(refund, "succeeded")
    if outcome in ("failed", "returned"):
        stripe_says(refund, "failed")


def check(payment: Payment) -> None:
    order = payment.order
    payment.refresh_from_db()
    entries = LedgerEntry.objects.filter(transaction__order=order)
    sums = entries.values("transaction_id").annotate(sum=Sum("amount"))
    assert {row["sum"] for row in sums} <= {0}
    live = payment.refunds.exclude(status="failed").aggregate(sum=Sum("amount"))["sum"] or 0
    assert 0 <= payment.refunded <= live <= payment.captured
    assert sum(kept.amount for kept in ledger.kept(order).values()) == payment.captured - live
    for line in order.lines.all():
        given = line.refund_parts.live().aggregate(pieces=Sum("quantity"), sum=Sum("amount"))
        assert line.refunded_quantity == (given["pieces"] or 0) <= line.quantity
        assert (given["sum"] or 0) <= refundable.paid_for(line)


@given(
    currency=st.sampled_from(CURRENCIES),
    basket=baskets,
    fee_bps=st.sampled_from([0, 333, 1_000]),
    delivery=st.integers(0, 900),
    taken=steps,
)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_refunds_of_any_order(shops, currency, basket, fee_bps, delivery, taken) -> None:
    before = transaction.savepoint()
    any_refunds(shops, currency, basket, fee_bps, delivery, taken)
    # What later examples would have to read past is gone; what is checked at a commit is checked here.
    connection.check_constraints()
    transaction.savepoint_rollback(before)


def any_refunds(shops, currency, basket, fee_bps, delivery, taken) -> None:
    payment = sell(shops, basket, currency=currency, fee_bps=fee_bps, delivery=delivery)
    for kind, which, size, outcome in taken:
        try:
            refund = give_back(payment, kind, which, size)
        except NotRefundable:
            check(payment)
            continue
        settle(refund, outcome)
        check(payment)
    left = refundable.read(payment.order)
    if sum(part.amount for part in left):
        found = preview(left, whole(left))
        rest = refunds.request(
            payment.pk, amount=found.amount, reason="all of it", parts=whole(left)
        )
        stripe_says(rest, "succeeded")
        check(payment)
    owed = sum(part.amount for part in refundable.read(payment.order))
    assert owed == 0
    live = payment.refunds.exclude(status="failed").aggregate(sum=Sum("amount"))["sum"] or 0
    assert live == payment.captured


@given(price=st.integers(1, 9_999), quantity=st.integers(1, 9), fee_bps=st.integers(0, 3_000))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_pieces_one_by_one_give_back_the_line_and_its_fee(shops, price, quantity, fee_bps) -> None:
    """A line whose tax does not divide by its pieces: the last one takes the rest."""
    bought = Bought(0, 0, quantity, price, 550, included=False)
    payment = sell(shops, [bought], currency="EUR", fee_bps=fee_bps, delivery=390)
    line = payment.order.lines.get()
    for _ in range(quantity):
        give_back(payment, "pieces", 0, 1)
    given = line.refund_parts.aggregate(sum=Sum("amount"), tax=Sum("tax"), fee=Sum("fee"))
    fee = Money(line.total, "EUR").share(fee_bps).amount
    assert given == {"sum": line.total + line.tax, "tax": line.tax, "fee": fee}
    [(kept, fee_kept)] = [(each.amount, each.fee) for each in ledger.kept(payment.order).values()]
    assert (kept, fee_kept) == (390, 0)
