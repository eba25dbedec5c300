from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalogue.models import Product, Variant
from feeds.models.posts import Post


class CartAnswer(models.Model):
    """What became of words that ask for a product to be put into somebody's cart, wherever they were
    written: `user` is whose cart, `asked` the words."""

    pk: int
    state: models.CharField[str, str]
    asked: models.TextField[str, str]
    user: models.ForeignKey[User | None, User | None]
    user_id: int | None

    # The post whose card is meant, and what of it.
    carrier = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    variant = models.ForeignKey(
        Variant, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # What was added, for Undo: pieces, and the key of the cart's line, which only checkout knows.
    quantity = models.PositiveIntegerField(default=0)
    line = models.BigIntegerField(null=True, blank=True)
    was_saved = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class CartReply(CartAnswer):
    """A reply that asks for a product to be put into its author's cart, and what became of it.

    It is written with the reply, and the checkout answers it, once. `user` is whose cart is meant:
    None where the author has none, as a shop's profile, or somebody of another network whose
    account is not linked.
    """

    class State(models.TextChoices):
        WANTED = "wanted", _("not answered yet")
        ADDED = "added", _("in the cart")
        UNDONE = "undone", _("taken out again")
        WHICH_PRODUCT = "which_product", _("asked which product")
        WHICH_VARIANT = "which_variant", _("asked which variant")
        SOLD_OUT = "sold_out", _("sold out")
        NOT_OPEN = "not_open", _("not open for sale yet")
        NOT_DELIVERED = "not_delivered", _("not delivered to their address")
        PAUSED = "paused", _("the shop takes no orders")
        WITHDRAWN = "withdrawn", _("no longer on sale")
        NO_PRODUCT = "no_product", _("no product there")
        CART_FULL = "cart_full", _("no room in the cart")
        ALL_IN_CART = "all_in_cart", _("as many in the cart as can be had")
        REFUSED = "refused", _("refused by the cart")
        TOO_OFTEN = "too_often", _("asked too often")
        NO_CART = "no_cart", _("the author has no cart")
        DELETED = "deleted", _("the reply was gone before")

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="cart_reply")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="cart_replies",
    )
    # An edit afterwards asks for nothing else.
    asked = models.TextField(help_text=_("The reply as it was published."))
    state = models.CharField(max_length=15, choices=State, default=State.WANTED)
    due_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When a sweep looks at it, until it is answered.")
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="wanted", due_at__isnull=False)
                | (~Q(state="wanted") & Q(due_at=None)),
                name="cart_reply_due_until_answered",
            ),
            models.CheckConstraint(
                condition=~Q(state="added")
                | Q(quantity__gte=1, line__isnull=False, user__isnull=False),
                name="cart_reply_added_pieces",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="cart_reply_newest"),
            models.Index(
                fields=["due_at"], condition=Q(due_at__isnull=False), name="cart_reply_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.state}"
