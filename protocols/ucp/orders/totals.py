"""Sums of an order as the protocol lists them: types/totals.json. What is taken off is below zero."""

from __future__ import annotations

from typing import Any

from checkout.models import Order, OrderLine

Total = dict[str, Any]


def of_order(order: Order) -> list[Total]:
    """They add up to the last one; tax inside prices is none of them."""
    parts = [
        ("subtotal", "Goods", order.items_total),
        ("discount", "Discount", -order.discount_total),
        ("fulfillment", "Delivery", order.delivery_total),
        ("tax", "Tax", order.tax_added),
    ]
    return [*_said(parts), {"type": "total", "display_text": "Total", "amount": order.total}]


def of_line(line: OrderLine) -> list[Total]:
    tax = 0 if line.tax_is_included else line.tax
    parts = [("subtotal", "", line.total), ("items_discount", "", -line.discount), ("tax", "", tax)]
    return [*_said(parts), {"type": "total", "amount": line.total - line.discount + tax}]


def given_back(amount: int) -> list[Total]:
    """Minor units that went to the buyer."""
    return [{"type": "total", "amount": -amount}]


def _said(parts: list[tuple[str, str, int]]) -> list[Total]:
    """Those that are something; the goods always."""
    return [
        {"type": kind, "amount": amount} | ({"display_text": text} if text else {})
        for kind, text, amount in parts
        if amount or kind == "subtotal"
    ]
