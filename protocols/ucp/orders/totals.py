"""Sums of an order, as its checkout listed them: types/totals.json."""

from __future__ import annotations

from collections.abc import Sequence

from checkout.models import Order, OrderLine
from checkout.session_views import Sums
from protocols.ucp.checkout.totals import ITEMS_DISCOUNT, Entry, listed, of_part


def of_order(order: Order, bought: Sequence[OrderLine], *, is_sent: bool) -> list[Entry]:
    """They add up to the last one. `bought` are all of its lines."""
    sums = Sums(
        currency=order.currency,
        items=order.items_total,
        delivery=order.delivery_total,
        discount=order.discount_total,
        tax_added=order.tax_added,
        tax_included=order.tax_included,
        total=order.total,
    )
    return listed(sums, off_lines=sum(line.discount for line in bought), is_sent=is_sent)


def of_line(line: OrderLine) -> list[Entry]:
    return of_part(line.total, -line.discount, kind=ITEMS_DISCOUNT)


def given_back(amount: int) -> list[Entry]:
    """Minor units that went to the buyer."""
    return [{"type": "total", "amount": -amount}]
