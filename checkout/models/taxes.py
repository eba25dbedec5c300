"""What Stripe Tax was asked and said, and what was recorded in its books."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from checkout.models.orders import Order
from checkout.models.payments import Refund
from shopping.ids import public_id


class TaxCalculation(models.Model):
    """Stripe's answer to one question, for whoever asks the same until it expires.

    Orders copy what they need of it, so it can be swept away then.
    """

    # Of all that the tax was computed from: checkout.tax_calculations.digest_of.
    digest = models.CharField(max_length=64, unique=True)
    stripe_id = models.CharField(max_length=100, blank=True)
    # Minor units: see checkout.tax_calculations.
    result = models.JSONField(default=dict)
    # Why there is no answer: Stripe's code. Kept for a while, so that Stripe is not asked in vain.
    refusal = models.CharField(max_length=100, blank=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(refusal="") & ~Q(stripe_id="")) | (~Q(refusal="") & Q(stripe_id="")),
                name="tax_calculation_answer_or_refusal",
            )
        ]

    def __str__(self) -> str:
        return self.stripe_id or self.refusal


class TaxTransaction(models.Model):
    """An entry in Stripe's tax books: a paid order, or what a refund takes back of it.

    A row before Stripe is asked. What becomes of it never changes the order.
    """

    class Status(models.TextChoices):
        REQUESTED = "requested", _("requested")
        RECORDED = "recorded", _("recorded")
        FAILED = "failed", _("failed")

    TRANSITIONS: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.REQUESTED: (Status.RECORDED, Status.FAILED),
        Status.RECORDED: (),
        Status.FAILED: (),
    }

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="tax_transactions")
    # None for the sale itself.
    refund = models.OneToOneField(
        Refund, on_delete=models.PROTECT, null=True, blank=True, related_name="tax_transaction"
    )
    # What a sale is recorded from: the order's, or one that was made anew for it.
    calculation_id = models.CharField(max_length=100, blank=True)
    stripe_id = models.CharField(max_length=100, null=True, blank=True, unique=True)
    # Of a sale: our reference of a line → Stripe's id of it, which a reversal names.
    lines = models.JSONField(default=dict, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.REQUESTED)
    failure = models.CharField(max_length=60, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    # When to ask Stripe (again); empty once it is recorded, or never will be.
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(refund=None), name="tax_transaction_one_sale"
            ),
            models.CheckConstraint(
                condition=Q(refund=None) ^ Q(calculation_id=""),
                name="tax_transaction_sale_has_calculation",
            ),
            models.CheckConstraint(
                condition=Q(status="recorded", stripe_id__isnull=False)
                | (~Q(status="recorded") & Q(stripe_id=None)),
                name="tax_transaction_recorded_iff_known",
            ),
            models.CheckConstraint(
                condition=Q(status="requested", next_attempt_at__isnull=False)
                | (~Q(status="requested") & Q(next_attempt_at=None)),
                name="tax_transaction_due_iff_requested",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="tax_transaction_due",
            )
        ]

    def __str__(self) -> str:
        return self.stripe_id or str(self.public_id)
