"""Lines, parcels and addresses of an order as the API shows them, to buyers as to shops."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.address_forms import ADDRESS_FIELDS
from checkout.api import shapes
from checkout.models import Order, OrderDelivery, OrderLine
from partners.shapes import Money, Shape, money


class OrderedLine(Shape):
    """As it was on the day. Of a variant, an order has one line: the variant's id names it."""

    variant_id = serializers.UUIDField()
    product_id = serializers.UUIDField()
    post_id = serializers.UUIDField(allow_null=True, help_text="The post that showed it.")
    title = serializers.CharField()
    options = serializers.ListField(child=serializers.CharField())
    sku = serializers.CharField(allow_blank=True)
    image_url = serializers.URLField(allow_null=True)
    shop = shapes.ShopName()
    quantity = serializers.IntegerField()
    refunded_quantity = serializers.IntegerField()
    dispatched_quantity = serializers.IntegerField()
    unit_price = Money()
    total = Money(help_text="Before discounts.")
    discount = Money()
    tax = Money()
    tax_basis_points = serializers.IntegerField()
    tax_is_included = serializers.BooleanField()


class OrderedDelivery(Shape):
    """How one shop's part travels."""

    shop = shapes.ShopName()
    name = serializers.CharField()
    amount = Money(help_text="Before discounts.")
    discount = Money()
    tax = Money()
    tax_basis_points = serializers.IntegerField()
    tax_is_included = serializers.BooleanField()
    arrives_from = serializers.DateField()
    arrives_to = serializers.DateField()


class OrderedAddress(Shape):
    country = serializers.CharField()
    name = serializers.CharField()
    line1 = serializers.CharField()
    line2 = serializers.CharField(allow_blank=True)
    postal_code = serializers.CharField(allow_blank=True)
    city = serializers.CharField(allow_blank=True)
    region = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)


def line(row: OrderLine, *, currency: str) -> dict[str, Any]:
    """A line whose merchant, variant with product, and post are read already."""
    return {
        "variant_id": str(row.variant.public_id),
        "product_id": str(row.variant.product.public_id),
        "post_id": str(row.post.public_id) if row.post else None,
        "title": row.title,
        "options": shapes.options(row.option_values),
        "sku": row.sku,
        "image_url": shapes.image_url(row.image),
        "shop": shapes.shop(row.merchant),
        "quantity": row.quantity,
        "refunded_quantity": row.refunded_quantity,
        "dispatched_quantity": row.dispatched_quantity,
        "unit_price": money(row.unit_price, currency),
        "total": money(row.total, currency),
        **_part(row, currency),
    }


def delivery(row: OrderDelivery, *, currency: str) -> dict[str, Any]:
    """A parcel whose merchant is read already."""
    return {
        "shop": shapes.shop(row.merchant),
        "name": row.name,
        "amount": money(row.amount, currency),
        **_part(row, currency),
        "arrives_from": row.arrives_from,
        "arrives_to": row.arrives_to,
    }


def address(order: Order) -> dict[str, str]:
    return {name: str(getattr(order, name)) for name in ADDRESS_FIELDS}


def _part(row: OrderLine | OrderDelivery, currency: str) -> dict[str, Any]:
    return {
        "discount": money(row.discount, currency),
        "tax": money(row.tax, currency),
        "tax_basis_points": row.tax_bps,
        "tax_is_included": row.tax_is_included,
    }
