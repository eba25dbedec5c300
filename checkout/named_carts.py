"""Carts that are named by their public ids, by whoever shops without a browser of ours: a person's own,
or one of a partner's guests.

A partner's guest has a name like any guest's, which no cookie holds and nobody is told
(docs/adr/0126), so that every verb of carts takes theirs for a guest's.
"""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from checkout import cart_owners, visitors
from checkout.cart_owners import Owner
from checkout.models import Cart, Order
from partners.models import Partner
from shopping.preferences import DEFAULT_COUNTRY


def open_persons(user: User) -> tuple[Cart, bool]:
    """The open cart of `user`, which our pages show as well, and whether it is new. Locks it."""
    with transaction.atomic():
        known = Cart.objects.filter(user=user, closed_at=None).exists()
        return Cart.objects.get(pk=cart_owners.open_cart(Owner(user.pk))), not known


def open_partners(partner: Partner) -> Cart:
    """A new cart, for a guest of `partner`'s."""
    return Cart.objects.create(partner=partner, guest=visitors.new_guest())


def send_to(cart: Cart, *, country: str) -> None:
    """Let its prices be those for `country` (ISO 3166) from now on."""
    cart.country = country
    Cart.objects.filter(pk=cart.pk).update(country=country)


def country_of(cart: Cart) -> str:
    """Where its prices are for, ISO 3166."""
    return cart.country or DEFAULT_COUNTRY


def owner_of(cart: Cart) -> Owner:
    """Whose it is, as the verbs of carts name them."""
    return Owner(cart.user_id, cart.guest)


def of(user: User | None, partner: Partner | None) -> QuerySet[Cart]:
    """The open carts that a person, or else a partner, may know of."""
    found = Cart.objects.filter(closed_at=None)
    if user is not None:
        return found.filter(user=user)
    return found.filter(partner=partner, partner__isnull=False, user=None)


def orders_of(user: User | None, partner: Partner | None) -> QuerySet[Order]:
    """The orders of a person, or else those that a partner placed."""
    if user is not None:
        return Order.objects.filter(user=user)
    return Order.objects.filter(partner=partner, partner__isnull=False)


def guest_of_call(key: str) -> Owner:
    """Who orders without a cart by a call of a partner's, known by its `key`: a guest for this alone,
    and the same one where the call comes again."""
    return Owner(guest=hashlib.sha256(f"guest of {key}".encode()).hexdigest()[:32])
