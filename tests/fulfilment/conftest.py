"""The cast: a buyer with a paid order at two merchants, one English and one French."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from catalogue.models import Merchant, Product, Variant
from checkout.models import Order, OrderDelivery, OrderLine, Payment
from feeds.models import Post
from fulfilment import fulfilment_orders
from fulfilment.models import FulfilmentOrder
from tests.shops import open_shop


def shelf(merchant: Merchant, title: str, *, sku: str, price: int) -> Variant:
    product = Product.objects.create(
        merchant=merchant, title=title, slug=sku.lower(), currency="EUR"
    )
    return Variant.objects.create(
        product=product, merchant=merchant, sku=sku, option_values=["Coral", "42"], price=price
    )


@pytest.fixture
def plage(transactional_db: None) -> Merchant:
    return open_shop("plage", name="Plage & Fils")


@pytest.fixture
def rayon(transactional_db: None) -> Merchant:
    return open_shop("rayon", locale="fr")


@pytest.fixture
def mai(transactional_db: None) -> User:
    return User.objects.create_user("mai@lefort.example", handle="mai", display_name="Maï Lefort")


@pytest.fixture
def packer(transactional_db: None) -> User:
    return User.objects.create_user("lou@plage.example", handle="lou", display_name="Lou")


@pytest.fixture
def order_of(mai: User) -> Callable[..., Order]:
    """A paid order: one line and one delivery a variant, two of the first."""

    keys = count()

    def order_of(*variants: Variant, **changes: Any) -> Order:
        quantities = [2, *([1] * (len(variants) - 1))]
        items = sum(v.price * q for v, q in zip(variants, quantities, strict=True))
        fields: dict[str, Any] = {
            "user": mai,
            "email": "mai@lefort.example",
            "locale": "en",
            "principal": f"user:{mai.pk}",
            "idempotency_key": str(next(keys)),
            "status": Order.Status.PAID,
            "currency": "EUR",
            "items_total": items,
            "delivery_total": 390 * len(variants),
            "tax_included": 632,
            "total": items + 390 * len(variants),
            "placed_at": timezone.now(),
            "paid_at": timezone.now(),
            "name": "Maï Lefort",
            "line1": "14 rue des Lices",
            "postal_code": "35000",
            "city": "Rennes",
            "country": "FR",
            "phone": "+33 6 12",
        }
        order = Order.objects.create(**(fields | changes))
        for variant, quantity in zip(variants, quantities, strict=True):
            add_line(order, variant, quantity=quantity)
        Payment.objects.create(
            order=order,
            status=Payment.Status.SUCCEEDED,
            currency="EUR",
            amount=order.total,
            captured=order.total,
            card_brand="visa",
            card_last4="4242",
        )
        return order

    return order_of


def add_line(order: Order, variant: Variant, *, quantity: int) -> None:
    author = variant.merchant.account
    OrderLine.objects.create(
        order=order,
        merchant=variant.merchant,
        variant=variant,
        post=Post.objects.create(author=author, body="Look", created_at=timezone.now()),
        title=variant.product.title,
        option_values=variant.option_values,
        sku=variant.sku,
        quantity=quantity,
        unit_price=variant.price,
        total=variant.price * quantity,
        tax_bps=2000,
        tax=500,
    )
    OrderDelivery.objects.create(
        order=order,
        merchant=variant.merchant,
        name="Home",
        amount=390,
        tax_bps=2000,
        tax=66,
        arrives_from=date(2025, 6, 12),
        arrives_to=date(2025, 6, 13),
    )


@pytest.fixture
def flipflops(plage: Merchant) -> Variant:
    return shelf(plage, "Corniche flip-flops", sku="FLIP-42", price=3400)


@pytest.fixture
def lamp(rayon: Merchant) -> Variant:
    return shelf(rayon, "Lampe", sku="LAMP-1", price=9900)


@pytest.fixture
def order(order_of: Callable[..., Order], flipflops: Variant, lamp: Variant) -> Order:
    """Two pairs of flip-flops at Plage & Fils and a lamp at Rayon."""
    return order_of(flipflops, lamp)


@pytest.fixture
def parcel(order_of: Callable[..., Order], flipflops: Variant) -> FulfilmentOrder:
    """An open fulfilment order of one merchant."""
    [parcel] = fulfilment_orders.open_for(order_of(flipflops).pk)
    return parcel
