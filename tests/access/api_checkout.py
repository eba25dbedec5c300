"""Who gets what from the endpoints of buying and of a shop's refunds; see api.py."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.utils import timezone

from checkout import named_carts
from checkout.models import Order, OrderLine, Payment, Refund
from partners.models import Partner
from tests.access.api import Row, row
from tests.shops import Cast

CART, PURCHASE = "api/v1/carts/<uuid:public_id>/", "api/v1/purchases/<uuid:public_id>/"
ORDER = "api/v1/orders/<uuid:public_id>/"
KEY = (("Idempotency-Key", "once"),)
EUROS = {"amount": 100, "currency": "EUR"}


def own() -> Partner:
    """The partner whose key is the rightful one: the first that was made."""
    return Partner.objects.filter(api_keys__isnull=False).earliest("id")


def cart(world: Cast) -> str:
    return str(named_carts.open_partners(own()).public_id)


def line(world: Cast) -> str:
    """The path of a line of a cart of that partner's guest."""
    opened = named_carts.open_partners(own())
    opened.lines.create(variant=world.plage.variant, seen_price=3490)
    return f"/api/v1/carts/{opened.public_id}/lines/{world.plage.variant.public_id}/"


def purchase(world: Cast) -> str:
    """A paid order that the partner placed."""
    Order.objects.filter(pk=world.order.pk).update(partner=own(), user=None)
    return str(world.order.public_id)


def sold(world: Cast) -> Order:
    """A paid order of Plage's alone, in whose books nothing is left."""
    now = timezone.now()
    order = Order.objects.create(
        email="guest@people.example",
        principal="guest:1",
        idempotency_key=str(uuid4()),
        status=Order.Status.PAID,
        currency="EUR",
        items_total=3490,
        total=3490,
        placed_at=now,
        paid_at=now,
        name="A guest",
        line1="1 quai Duguay-Trouin",
        country="FR",
    )
    Payment.objects.create(
        order=order,
        intent_id=f"pi_{order.pk}",
        status=Payment.Status.SUCCEEDED,
        currency="EUR",
        amount=3490,
        captured=3490,
    )
    OrderLine.objects.create(
        order=order,
        merchant=world.plage.merchant,
        variant=world.plage.variant,
        title="Flip-flops",
        quantity=1,
        unit_price=3490,
        total=3490,
    )
    return order


def refund(world: Cast) -> str:
    """The path of a refund of that order."""
    order = sold(world)
    made = Refund.objects.create(payment=order.payments.get(), amount=100, reason="Late")
    made.parts.create(merchant=world.plage.merchant, kind="goodwill", amount=100)
    return f"/api/v1/orders/{order.public_id}/refunds/{made.public_id}/"


def wanted(world: Cast) -> dict[str, Any]:
    return {"variant_id": str(world.plage.variant.public_id)}


def bought(world: Cast) -> dict[str, Any]:
    """From a cart that is empty: what is refused for that has found the cart."""
    address = {"country": "FR", "name": "A", "line1": "B", "postal_code": "35000", "city": "R"}
    return {
        "cart_id": cart(world),
        "seen_total": EUROS,
        "email": "guest@people.example",
        "address": address,
        "payment": {"confirmation_token": "ctoken_1"},
    }


def buying(pattern: str, method: str, status: int, foreign: int = 404, **more: Any) -> Row:
    return row(pattern, method, status, foreign, whose="partner", **more)


def of_cart(step: str = "") -> Any:
    return lambda world: f"/api/v1/carts/{cart(world)}/{step}"


def of_purchase(step: str = "") -> Any:
    return lambda world: f"/api/v1/purchases/{purchase(world)}/{step}"


def of_order(step: str = "") -> Any:
    return lambda world: f"/api/v1/orders/{sold(world).public_id}/{step}"


ROWS: list[Row] = [
    buying("api/v1/carts/", "POST", 201, 201, body=lambda world: {}),
    buying(CART, "GET", 200, path=of_cart()),
    buying(CART, "PATCH", 200, path=of_cart(), body=lambda world: {"country": "FR"}),
    buying(f"{CART}lines/", "POST", 200, path=of_cart("lines/"), body=wanted),
    buying(
        f"{CART}lines/<uuid:variant_id>/",
        "PATCH",
        200,
        path=line,
        body=lambda world: {"quantity": 2},
    ),
    buying(f"{CART}lines/<uuid:variant_id>/", "DELETE", 200, path=line),
    buying(
        "api/v1/quotes/",
        "POST",
        422,
        body=lambda world: {"cart_id": cart(world), "country": "FR"},
    ),
    buying("api/v1/commissions/", "GET", 200, 200),
    buying("api/v1/commissions/balances/", "GET", 200, 200),
    buying("api/v1/purchases/", "GET", 200, 200),
    buying("api/v1/purchases/", "POST", 422, body=bought, headers=KEY),
    buying(PURCHASE, "GET", 200, path=of_purchase()),
    buying(f"{PURCHASE}payment/", "GET", 200, path=of_purchase("payment/")),
    buying(
        f"{PURCHASE}payment/",
        "POST",
        200,
        path=of_purchase("payment/"),
        body=lambda world: {"confirmation_token": "ctoken_1"},
        headers=KEY,
    ),
    buying(
        f"{PURCHASE}cancel/",
        "POST",
        200,
        path=of_purchase("cancel/"),
        body=lambda world: {},
    ),
    row("api/v1/orders/", "GET", 200, 200),
    row(ORDER, "GET", 200, 404, path=of_order()),
    row(f"{ORDER}refunds/", "GET", 200, 404, path=of_order("refunds/")),
    row(
        f"{ORDER}refunds/",
        "POST",
        422,
        404,
        path=of_order("refunds/"),
        body=lambda world: {"goodwill": EUROS, "amount": EUROS, "reason": "Late"},
        headers=KEY,
    ),
    row(
        f"{ORDER}refunds/preview/",
        "POST",
        422,
        404,
        path=of_order("refunds/preview/"),
        body=lambda world: {"goodwill": EUROS},
    ),
    row(
        f"{ORDER}refunds/<uuid:refund_id>/",
        "GET",
        200,
        404,
        path=refund,
    ),
]
