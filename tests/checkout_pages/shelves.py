"""Orders and cards as the pages' tests find them: put there without a payment provider."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from catalogue.models import Product
from checkout import orders
from checkout.buyers import AddressData, Buyer
from checkout.models import Customer, Order, Payment, SavedCard
from checkout.quotes import Item, quote
from tests.checkout_pages.conftest import Visitor

HOME = AddressData("Camille Roux", "3 quai Lamartine", "", "71000", "Mâcon", "", "FR", "")


def guest_name(visitor: Visitor) -> str:
    return "guest:" + visitor.client.cookies["guest"].value.split(":")[0]


def place(product: Product, *, principal: str, key: str, user: User | None = None) -> Order:
    """One piece of `product`, promised and not paid."""
    item = Item(product.variants.get().public_id, 1)
    email = (user.email if user else None) or "guest@example.org"
    buyer = Buyer(principal, user, email, "en")
    total = quote([item], country="FR").total
    return orders.place([item], buyer=buyer, address=HOME, key=key, seen_total=total)


def set_payment(order: Order, status: Payment.Status, *, code: str = "") -> None:
    Payment.objects.filter(order=order).update(status=status, decline_code=code)


def mark_paid(order: Order) -> None:
    set_payment(order, Payment.Status.SUCCEEDED)
    Payment.objects.filter(order=order).update(captured=order.total)
    Order.objects.filter(pk=order.pk).update(
        status=Order.Status.PAID, paid_at=timezone.now(), reserved_until=None
    )


def hold(order: Order, *, seconds: int) -> None:
    """Let the goods wait `seconds` longer."""
    moment = timezone.now() + timedelta(seconds=seconds)
    Order.objects.filter(pk=order.pk).update(reserved_until=moment)


def card(user: User, last4: str = "4242", *, year: int = 2099, first: bool = False) -> SavedCard:
    customer, _made = Customer.objects.get_or_create(user=user, stripe_id=f"cus_{user.handle}")
    return SavedCard.objects.create(
        customer=customer,
        payment_method_id=f"pm_{user.handle}_{last4}",
        brand="visa",
        last4=last4,
        exp_month=8,
        exp_year=year,
        is_default=first,
    )
