"""From a paid order to a parcel at the door."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalogue.models import Merchant
from checkout.models import Order, OrderLine, Refund
from shopping.ids import public_id


class FulfilmentOrder(models.Model):
    """One merchant's part of a paid order: what they have to send, and where."""

    class Status(models.TextChoices):
        OPEN = "open", _("to send")
        PACKED = "packed", _("packed")
        SHIPPED = "shipped", _("with the carrier")
        OUT_FOR_DELIVERY = "out_for_delivery", _("out for delivery")
        DELIVERED = "delivered", _("delivered")
        CANCELLED = "cancelled", _("cancelled")

    TRANSITIONS: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.OPEN: (Status.PACKED, Status.SHIPPED, Status.CANCELLED),
        Status.PACKED: (Status.SHIPPED, Status.CANCELLED),
        Status.SHIPPED: (Status.OUT_FOR_DELIVERY, Status.DELIVERED),
        Status.OUT_FOR_DELIVERY: (Status.DELIVERED,),
        Status.DELIVERED: (),
        Status.CANCELLED: (),
    }

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="fulfilment_orders")
    merchant = models.ForeignKey(
        Merchant, on_delete=models.PROTECT, related_name="fulfilment_orders"
    )
    status = models.CharField(max_length=20, choices=Status, default=Status.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("order to send")
        verbose_name_plural = _("to send")
        constraints = [
            models.UniqueConstraint(
                fields=["order", "merchant"], name="fulfilment_one_per_order_and_merchant"
            )
        ]

    def __str__(self) -> str:
        return f"{self.order} · {self.merchant}"


class Failure(models.Model):
    """What a sweep could not do: why, and when it tries it again; see fulfilment.failures.

    The row stays when it has been done at last, as a record. A table of its own: of a million rows
    hardly one gets a failure.
    """

    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    next_attempt_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.pk}: {self.last_error}"


class OpeningFailure(Failure):
    """A paid order whose fulfilment did not open."""

    order = models.OneToOneField(
        Order, on_delete=models.PROTECT, primary_key=True, related_name="opening_failure"
    )


class CreditFailure(Failure):
    """A refund that has gone through and whose credit notes could not be written."""

    refund = models.OneToOneField(
        Refund, on_delete=models.PROTECT, primary_key=True, related_name="credit_failure"
    )


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


class Shipment(models.Model):
    fulfilment_order = models.ForeignKey(
        FulfilmentOrder, on_delete=models.PROTECT, related_name="shipments"
    )
    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    carrier = models.CharField(_("carrier"), max_length=60)
    tracking_number = models.CharField(_("tracking number"), max_length=80, blank=True)
    tracking_url = models.URLField(_("tracking link"), max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

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


class InvoiceCounter(models.Model):
    """The last number that a merchant has given in a year; fulfilment.invoices locks it."""

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "year"], name="invoice_counter_unique")
        ]

    def __str__(self) -> str:
        return f"{self.merchant_id}: {self.year}-{self.last}"


class Invoice(models.Model):
    """A merchant's invoice for a part of an order, or a credit note that takes back some or all of it.

    As it was on the day, with all its figures; the table is append-only. Amounts are in minor
    units, and positive in a credit note as well: its kind says which way they go.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("invoice")
        CREDIT_NOTE = "credit_note", _("credit note")

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="invoices")
    fulfilment_order = models.ForeignKey(
        FulfilmentOrder, on_delete=models.PROTECT, related_name="invoices"
    )
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="credit_notes"
    )
    # What gave the money back; credit notes that were written before have none. The index of
    # invoice_credit_note_once begins with it.
    refund = models.ForeignKey(
        Refund,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="credit_notes",
        db_index=False,
    )
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    issued_at = models.DateTimeField()
    paid_at = models.DateTimeField()
    reference = models.CharField(max_length=30, help_text=_("The order, as people read it."))
    locale = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    seller = models.JSONField()
    buyer = models.JSONField()
    lines = models.JSONField()
    total = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            # Invoices and credit notes share one series.
            models.UniqueConstraint(
                fields=["merchant", "year", "sequence"], name="invoice_number_unique"
            ),
            models.UniqueConstraint(
                fields=["fulfilment_order"],
                condition=Q(kind="invoice"),
                name="invoice_one_per_part",
            ),
            models.UniqueConstraint(
                fields=["refund", "fulfilment_order"],
                condition=Q(refund__isnull=False),
                name="invoice_credit_note_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="invoice", corrects=None, refund=None)
                | Q(kind="credit_note", corrects__isnull=False),
                name="invoice_credit_note_corrects_one",
            ),
            models.CheckConstraint(
                condition=Q(sequence__gte=1, total__gte=0), name="invoice_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """As it stands on paper: 2026-00042."""
        return f"{self.year}-{self.sequence:05d}"
