"""Sums as ACP writes them: positive amounts in minor units, of which `subtotal`, `fulfillment` and `tax`
less `discount` come to `total`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from checkout.session_views import LineView, OptionView, Sums
from shopping.templatetags.money import money


def of_session(sums: Sums) -> list[dict[str, Any]]:
    """What the whole comes to."""
    found = [
        _total("items_base_amount", _("Products"), sums.items),
        _total("subtotal", _("Subtotal"), sums.items),
    ]
    if sums.discount:
        found.append(_total("discount", _("Discount"), sums.discount))
    found.append(_total("fulfillment", _("Delivery"), sums.delivery))
    tax = _total("tax", _("Tax"), sums.tax_added)
    if sums.tax_included:
        inside = money(sums.tax_included, sums.currency)
        tax["description"] = _("Prices include %(tax)s of tax.") % {"tax": inside}
    return [*found, tax, _total("total", _("Total"), sums.total)]


def of_line(line: LineView) -> list[dict[str, Any]]:
    """What a line comes to."""
    found = [_total("items_base_amount", _("Products"), line.total)]
    if line.discount:
        found.append(_total("items_discount", _("Discount"), line.discount))
    found.append(_total("subtotal", _("Subtotal"), line.total - line.discount))
    if line.tax_added:
        found.append(_total("tax", _("Tax"), line.tax_added))
    whole = line.total - line.discount + line.tax_added
    return [*found, _total("total", _("Total"), whole)]


def of_option(option: OptionView) -> list[dict[str, Any]]:
    """What a way of delivery comes to."""
    found = [_total("fulfillment", _("Delivery"), option.amount)]
    if option.discount:
        found.append(_total("discount", _("Discount"), option.discount))
    return [*found, _total("total", _("Total"), option.cost)]


def refunded(amount: int) -> dict[str, Any]:
    """What was given back."""
    return _total("amount_refunded", _("Refunded"), amount)


def _total(type: str, words: str, amount: int) -> dict[str, Any]:
    return {"type": type, "display_text": words, "amount": amount}
