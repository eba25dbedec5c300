"""Parcels: what is in them, the way they went, and what their carriers say of them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, Upper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from catalogue.models import Merchant
from checkout.models import OrderLine
from fulfilment.models.fulfilment_orders import FulfilmentOrder
from shopping.ids import public_id


class Shipment(models.Model):
    """A parcel that left its shop; fulfilment.shipments moves it."""

    class Status(models.TextChoices):
        DISPATCHED = "dispatched", _("handed over")
        IN_TRANSIT = "in_transit", _("in transit")
        OUT_FOR_DELIVERY = "out_for_delivery", _("out for delivery")
        READY_FOR_PICKUP = "ready_for_pickup", _("ready for pick-up")
        FAILED_ATTEMPT = "failed_attempt", _("delivery failed")
        EXCEPTION = "exception", _("held up")
        DELIVERED = "delivered", pgettext_lazy("a parcel", "delivered")
        RETURNED = "returned", _("returned to sender")
        LOST = "lost", _("lost")

    # Carriers leave steps out and try again, so that on the way nearly everything follows on
    # everything. A parcel that came, or came back, goes nowhere; one that was lost may be found.
    TRANSITIONS: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.DISPATCHED: (
            Status.IN_TRANSIT,
            Status.OUT_FOR_DELIVERY,
            Status.READY_FOR_PICKUP,
            Status.FAILED_ATTEMPT,
            Status.EXCEPTION,
            Status.DELIVERED,
            Status.RETURNED,
            Status.LOST,
        ),
        Status.IN_TRANSIT: (
            Status.OUT_FOR_DELIVERY,
            Status.READY_FOR_PICKUP,
            Status.FAILED_ATTEMPT,
            Status.EXCEPTION,
            Status.DELIVERED,
            Status.RETURNED,
            Status.LOST,
        ),
        Status.OUT_FOR_DELIVERY: (
            Status.IN_TRANSIT,
            Status.READY_FOR_PICKUP,
            Status.FAILED_ATTEMPT,
            Status.EXCEPTION,
            Status.DELIVERED,
            Status.RETURNED,
            Status.LOST,
        ),
        Status.READY_FOR_PICKUP: (
            Status.OUT_FOR_DELIVERY,
            Status.EXCEPTION,
            Status.DELIVERED,
            Status.RETURNED,
            Status.LOST,
        ),
        Status.FAILED_ATTEMPT: (
            Status.IN_TRANSIT,
            Status.OUT_FOR_DELIVERY,
            Status.READY_FOR_PICKUP,
            Status.EXCEPTION,
            Status.DELIVERED,
            Status.RETURNED,
            Status.LOST,
        ),
        Status.EXCEPTION: (
            Status.IN_TRANSIT,
            Status.OUT_FOR_DELIVERY,
            Status.READY_FOR_PICKUP,
            Status.FAILED_ATTEMPT,
            Status.DELIVERED,
            Status.RETURNED,
            Status.LOST,
        ),
        Status.LOST: (
            Status.IN_TRANSIT,
            Status.OUT_FOR_DELIVERY,
            Status.READY_FOR_PICKUP,
            Status.DELIVERED,
            Status.RETURNED,
        ),
        Status.DELIVERED: (),
        Status.RETURNED: (),
    }

    fulfilment_order = models.ForeignKey(
        FulfilmentOrder, on_delete=models.PROTECT, related_name="shipments"
    )
    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    # What one press of a button, or one line of a file, sends; however often it comes.
    key = models.CharField(max_length=64, null=True, editable=False)  # noqa: DJ001 – unique
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=Status,
        default=Status.DISPATCHED,
        db_default=Status.DISPATCHED,
    )
    carrier = models.CharField(_("carrier"), max_length=60)
    tracking_number = models.CharField(_("tracking number"), max_length=80, blank=True)
    # The number as carriers' reports are matched by it; see fulfilment.tracking_codes.
    tracking_code = models.CharField(max_length=80, blank=True, db_default="", editable=False)
    tracking_url = models.URLField(_("tracking link"), max_length=500, blank=True)
    # When the newest thing happened that moved it: what happened before moves it no more.
    moved_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("parcel")
        verbose_name_plural = _("parcels")
        constraints = [
            models.UniqueConstraint(
                fields=["fulfilment_order", "key"],
                condition=Q(key__isnull=False),
                name="shipment_once_a_key",
            )
        ]
        indexes = [
            models.Index(
                fields=["tracking_code"],
                condition=~Q(tracking_code=""),
                name="shipment_by_tracking_code",
            ),
            # As a search asks for it, whichever way it was typed.
            models.Index(
                Upper("tracking_number"),
                condition=~Q(tracking_number=""),
                name="shipment_by_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.tracking_number}".strip()

    @property
    def is_over(self) -> bool:
        return not self.TRANSITIONS[self.status]


class ShipmentLine(models.Model):
    """Pieces of an order's line that travel in one parcel."""

    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="shipment_lines")
    quantity = models.PositiveIntegerField(_("quantity"))

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["shipment", "line"], name="shipment_line_unique"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="shipment_line_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.line.title}"


class ShipmentEvent(models.Model):
    """A parcel's history: each step, and each correction of its number, which is no step."""

    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="history")
    status = models.CharField(_("status"), max_length=20, choices=Shipment.Status)
    # Where, as its carrier says, or in the words of whoever moved it.
    note = models.CharField(_("note"), max_length=200, blank=True)
    actor = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    happened_at = models.DateTimeField(_("when"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.shipment_id}: {self.status}"


class TrackingEvent(models.Model):
    """What a carrier said of a tracking number of a merchant's; the same report twice is one row.

    `shipment` is empty until there is a parcel with that number.
    """

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="+")
    tracking_code = models.CharField(max_length=80, blank=True, db_default="")
    shipment = models.ForeignKey(
        Shipment, on_delete=models.PROTECT, null=True, blank=True, related_name="tracking"
    )
    external_id = models.CharField(max_length=120)
    # As the carrier's format calls it; `moves_to` is the step that it is for us, if it is one.
    status = models.CharField(_("status"), max_length=40)
    moves_to = models.CharField(
        max_length=20, choices=Shipment.Status, blank=True, db_default="", editable=False
    )
    description = models.CharField(_("description"), max_length=200, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True, db_default="")
    happened_at = models.DateTimeField(_("when"))
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["happened_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "external_id"], name="tracking_event_unique"
            ),
            models.UniqueConstraint(
                fields=["merchant", "tracking_code", "external_id"],
                condition=Q(shipment=None),
                name="tracking_event_unmatched_unique",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tracking_code}: {self.status}"

    @property
    def words(self) -> str:
        """What it says in a line."""
        return self.description or self.get_moves_to_display() or self.status

    @property
    def day(self) -> date:
        return self.happened_at.date()
