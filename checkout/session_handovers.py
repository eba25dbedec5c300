"""Handing a checkout session over to our own pages: its goods into its buyer's cart, by a press of theirs,
and knowing it again when they have paid there."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from checkout import carts, codes, orders, session_pricing, session_standing, sessions
from checkout.cart_owners import Owner
from checkout.errors import CheckoutError
from checkout.models import Cart, CheckoutSession, Order
from checkout.session_standing import Standing
from checkout.session_wants import Wanted


def take_over(session: CheckoutSession, owner: Owner) -> list[CheckoutError]:
    """Put what it wants into `owner`'s cart, each variant as often as it is wanted; what was there
    stays. Returns why some of it is not in it. A repeat changes nothing."""
    refused = list(_put(sessions.wanted_of(session), owner))
    open_ones = Cart.objects.filter(closed_at=None)
    if owner.user_id is None:
        cart = open_ones.filter(user=None, guest=owner.guest).first()
    else:
        cart = open_ones.filter(user_id=owner.user_id).first()
    if cart is not None:
        CheckoutSession.objects.filter(pk=session.pk).update(
            handed_to=cart, handed_at=timezone.now()
        )
    return refused


def page_of(session: CheckoutSession) -> str:
    """Where its buyer goes on by themselves, for whoever holds this address."""
    return settings.PUBLIC_URL + reverse("checkout:session", args=[sessions.token(session)])


def is_by_session(order: Order) -> bool:
    """Whether a session placed it, with what its caller said of the buyer; else its buyer did, on our own
    pages, and said there what the caller is not told."""
    return order.idempotency_key.startswith("session:")


def order_page_of(order: Order) -> str:
    """Where its buyer reads it. The order's page opens to whoever holds its address, so it is told of
    guests' alone that their session placed; a person has theirs in their account."""
    if order.user_id is not None or not is_by_session(order):
        return settings.PUBLIC_URL + reverse("checkout:orders")
    return settings.PUBLIC_URL + reverse("checkout:order", args=[orders.token(order)])


def draft_of(session: CheckoutSession) -> dict[str, str]:
    """What our forms need not ask again: who, where to, and the code."""
    asked = session_pricing.asked(session)
    typed = sessions.wanted_of(session).tidied_codes
    return {**asked.fields, "code": codes.tidy(typed[0]) if typed else ""}


def follow(session: CheckoutSession) -> None:
    """Take up the order that its buyer has paid for on our own pages, if it holds all that was wanted.

    One statement, and none for what was never handed over.
    """
    if session.is_cart or session.handed_to_id is None:
        return
    if session_standing.of(session) is not Standing.OPEN:
        return
    wanted = sessions.wanted_of(session)
    of_cart = Order.objects.filter(cart_id=session.handed_to_id, placed_at__gte=session.handed_at)
    for order in of_cart.filter(paid_at__isnull=False, sessions=None).order_by("id"):
        bought = dict(order.lines.values_list("variant__public_id", "quantity"))
        if all(bought.get(line.variant, 0) >= line.quantity for line in wanted.lines):
            sessions.attach(session, order)
            return


def _put(wanted: Wanted, owner: Owner) -> Iterator[CheckoutError]:
    held = carts.quantities(owner)
    for line in wanted.lines:
        missing = line.quantity - held.get(line.variant, 0)
        try:
            if missing > 0:
                carts.add(owner, line.variant, quantity=missing, post=line.post)
        except CheckoutError as error:
            yield error
