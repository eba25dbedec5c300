"""What shoppers want to send back."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from checkout.models import OrderLine
from fulfilment.models.fulfilment_orders import FulfilmentOrder
from shopping.ids import public_id


class Return(models.Model):
    """A shopper's wish to send something back."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("requested")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        RECEIVED = "received", _("received")

    TRANSITIONS: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.REQUESTED: (Status.APPROVED, Status.REFUSED),
        Status.APPROVED: (Status.RECEIVED,),
        Status.REFUSED: (),
        Status.RECEIVED: (),
    }

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    fulfilment_order = models.ForeignKey(
        FulfilmentOrder, on_delete=models.PROTECT, related_name="returns"
    )
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="returns")
    quantity = models.PositiveIntegerField(default=1)
    reason = models.CharField(max_length=300)
    status = models.CharField(max_length=10, choices=Status, default=Status.REQUESTED)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1), name="return_quantity_positive"
            )
        ]

    def __str__(self) -> str:
        return f"{self.line} ({self.status})"
