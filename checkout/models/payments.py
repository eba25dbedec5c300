from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalogue.models import Merchant
from checkout.models.orders import Order
from shopping.ids import public_id
from shopping.money import Money


class Payment(models.Model):
    """One PaymentIntent of an order, and all its attempts."""

    class Status(models.TextChoices):
        CREATED = "created", _("created")
        PROCESSING = "processing", _("processing")
        REQUIRES_ACTION = "requires_action", _("needs the shopper")
        DECLINED = "declined", _("declined")
        SUCCEEDED = "succeeded", _("succeeded")
        CANCELLED = "cancelled", _("cancelled")

    # The one table of a payment's life; checkout.intents.move consults it and nothing else assigns.
    # PROCESSING also stands for an outcome we were not told: the sweep asks Stripe.
    TRANSITIONS: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.CREATED: (Status.PROCESSING, Status.CANCELLED, Status.SUCCEEDED),
        Status.PROCESSING: (
            Status.REQUIRES_ACTION,
            Status.DECLINED,
            Status.SUCCEEDED,
            Status.CANCELLED,
        ),
        Status.REQUIRES_ACTION: (
            Status.PROCESSING,
            Status.DECLINED,
            Status.SUCCEEDED,
            Status.CANCELLED,
        ),
        Status.DECLINED: (
            Status.PROCESSING,
            Status.REQUIRES_ACTION,
            Status.SUCCEEDED,
            Status.CANCELLED,
        ),
        Status.SUCCEEDED: (),
        Status.CANCELLED: (Status.SUCCEEDED,),
    }

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    # The order's test space: where at Stripe its intent is to be found.
    test_shop = models.ForeignKey(
        Merchant,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="+",
    )
    intent_id = models.CharField(max_length=64, null=True, blank=True, unique=True)
    # Stripe's id of the charge that brought the money in; empty until then.
    charge_id = models.CharField(max_length=64, db_default="", default="", blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.CREATED)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    captured = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=0)
    # Digest of what the running attempt was given: a repeat of it is no new attempt.
    attempt_hash = models.CharField(max_length=64, blank=True)
    attempted_at = models.DateTimeField(null=True, blank=True)
    # When to ask Stripe what became of a running attempt; empty where nothing is open.
    next_check_at = models.DateTimeField(null=True, blank=True)
    save_card = models.BooleanField(default=False)
    decline_code = models.CharField(max_length=60, blank=True)
    card_brand = models.CharField(max_length=20, blank=True)
    card_last4 = models.CharField(max_length=4, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=~Q(status="cancelled"), name="payment_one_live"
            ),
            models.CheckConstraint(
                condition=Q(
                    refunded__gte=0, captured__gte=F("refunded"), amount__gte=F("captured")
                ),
                name="payment_refunded_captured_amount",
                violation_error_message=_("No more is refunded than was captured."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_check_at"],
                condition=Q(next_check_at__isnull=False),
                name="payment_to_check",
            )
        ]

    def __str__(self) -> str:
        return self.intent_id or str(self.public_id)

    @property
    def amount_money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def is_test(self) -> bool:
        """Whether it is in Stripe's test mode, and not in the account that real money moves in."""
        return self.test_shop_id is not None

    @property
    def is_given_back(self) -> bool:
        """Whether Stripe has given all of it back, and not only been asked to."""
        return 0 < self.captured == self.refunded


class Refund(models.Model):
    """Money on its way back; a row before Stripe is asked."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("requested")
        SUCCEEDED = "succeeded", _("succeeded")
        FAILED = "failed", _("failed")

    TRANSITIONS: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.REQUESTED: (Status.SUCCEEDED, Status.FAILED),
        Status.SUCCEEDED: (Status.FAILED,),
        Status.FAILED: (),
    }

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    # The intent that gives it back where it is not the payment's own, but one that took the same
    # money a second time; it counts for nothing in the payment's own sums.
    second_intent_id = models.CharField(max_length=64, blank=True)
    stripe_id = models.CharField(max_length=64, null=True, blank=True, unique=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.REQUESTED)
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=60)
    # Of the form that asked for it: a second press finds this row. None where no form did.
    key = models.CharField(max_length=64, null=True, blank=True, editable=False)  # noqa: DJ001
    # Why Stripe or the bank did not do it.
    failure = models.CharField(max_length=60, db_default="", blank=True)
    # When to ask Stripe for it (again); empty once Stripe has given the last word.
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    # When its credit notes were written, or it was found to need none; see fulfilment.credit_notes.
    credited_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_positive"),
            models.UniqueConstraint(
                fields=["payment", "key"],
                condition=Q(key__isnull=False),
                name="refund_key_unique",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="refund_due",
            ),
            models.Index(
                fields=["second_intent_id"],
                condition=~Q(second_intent_id=""),
                name="refund_of_second_intent",
            ),
            models.Index(
                fields=["id"],
                condition=Q(status="succeeded", credited_at=None),
                name="refund_uncredited",
            ),
        ]

    def __str__(self) -> str:
        return self.stripe_id or str(self.public_id)

    @property
    def from_intent_id(self) -> str:
        """Stripe's id of the intent that gives it back."""
        return self.second_intent_id or self.payment.intent_id or ""

    @property
    def captured_as(self) -> str:
        """The ledger's reference of the capture that it is taken from."""
        return self.second_intent_id or str(self.payment.public_id)


class StripeEvent(models.Model):
    """Stripe's word that something happened; a hint to look at the object's present state."""

    event_id = models.CharField(max_length=64, unique=True)
    type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=64, blank=True)
    # Whether it was signed with the secret of test mode.
    test = models.BooleanField(default=False, db_default=False)
    payload = models.JSONField()
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    received_at = models.DateTimeField(auto_now_add=True)
    next_attempt_at = models.DateTimeField(db_default=Now())
    processed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(processed_at=None),
                name="stripe_event_unprocessed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"


class StripeReconciliation(models.Model):
    """How far Stripe's own list of events has been compared with ours; one row."""

    seen_until = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.seen_until)
