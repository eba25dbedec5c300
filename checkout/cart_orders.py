"""The orders of a cart: of each currency at most one awaits its payment, however many windows ask.

The database keeps it (`order_one_unpaid_per_cart`). A press in another window takes the place of the
order that is there, once Stripe says that nobody can pay that any more.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from psycopg2.errors import UniqueViolation

from checkout.cart_owners import Owner
from checkout.errors import CartError
from checkout.models import Order

CONSTRAINT = "order_one_unpaid_per_cart"


class CartIsBeingPaid(CartError):
    """Another order of the cart awaits its payment, and cannot be given up just now."""

    code = "cart_is_being_paid"
    text = _(
        "You are paying for this cart in another window. Finish it there, or wait until it has "
        "ended there; here nothing was charged."
    )


def unpaid(owner: Owner, *, currency: str) -> Order | None:
    """What awaits its payment of `owner`'s cart, or of a guest's that came along into it."""
    if owner.user_id is None:
        of_cart = Q(cart__guest=owner.guest, cart__user=None, cart__closed_at=None)
    else:
        of_cart = Q(cart__user=owner.user_id) | Q(cart__merged_into__user=owner.user_id)
    waiting = Order.objects.filter(of_cart, status=Order.Status.AWAITING_PAYMENT, currency=currency)
    return waiting.order_by("-id").first() if owner else None


def explain(error: Exception) -> None:
    """Raise CartIsBeingPaid where `error` is that of two presses at the same moment."""
    cause = error.__cause__
    if isinstance(cause, UniqueViolation) and cause.diag.constraint_name == CONSTRAINT:
        raise CartIsBeingPaid from error
