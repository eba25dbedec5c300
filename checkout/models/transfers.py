"""What merchants are sent of what was paid, and what of it is taken back."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Merchant
from checkout.models.orders import Order
from checkout.models.payments import Payment
from shopping.ids import public_id


class Sent(models.Model):
    """What Stripe is asked for as often as it takes, by checkout.sending; a row before it is asked."""

    # The one table of its life; requested is where it begins.
    TRANSITIONS: ClassVar[dict[str, tuple[str, ...]]] = {
        "requested": ("succeeded", "dropped"),
        "succeeded": (),
        "dropped": (),
    }

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    amount = models.BigIntegerField()
    stripe_id = models.CharField(max_length=64, null=True, blank=True, unique=True)
    # Why it waits: Stripe's code, or one of checkout.transfer_words.
    failure = models.CharField(max_length=60, default="", blank=True)
    # How often Stripe has said no. Each time the next try has a key of its own and waits longer.
    attempts = models.PositiveIntegerField(default=0)
    # When Stripe was asked last: nobody else asks while that call may be on its way.
    attempted_at = models.DateTimeField(null=True, blank=True)
    # When to ask Stripe (again); empty once it is sent, or dropped.
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.stripe_id or str(self.public_id)


class Transfer(Sent):
    """A merchant's part of a payment on its way to their Stripe account; a row before Stripe is
    asked, and never given up. Minor units."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("on its way")
        SUCCEEDED = "succeeded", _("transferred")
        # All of it was to be taken back before Stripe was asked: nothing moves there or back.
        DROPPED = "dropped", _("not needed any more")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="transfers")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="transfers")
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="transfers")
    currency = models.CharField(max_length=3)
    # Of `amount`, what its reversals take back, done or under way; all of it where it was dropped.
    reversed = models.BigIntegerField(default=0)
    # Whether Stripe is to take it from the payment's own charge, which need not be available yet.
    from_charge = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.REQUESTED)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_amount_positive"),
            models.CheckConstraint(
                condition=Q(reversed__gte=0, amount__gte=F("reversed")),
                name="transfer_reversed_amount",
                violation_error_message=_("No more is taken back than was sent."),
            ),
            models.CheckConstraint(
                condition=Q(status="succeeded", stripe_id__isnull=False)
                | (~Q(status="succeeded") & Q(stripe_id=None)),
                name="transfer_succeeded_iff_known",
            ),
            models.CheckConstraint(
                condition=Q(status="requested", next_attempt_at__isnull=False)
                | (~Q(status="requested") & Q(next_attempt_at=None)),
                name="transfer_due_iff_requested",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="transfer_due",
            ),
            models.Index(
                fields=["merchant"], condition=Q(status="requested"), name="transfer_waiting"
            ),
        ]


class TransferReversal(Sent):
    """Part of a transfer on its way back, after a refund or a lost dispute. Minor units."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("on its way")
        SUCCEEDED = "succeeded", _("taken back")
        # Somebody has taken the money back at Stripe by hand before this was sent, or it was not
        # sent to the merchant in the first place.
        DROPPED = "dropped", _("not needed any more")

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="reversals")
    status = models.CharField(max_length=10, choices=Status, default=Status.REQUESTED)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="reversal_amount_positive"),
            models.CheckConstraint(
                condition=Q(status="succeeded", stripe_id__isnull=False)
                | (~Q(status="succeeded") & Q(stripe_id=None)),
                name="reversal_succeeded_iff_known",
            ),
            models.CheckConstraint(
                condition=Q(status="requested", next_attempt_at__isnull=False)
                | (~Q(status="requested") & Q(next_attempt_at=None)),
                name="reversal_due_iff_requested",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="reversal_due",
            )
        ]
