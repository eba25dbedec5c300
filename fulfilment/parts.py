"""A merchant's part of an order: what every mail and message about it is made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db.models import Model

from accounts.models import User
from catalogue import arrivals
from catalogue.models import Merchant, Variant
from checkout.models import Order, OrderDelivery, OrderLine
from feeds.models import Post
from fulfilment.models import FulfilmentOrder, Shipment
from shopping import rows
from shopping.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One merchant's lines and delivery of one order; amounts in the order's currency."""

    order: Order
    merchant: Merchant
    lines: Sequence[OrderLine]
    delivery: OrderDelivery | None
    fulfilment_order: FulfilmentOrder
    shipments: Sequence[Shipment] = ()

    @property
    def items_total(self) -> Money:
        return self._money(sum(line.total for line in self.lines))

    @property
    def delivery_total(self) -> Money:
        return self._money(self.delivery.amount if self.delivery else 0)

    @property
    def discount_total(self) -> Money:
        """What offers took off goods and delivery."""
        taken = sum(line.discount for line in self.lines)
        return self._money(taken + (self.delivery.discount if self.delivery else 0))

    @property
    def tax_added(self) -> Money:
        return self._money(self._tax(included=False))

    @property
    def tax_included(self) -> Money:
        return self._money(self._tax(included=True))

    @property
    def total(self) -> Money:
        return self.items_total + self.delivery_total - self.discount_total + self.tax_added

    @property
    def pieces(self) -> int:
        """How many there are to send."""
        return sum(left_of(line) for line in self.lines)

    def contents(self, shipment: Shipment) -> list[tuple[OrderLine, int]]:
        """A parcel's lines with how many pieces of each are in it; no statement."""
        by_id = {line.pk: line for line in self.lines}
        return [(by_id[each.line_id], each.quantity) for each in shipment.lines.all()]

    def _tax(self, *, included: bool) -> int:
        taxed: list[OrderLine | OrderDelivery] = [*self.lines]
        if self.delivery:
            taxed.append(self.delivery)
        return sum(row.tax for row in taxed if row.tax_is_included == included)

    def _money(self, amount: int) -> Money:
        return Money(amount, self.order.currency)


def left_of(line: OrderLine) -> int:
    """The pieces of a line that are to be sent: those that are in no parcel yet, and that no refund
    has given back, or is about to.

    A refund names pieces, not parcels: as long as some are to be sent, it is those that it takes.
    """
    return max(line.quantity - line.refunded_quantity - line.dispatched_quantity, 0)


def new_parts(order: Order) -> list[Part]:
    """An order's parts with open fulfilment orders that are not written yet; one statement."""
    return [
        Part(
            order=order,
            merchant=lines[0].merchant,
            lines=lines,
            delivery=delivery,
            fulfilment_order=FulfilmentOrder(
                order=order,
                merchant=lines[0].merchant,
                leaves_by=leaves_by(order, lines[0].merchant) if delivery else None,
            ),
        )
        for lines, delivery in _bought(order)
    ]


def leaves_by(order: Order, merchant: Merchant) -> datetime | None:
    """When what `merchant` has to send of a paid order should have left: the end of the day from which
    the promise to its shopper counts the days of travel."""
    if order.paid_at is None:
        return None
    day = arrivals.leaving(order.paid_at, time_zone=merchant.time_zone, cut_off=merchant.cut_off)
    return arrivals.end_of(day, time_zone=merchant.time_zone)


def part_of(fulfilment_order: FulfilmentOrder) -> Part:
    """The part that `fulfilment_order` is about, read afresh; four statements."""
    [order] = rows.fetch(Order, "WHERE t.id = %s", [fulfilment_order.order_id])
    [(lines, delivery)] = [
        (lines, delivery)
        for lines, delivery in _bought(order)
        if lines[0].merchant_id == fulfilment_order.merchant_id
    ]
    return Part(
        order=order,
        merchant=lines[0].merchant,
        lines=lines,
        delivery=delivery,
        fulfilment_order=fulfilment_order,
        shipments=list(fulfilment_order.shipments.order_by("id").prefetch_related("lines")),
    )


def _bought(order: Order) -> Iterator[tuple[list[OrderLine], OrderDelivery | None]]:
    """Lines and delivery merchant by merchant, each line with merchant, variant and post."""
    by_merchant: dict[int, tuple[list[OrderLine], OrderDelivery | None]] = {}
    for values in rows.run(_statement(), [order.pk]):
        line, merchant, account, variant, post, delivery = _models(values)
        merchant.account = account
        line.merchant, line.variant, line.order = merchant, variant, order
        line.post = post if line.post_id else None
        lines, _ = by_merchant.setdefault(
            line.merchant_id, ([], delivery if delivery.pk is not None else None)
        )
        lines.append(line)
    yield from by_merchant.values()


# The tables of `_statement`, and which fields are read of them; () means all.
READ: tuple[tuple[type[Model], str, tuple[str, ...]], ...] = (
    (OrderLine, "line", ()),
    (Merchant, "merchant", ()),
    (User, "account", ("id", "locale")),
    (Variant, "variant", ("id", "public_id")),
    (Post, "post", ("id", "public_id")),
    (OrderDelivery, "delivery", ()),
)


@cache
def _left_out() -> list[tuple[str, ...]]:
    """For each table of READ the fields that are not read."""
    return [
        tuple(f.name for f in model._meta.concrete_fields if read and f.name not in read)
        for model, _, read in READ
    ]


@cache
def _statement() -> str:
    names = ", ".join(
        rows.columns(model, alias, without)
        for (model, alias, _), without in zip(READ, _left_out(), strict=True)
    )
    return f"""
        SELECT {names} FROM checkout_orderline line
        JOIN catalogue_merchant merchant ON merchant.id = line.merchant_id
        JOIN accounts_user account ON account.id = merchant.account_id
        JOIN catalogue_variant variant ON variant.id = line.variant_id
        LEFT JOIN feeds_post post ON post.id = line.post_id
        LEFT JOIN checkout_orderdelivery delivery
            ON delivery.order_id = line.order_id AND delivery.merchant_id = line.merchant_id
        WHERE line.order_id = %s ORDER BY line.id
    """  # noqa: S608 – names of our own models


def _models(
    values: Sequence[object],
) -> tuple[OrderLine, Merchant, User, Variant, Post, OrderDelivery]:
    built, start = [], 0
    for (model, _, _), without in zip(READ, _left_out(), strict=True):
        end = start + rows.width(model, without)
        built.append(rows.build(model, values[start:end], without))
        start = end
    return tuple(built)  # type: ignore[return-value]
