"""Orders placed as a guest, taken into the account of the person whose address they went to."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from accounts.confirmed import is_confirmed
from accounts.models import User
from checkout.history import note
from checkout.models import Order


def waiting(user: User) -> QuerySet[Order]:
    """The guest orders of `user`'s address; none before that is confirmed."""
    if not is_confirmed(user):
        return Order.objects.none()
    return Order.objects.filter(user=None, email__iexact=user.email)


def claim(user: User) -> int:
    """Take the guest orders of `user`'s confirmed address into the account; returns how many.

    One transaction; it locks those orders in key order. Of two accounts at once one has each.
    """
    with transaction.atomic():
        found = list(waiting(user).select_for_update(no_key=True).order_by("pk"))
        Order.objects.filter(pk__in=[order.pk for order in found]).update(user=user)
        for order in found:
            note(order, "order.claimed", actor=user)
    return len(found)
