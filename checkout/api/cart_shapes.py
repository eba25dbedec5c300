"""A cart as the API shows it, and what it takes to change one."""

from __future__ import annotations

from typing import Any, get_args

from django.utils.translation import gettext as _
from rest_framework import serializers

from checkout import baskets, named_carts
from checkout.api import shapes
from checkout.baskets import Summary
from checkout.cart_lines import Line, State
from checkout.models import Cart
from checkout.quotes import MOST_PIECES
from partners.shapes import Money, Shape, money


class CartLine(Shape):
    variant_id = serializers.UUIDField()
    product_id = serializers.UUIDField()
    post_id = serializers.UUIDField(allow_null=True)
    title = serializers.CharField()
    options = serializers.CharField(help_text="What was picked, as a person reads it.")
    image_url = serializers.URLField(allow_null=True)
    shop = shapes.ShopName()
    quantity = serializers.IntegerField()
    saved = serializers.BooleanField(help_text="Kept for later, and not in the sums.")
    price = Money(help_text="Of one piece, now.")
    seen_price = Money(help_text="What it cost when it was put in.")
    available = serializers.IntegerField(help_text="How many pieces can be had now.")
    state = serializers.ChoiceField(
        choices=list(get_args(State)),
        help_text="Only `ready` lines, and of `short` ones what there is, are in the sums.",
    )


class CartTotal(Shape):
    """What one order of all that can be had in one currency comes to; a quote has the details."""

    currency = serializers.CharField()
    pieces = serializers.IntegerField()
    items = Money(help_text="The goods.")
    delivery = Money(allow_null=True)
    discount = Money(allow_null=True)
    total = Money(allow_null=True, help_text="Null where there is no price just now.")
    problem = serializers.CharField(allow_null=True, help_text="Why there is none, as a code.")


class CartShown(Shape):
    id = serializers.UUIDField()
    country = shapes.Country(help_text="Where its prices are for.")
    lines = CartLine(many=True)
    totals = CartTotal(many=True, help_text="One for each currency: each is ordered by itself.")


class NewCart(Shape):
    country = shapes.Country(required=False)


class CartChange(Shape):
    country = shapes.Country()


class LineChange(Shape):
    """Another quantity, or kept for later, or back in the cart: one at a time."""

    quantity = serializers.IntegerField(min_value=1, max_value=MOST_PIECES, required=False)
    saved = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError(_("Say either `quantity` or `saved`."))
        return attrs


def shown(cart: Cart) -> dict[str, Any]:
    """The cart as it stands; a statement, and one for each currency in it."""
    country = named_carts.country_of(cart)
    basket = baskets.build(named_carts.owner_of(cart), country=country)
    return {
        "id": str(cart.public_id),
        "country": country,
        "lines": [_line(each) for each in [*basket.lines, *basket.saved]],
        "totals": [_total(each) for each in basket.summaries],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "variant_id": str(line.variant_id),
        "product_id": str(line.product_id),
        "post_id": str(line.post_id) if line.post_id else None,
        "title": line.title,
        "options": line.options,
        "image_url": shapes.image_url(line.image),
        "shop": shapes.shop(line.shop),
        "quantity": line.quantity,
        "saved": line.saved,
        "price": money(line.price.amount, line.price.currency),
        "seen_price": money(line.seen_price.amount, line.seen_price.currency),
        "available": max(line.available, 0),
        "state": line.state,
    }


def _total(summary: Summary) -> dict[str, Any]:
    currency, quoted = summary.currency, summary.quote
    # Where the tax is not known yet, the sum is none that would be charged.
    total = quoted.total.amount if quoted and not summary.problem else None
    return {
        "currency": currency,
        "pieces": sum(item.quantity for item in summary.items),
        "items": money(sum(shop.total.amount for shop in summary.shops), currency),
        "delivery": money(quoted.delivery_total.amount, currency) if quoted else None,
        "discount": money(quoted.cut.total.amount, currency) if quoted else None,
        "total": None if total is None else money(total, currency),
        "problem": summary.problem.code if summary.problem else None,
    }
