from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from catalogue.models import Variant
from feeds.models import Post
from partners.models import Partner
from shopping.ids import public_id


class Cart(models.Model):
    """What somebody means to buy; one open cart a person or a guest.

    `guest` is the name in a guest's signed cookie (checkout.visitors), empty for a person's cart. The
    guest of a `partner` has a name that no cookie holds: the partner alone finds their cart, by its
    public id (docs/adr/0126).
    A cart is closed when a guest signs in and its lines go over to the person's, where an order
    that was placed from it finds them.
    """

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="carts",
    )
    guest = models.CharField(max_length=64, blank=True)
    # Found by the public id alone, so no index of it has to be kept.
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="+",
    )
    # Where its prices are for, ISO 3166, as somebody said who shops by the API; pages have a cookie.
    country = models.CharField(max_length=2, blank=True, default="", db_default="")
    closed_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(closed_at=None, user__isnull=False),
                name="cart_one_open_per_user",
            ),
            models.UniqueConstraint(
                fields=["guest"],
                condition=Q(closed_at=None, user=None),
                name="cart_one_open_per_guest",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False) | ~Q(guest=""), name="cart_has_an_owner"
            ),
            models.CheckConstraint(
                condition=Q(partner=None) | Q(user=None), name="cart_of_a_partner_is_a_guests"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class CartLine(models.Model):
    """Some pieces of one variant: to be bought, or `saved` for later.

    `seen_price` (minor units) is the price that its owner last agreed to: the one of the moment
    when it was added, and then the one that was on the page when they changed the line.
    """

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField(default=1)
    seen_price = models.BigIntegerField()
    saved = models.BooleanField(default=False, db_default=False)
    post = models.ForeignKey(
        Post, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cart", "variant"], name="cart_line_unique"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=99), name="cart_line_quantity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.variant}"
