"""Payments that a shopper's bank takes back."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from checkout.models.payments import Payment
from shopping.ids import public_id


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def blocking(self) -> DisputeQuerySet:
        """Those whose money is with the bank: a refund would pay the shopper a second time."""
        return self.filter(status__in=Dispute.BLOCKING)

    def undecided(self) -> DisputeQuerySet:
        """Those whose money the bank holds and may give back."""
        return self.filter(status__in=Dispute.UNDECIDED)


class Dispute(models.Model):
    """A chargeback, or a bank's question before one, as Stripe has it.

    https://docs.stripe.com/api/disputes/object
    """

    class Status(models.TextChoices):
        WARNING_NEEDS_RESPONSE = "warning_needs_response", _("the bank asks")
        WARNING_UNDER_REVIEW = "warning_under_review", _("the bank reads our answer")
        WARNING_CLOSED = "warning_closed", _("the bank asks no more")
        NEEDS_RESPONSE = "needs_response", _("open: proof is needed")
        UNDER_REVIEW = "under_review", _("the bank reads our proof")
        WON = "won", _("won")
        LOST = "lost", _("lost")
        PREVENTED = "prevented", _("settled before it began")

    # The one table of a dispute's life; checkout.disputes.apply consults it. A bank may still give
    # way after it has decided for its client; what is won stays won.
    TRANSITIONS: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.WARNING_NEEDS_RESPONSE: (
            Status.WARNING_UNDER_REVIEW,
            Status.WARNING_CLOSED,
            Status.NEEDS_RESPONSE,
            Status.UNDER_REVIEW,
            Status.WON,
            Status.LOST,
            Status.PREVENTED,
        ),
        Status.WARNING_UNDER_REVIEW: (
            Status.WARNING_CLOSED,
            Status.NEEDS_RESPONSE,
            Status.UNDER_REVIEW,
            Status.WON,
            Status.LOST,
            Status.PREVENTED,
        ),
        Status.WARNING_CLOSED: (
            Status.NEEDS_RESPONSE,
            Status.UNDER_REVIEW,
            Status.WON,
            Status.LOST,
        ),
        Status.NEEDS_RESPONSE: (Status.UNDER_REVIEW, Status.WON, Status.LOST, Status.PREVENTED),
        Status.UNDER_REVIEW: (Status.WON, Status.LOST),
        Status.LOST: (Status.WON,),
        Status.WON: (),
        Status.PREVENTED: (),
    }
    UNDECIDED: ClassVar[tuple[str, ...]] = (Status.NEEDS_RESPONSE, Status.UNDER_REVIEW)
    BLOCKING: ClassVar[tuple[str, ...]] = (*UNDECIDED, Status.LOST)
    # A bank asks for the payment, or about it.
    ASKING: ClassVar[tuple[str, ...]] = (
        Status.WARNING_NEEDS_RESPONSE,
        Status.WARNING_UNDER_REVIEW,
        *UNDECIDED,
    )

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disputes")
    stripe_id = models.CharField(max_length=64, unique=True)
    status = models.CharField(max_length=30, choices=Status)
    # What is disputed, in minor units of the payment's currency.
    amount = models.BigIntegerField()
    # Stripe's word for it.
    reason = models.CharField(max_length=60, blank=True)
    due_by = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="dispute_amount_not_negative")
        ]

    def __str__(self) -> str:
        return self.stripe_id

    @property
    def is_open(self) -> bool:
        return self.status in self.ASKING
