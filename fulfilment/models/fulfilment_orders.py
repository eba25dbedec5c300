"""What a merchant has to send of a paid order, and how far it has got."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalogue.models import Merchant
from checkout.models import Order
from shopping.ids import public_id


class FulfilmentOrderQuerySet(models.QuerySet["FulfilmentOrder"]):
    def late(self, now: datetime) -> FulfilmentOrderQuerySet:
        """What should have left its shop before `now` (aware), and has not; see fulfilment.late. In a
        test space nobody waits for anything."""
        due = self.filter(status__in=FulfilmentOrder.TO_SEND, leaves_by__lte=now)
        return due.filter(order__test_shop=None)


class FulfilmentOrder(models.Model):
    """One merchant's part of a paid order: what they have to send, and where."""

    class Status(models.TextChoices):
        OPEN = "open", _("to send")
        PACKED = "packed", _("packed")
        PARTLY_SHIPPED = "partly_shipped", _("partly sent")
        SHIPPED = "shipped", _("with the carrier")
        OUT_FOR_DELIVERY = "out_for_delivery", _("out for delivery")
        DELIVERED = "delivered", _("delivered")
        CANCELLED = "cancelled", _("cancelled")

    # From partly sent on it says what the parcels make of it: fulfilment.steps follows them,
    # back as well, where a delivery failed or a refund did and there is more to send again.
    TRANSITIONS: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.OPEN: (Status.PACKED, Status.PARTLY_SHIPPED, Status.SHIPPED, Status.CANCELLED),
        Status.PACKED: (Status.PARTLY_SHIPPED, Status.SHIPPED, Status.CANCELLED),
        Status.PARTLY_SHIPPED: (Status.SHIPPED, Status.OUT_FOR_DELIVERY, Status.DELIVERED),
        Status.SHIPPED: (Status.PARTLY_SHIPPED, Status.OUT_FOR_DELIVERY, Status.DELIVERED),
        Status.OUT_FOR_DELIVERY: (Status.PARTLY_SHIPPED, Status.SHIPPED, Status.DELIVERED),
        Status.DELIVERED: (Status.PARTLY_SHIPPED, Status.SHIPPED),
        Status.CANCELLED: (),
    }
    # Nothing of these has left its shop.
    UNSENT: ClassVar[tuple[str, ...]] = (Status.OPEN, Status.PACKED)
    # Of these there is something left to send.
    TO_SEND: ClassVar[tuple[str, ...]] = (*UNSENT, Status.PARTLY_SHIPPED)

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="fulfilment_orders")
    merchant = models.ForeignKey(
        Merchant, on_delete=models.PROTECT, related_name="fulfilment_orders"
    )
    status = models.CharField(max_length=20, choices=Status, default=Status.OPEN)
    # The end of the day on which it should leave, by the shop's clock, for what it promised the
    # shopper; empty where there is nothing to send.
    leaves_by = models.DateTimeField(_("leaves by"), null=True, blank=True, editable=False)
    # When the operator was told that it is late.
    operator_told_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar = FulfilmentOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order to send")
        verbose_name_plural = _("to send")
        constraints = [
            models.UniqueConstraint(
                fields=["order", "merchant"], name="fulfilment_one_per_order_and_merchant"
            )
        ]
        indexes = [
            models.Index(
                fields=["merchant", "leaves_by"],
                condition=Q(status__in=["open", "packed", "partly_shipped"]),
                name="fulfilment_to_send_by",
            ),
            # The workbench and its queues, newest first: a shop's, and the operator's of all.
            models.Index(fields=["merchant", "-id"], name="part_of_shop"),
            models.Index(fields=["merchant", "status", "-id"], name="part_in_shops_queue"),
            models.Index(fields=["status", "-id"], name="part_in_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.order} · {self.merchant}"


class FulfilmentEvent(models.Model):
    """A fulfilment order's history; what the shopper's tracking page shows."""

    fulfilment_order = models.ForeignKey(
        FulfilmentOrder, on_delete=models.PROTECT, related_name="history"
    )
    status = models.CharField(max_length=20, choices=FulfilmentOrder.Status)
    note = models.CharField(max_length=200, blank=True)
    actor = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.fulfilment_order_id}: {self.status}"
