"""What a shop writes about a part of an order: to itself, and to the shopper."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from fulfilment.models.fulfilment_orders import FulfilmentOrder
from shopping.ids import public_id

LONGEST = 2000


class Writing(models.Model):
    """Append-only; `key` makes of a form that is sent twice one row."""

    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=LONGEST)
    key = models.UUIDField(unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:60]


class InternalNote(Writing):
    """For the shop's own people: no shopper, no other shop, no export and no webhook has it."""

    part = models.ForeignKey(
        FulfilmentOrder, on_delete=models.PROTECT, related_name="internal_notes"
    )

    class Meta(Writing.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="internal_note_says_something",
                violation_error_message=_("Write something."),
            )
        ]


class ShopMessage(Writing):
    """To the shopper, by mail and on the page of their order."""

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    part = models.ForeignKey(FulfilmentOrder, on_delete=models.PROTECT, related_name="messages")

    class Meta(Writing.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="shop_message_says_something",
                violation_error_message=_("Write something."),
            )
        ]
