"""What of a paid order can still be given back, merchant by merchant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalogue.models import Merchant
from checkout import ledger
from checkout.models import Order, OrderDelivery, OrderLine, RefundPart

Kind = RefundPart.Kind


@dataclass(frozen=True, slots=True)
class LineLeft:
    """Pieces of a line that were not given back, what was paid for them, and the tax in that."""

    line: OrderLine
    quantity: int
    amount: int
    tax: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLeft:
    """What is left of one merchant's part of an order, in minor units of its currency.

    `amount` is all that can go back to the shopper; goodwill and refunds that named no parts have
    taken from it. `delivery` is what the parcel's delivery cost, 0 once that was given back.
    `fee` is what we keep of our fee, which is on goods alone; less than nothing where our own offers
    gave more than that.
    """

    currency: str
    merchant: Merchant
    lines: Sequence[LineLeft]
    delivery: int
    delivery_tax: int
    amount: int
    tax: int
    fee: int

    @property
    def goods(self) -> int:
        return sum(left.amount for left in self.lines)

    @property
    def given_before(self) -> int:
        """What went back and was of no piece and no delivery, such as goodwill."""
        return max(self.goods + self.delivery - self.amount, 0)


def paid_for(line: OrderLine) -> int:
    """Minor units that the shopper paid for a line, tax and all; the one place that says so."""
    return line.total - line.discount + (0 if line.tax_is_included else line.tax)


def paid_for_delivery(delivery: OrderDelivery) -> int:
    """The same for a parcel's delivery."""
    added = 0 if delivery.tax_is_included else delivery.tax
    return delivery.amount - delivery.discount + added


def read(order: Order) -> list[PartLeft]:
    """The order's parts by merchant, in the order of its lines; four statements.

    What it says holds as long as the caller holds the order's lock.
    """
    given: dict[int, list[RefundPart]] = defaultdict(list)
    for part in RefundPart.objects.live().filter(refund__payment__order=order):
        given[part.merchant_id].append(part)
    deliveries = {each.merchant_id: each for each in OrderDelivery.objects.filter(order=order)}
    lines: dict[Merchant, list[OrderLine]] = defaultdict(list)
    bought = OrderLine.objects.filter(order=order).select_related("merchant", "variant")
    for line in bought.order_by("id"):
        lines[line.merchant].append(line)
    kept = ledger.kept(order)
    return [
        _part(
            order,
            merchant,
            some,
            delivery=deliveries.get(merchant.pk),
            given=given[merchant.pk],
            kept=kept.get(merchant.pk, ledger.NOTHING),
        )
        for merchant, some in lines.items()
    ]


def _part(
    order: Order,
    merchant: Merchant,
    lines: Iterable[OrderLine],
    *,
    delivery: OrderDelivery | None,
    given: Sequence[RefundPart],
    kept: ledger.Kept,
) -> PartLeft:
    lines = list(lines)
    returned = delivery is None or any(part.kind == Kind.DELIVERY for part in given)
    taxes = sum(line.tax for line in lines) + (delivery.tax if delivery else 0)
    return PartLeft(
        currency=order.currency,
        merchant=merchant,
        lines=[_line(line, [part for part in given if part.line_id == line.pk]) for line in lines],
        delivery=0 if returned or delivery is None else paid_for_delivery(delivery),
        delivery_tax=0 if returned or delivery is None else delivery.tax,
        amount=max(kept.amount, 0),
        tax=max(taxes - sum(part.tax for part in given), 0),
        fee=kept.fee,
    )


def _line(line: OrderLine, given: Sequence[RefundPart]) -> LineLeft:
    """What failed gave nothing back, so its pieces count again; where none are left, nothing is."""
    quantity = line.quantity - sum(part.quantity for part in given)
    if not quantity:
        return LineLeft(line, 0, 0, 0)
    return LineLeft(
        line,
        quantity,
        amount=paid_for(line) - sum(part.amount for part in given),
        tax=max(line.tax - sum(part.tax for part in given), 0),
    )
