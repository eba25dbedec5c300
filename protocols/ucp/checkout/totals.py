"""Sums as UCP has them: entries that add up to the last one, in minor units, discounts below zero.

https://ucp.dev/2026-04-08/specification/discount: what is off lines is `items_discount`, what is off
delivery `discount`.
"""

from __future__ import annotations

from typing import Any

from checkout.session_views import Sums, View

ITEMS_DISCOUNT = "items_discount"
DISCOUNT = "discount"
Entry = dict[str, Any]


def of(view: View) -> list[Entry]:
    """Of all that there is."""
    off_lines = sum(line.discount for line in view.lines)
    return listed(view.sums, off_lines=off_lines, is_sent=bool(view.parcels))


def listed(sums: Sums, *, off_lines: int, is_sent: bool) -> list[Entry]:
    """`off_lines` is what of the discount is off goods. Taxes inside prices are no entry: they are in
    the others. Delivery of what is sent is one also where it is free."""
    found = [
        _entry("subtotal", sums.items, "Subtotal"),
        _entry(ITEMS_DISCOUNT, -off_lines, "Discounts"),
        _entry("fulfillment", sums.delivery, "Delivery"),
        _entry(DISCOUNT, off_lines - sums.discount, "Discount on delivery"),
        _entry("tax", sums.tax_added, "Tax"),
    ]
    kept = [each for each in found if each["amount"] or each["type"] == "subtotal"]
    if is_sent and not sums.delivery:
        kept.append(_entry("fulfillment", 0, "Delivery"))
    return [*kept, _entry("total", sums.total, "Total")]


def of_part(amount: int, discount: int, *, kind: str) -> list[Entry]:
    """Of a line or a way of delivery; `discount` is below zero, or nothing."""
    found: list[Entry] = [{"type": "subtotal", "amount": amount}]
    if discount:
        found.append({"type": kind, "amount": discount})
    return [*found, {"type": "total", "amount": amount + discount}]


def _entry(kind: str, amount: int, text: str) -> Entry:
    return {"type": kind, "display_text": text, "amount": amount}
