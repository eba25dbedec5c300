"""Invoices and credit notes, and the series that their numbers come from."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Merchant
from checkout.models import Refund
from fulfilment.models.fulfilment_orders import FulfilmentOrder
from shopping.ids import public_id


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
