"""What a partner is told of the sales that they brought: nothing of who bought."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from checkout.api import examples, shapes
from checkout.partner_accounts import Brought, BroughtLine
from partners.shapes import Money, Shape, money


class OwnPurchase(Shape):
    """An order that the partner placed by the API."""

    id = serializers.UUIDField(help_text="Of the purchase.")
    number = serializers.CharField(help_text="As people read it.")


class CommissionShown(Shape):
    """A line of a paid order that the partner is credited with."""

    id = serializers.UUIDField(help_text="Of the line, for your books; nothing is read by it.")
    shop = shapes.ShopName()
    product_id = serializers.UUIDField()
    title = serializers.CharField(help_text="Of the product, as it was sold.")
    options = serializers.ListField(child=serializers.CharField())
    quantity = serializers.IntegerField()
    refunded_quantity = serializers.IntegerField(help_text="Pieces whose money went back.")
    goods = Money(help_text="What was paid for all its pieces, less discounts.")
    basis_points = serializers.IntegerField(
        help_text="Of `goods`, by the agreement with the shop as it was on the day of the order."
    )
    agreed = Money(help_text="What that came to.")
    due = Money(
        help_text="What you get as things stand: less for pieces, goodwill and disputes that took money"
        " back."
    )
    paid_at = serializers.DateTimeField()
    purchase = OwnPurchase(
        allow_null=True, help_text="The order, where you placed it yourself; else null."
    )


class Balance(Shape):
    """One shop in one currency."""

    shop = shapes.ShopName()
    orders = serializers.IntegerField(help_text="Paid ones, whatever became of them since.")
    goods = Money(help_text="What was paid for the goods.")
    owed = Money(help_text="What you are owed of it as things stand.")


class Balances(Shape):
    data = Balance(many=True)  # type: ignore[assignment]  # DRF keeps fields apart


def line(found: BroughtLine) -> dict[str, Any]:
    return {
        "id": str(found.public_id),
        "shop": {"id": str(found.shop_id), "name": found.shop},
        "product_id": str(found.product_id),
        "title": found.title,
        "options": shapes.options(found.option_values),
        "quantity": found.quantity,
        "refunded_quantity": found.refunded_quantity,
        "goods": money(found.goods.amount, found.goods.currency),
        "basis_points": found.basis_points,
        "agreed": money(found.agreed.amount, found.agreed.currency),
        "due": money(found.due.amount, found.due.currency),
        "paid_at": found.paid_at,
        "purchase": purchase(found),
    }


def purchase(found: BroughtLine) -> dict[str, Any] | None:
    if found.purchase is None:
        return None
    public_id, number = found.purchase
    return {"id": str(public_id), "number": number}


def balance(found: Brought) -> dict[str, Any]:
    return {
        "shop": {"id": str(found.shop_id), "name": found.shop},
        "orders": found.orders,
        "goods": money(found.goods.amount, found.goods.currency),
        "owed": money(found.owed.amount, found.owed.currency),
    }


LINE = examples.answered(
    "One pair of three came back",
    {
        "id": "5f0c1f3e-8a0d-5b1c-9d5e-2f6b7c8d9e0f",
        "shop": examples.SHOP,
        "product_id": "01937b1c-2222-7c3e-8f57-0a6f0e1d2c3b",
        "title": "Corniche flip-flops",
        "options": ["Coral", "41"],
        "quantity": 3,
        "refunded_quantity": 1,
        "goods": {"amount": 10200, "currency": "EUR"},
        "basis_points": 800,
        "agreed": {"amount": 816, "currency": "EUR"},
        "due": {"amount": 544, "currency": "EUR"},
        "paid_at": "2026-11-30T15:04:06.234567Z",
        "purchase": None,
    },
)
BALANCES = examples.answered(
    "One shop",
    {
        "data": [
            {
                "shop": examples.SHOP,
                "orders": 1,
                "goods": {"amount": 10200, "currency": "EUR"},
                "owed": {"amount": 544, "currency": "EUR"},
            }
        ]
    },
)
