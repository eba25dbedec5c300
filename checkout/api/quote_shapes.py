"""A quote as the API shows it: what would be charged, and of what it is made."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from checkout.api import shapes
from checkout.cart_lines import Line
from checkout.quotes import Quote, QuoteDelivery, QuoteLine
from partners.shapes import Money, Shape, money
from shopping.money import Money as Amount


class QuotedLine(Shape):
    variant_id = serializers.UUIDField()
    product_id = serializers.UUIDField()
    title = serializers.CharField()
    options = serializers.ListField(child=serializers.CharField())
    shop = shapes.ShopName()
    quantity = serializers.IntegerField()
    available = serializers.IntegerField(help_text="Fewer than `quantity`: it cannot be ordered.")
    unit_price = Money()
    total = Money(help_text="Before discounts.")
    discount = Money()
    tax = Money()
    tax_basis_points = serializers.IntegerField()
    tax_is_included = serializers.BooleanField()


class QuotedDelivery(Shape):
    """How one shop's parcel goes."""

    shop = shapes.ShopName()
    name = serializers.CharField()
    amount = Money(help_text="Before discounts.")
    discount = Money()
    tax = Money()
    tax_basis_points = serializers.IntegerField()
    tax_is_included = serializers.BooleanField()
    arrives_from = serializers.DateField()
    arrives_to = serializers.DateField()


class Discount(Shape):
    label = serializers.CharField()  # type: ignore[assignment]  # DRF keeps fields apart
    amount = Money(help_text="What it takes off.")


class CodeSaid(Shape):
    """What became of the code that was sent."""

    code = serializers.CharField()
    counts = serializers.BooleanField()
    reason = serializers.CharField(allow_null=True, help_text="Why it does not count.")
    detail = serializers.CharField(allow_null=True)


class LeftOut(Shape):
    variant_id = serializers.UUIDField()
    title = serializers.CharField()
    state = serializers.CharField(help_text="As in the cart.")


class QuoteShown(Shape):
    country = serializers.CharField()
    currency = serializers.CharField()
    lines = QuotedLine(many=True)
    deliveries = QuotedDelivery(many=True)
    discounts = Discount(many=True)
    code = CodeSaid(allow_null=True)
    items_total = Money()
    delivery_total = Money()
    discount_total = Money()
    tax_added = Money(help_text="Tax on top of prices.")
    tax_included = Money(help_text="Tax inside prices.")
    total = Money(help_text="What would be charged; repeat it as `seen_total` to buy at it.")


class QuoteAnswer(QuoteShown):
    left_out = LeftOut(many=True, help_text="Lines of the cart that cannot be had.")
    publishable_key = serializers.CharField(
        allow_null=True,
        help_text="With which the browser makes a confirmation token, by Stripe's library; null in a test"
        " space, where `pm_card_visa` and Stripe's other test cards stand for themselves.",
    )


class QuoteAsked(Shape):
    """What is wanted, either in a cart or by itself, and where it goes."""

    cart_id = serializers.UUIDField(required=False)
    currency = serializers.CharField(
        min_length=3,
        max_length=3,
        required=False,
        help_text="Of the cart's lines, where it has lines in several.",
    )
    lines = shapes.WantedLines(required=False)
    country = shapes.Country()
    region = serializers.CharField(max_length=100, required=False, allow_blank=True)
    postal_code = serializers.CharField(max_length=20, required=False, allow_blank=True)
    email = serializers.EmailField(
        required=False, help_text="Of a guest: some offers are for each person once."
    )
    code = serializers.CharField(max_length=60, required=False, help_text="Of an offer.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("cart_id" in attrs) == ("lines" in attrs):
            raise serializers.ValidationError(_("Say either `cart_id` or `lines`."))
        if "currency" in attrs and "cart_id" not in attrs:
            raise serializers.ValidationError({"currency": [_("This is said of a cart.")]})
        return attrs


def shown(quoted: Quote) -> dict[str, Any]:
    refusal = quoted.cut.refusal
    code = {
        "code": quoted.cut.code,
        "counts": refusal is None,
        "reason": refusal.reason if refusal else None,
        "detail": refusal.message if refusal else None,
    }
    return {
        "country": quoted.country,
        "currency": quoted.currency,
        "lines": [_line(each) for each in quoted.lines],
        "deliveries": [_delivery(each) for each in quoted.deliveries],
        "discounts": [
            {"label": label, "amount": money(-amount.amount, amount.currency)}
            for label, amount in quoted.cut.shown
        ],
        "code": code if quoted.cut.code else None,
        "items_total": _money(quoted.items_total),
        "delivery_total": _money(quoted.delivery_total),
        "discount_total": _money(quoted.cut.total),
        "tax_added": _money(quoted.tax_added),
        "tax_included": _money(quoted.tax_included),
        "total": _money(quoted.total),
    }


def left_out(line: Line) -> dict[str, Any]:
    return {"variant_id": str(line.variant_id), "title": line.title, "state": line.state}


def _line(line: QuoteLine) -> dict[str, Any]:
    return {
        "variant_id": str(line.variant.public_id),
        "product_id": str(line.product.public_id),
        "title": line.product.title,
        "options": shapes.options(line.variant.option_values),
        "shop": shapes.shop(line.merchant),
        "quantity": line.quantity,
        "available": max(line.available, 0),
        "unit_price": _money(line.unit_price),
        "total": _money(line.total),
        **_part(line, line.total.currency),
    }


def _delivery(delivery: QuoteDelivery) -> dict[str, Any]:
    return {
        "shop": shapes.shop(delivery.merchant),
        "name": delivery.name,
        "amount": _money(delivery.amount),
        **_part(delivery, delivery.amount.currency),
        "arrives_from": delivery.arrives_from,
        "arrives_to": delivery.arrives_to,
    }


def _part(part: QuoteLine | QuoteDelivery, currency: str) -> dict[str, Any]:
    return {
        "discount": money(part.discount, currency),
        "tax": _money(part.tax),
        "tax_basis_points": part.tax_bps,
        "tax_is_included": part.tax_is_included,
    }


def _money(amount: Amount) -> dict[str, Any]:
    return money(amount.amount, amount.currency)
