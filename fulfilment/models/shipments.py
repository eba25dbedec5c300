"""Parcels, and what their carriers say of them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from fulfilment.models.fulfilment_orders import FulfilmentOrder
from shopping.ids import public_id


class Shipment(models.Model):
    fulfilment_order = models.ForeignKey(
        FulfilmentOrder, on_delete=models.PROTECT, related_name="shipments"
    )
    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    carrier = models.CharField(_("carrier"), max_length=60)
    tracking_number = models.CharField(_("tracking number"), max_length=80, blank=True)
    tracking_url = models.URLField(_("tracking link"), max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            # As a search asks for it, whichever way it was typed.
            models.Index(
                Upper("tracking_number"),
                condition=~Q(tracking_number=""),
                name="shipment_by_number",
            )
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.tracking_number}"


class TrackingEvent(models.Model):
    """What a carrier said of a shipment; the same report twice is one row."""

    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="tracking")
    external_id = models.CharField(max_length=120)
    status = models.CharField(max_length=40)
    description = models.CharField(max_length=200, blank=True)
    happened_at = models.DateTimeField()

    class Meta:
        ordering = ["happened_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "external_id"], name="tracking_event_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.shipment}: {self.status}"
