"""The log of what happened, and who is to be told."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shopping.ids import public_id
from webhooks.addresses import validate_address
from webhooks.signing import new_secret
from webhooks.types import validate_type


class Event(models.Model):
    """One thing that happened. `sequence` is given after commit, so readers never skip one."""

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    type = models.CharField(max_length=60)
    subject = models.CharField(max_length=64)
    merchant = models.ForeignKey(
        "catalogue.Merchant", on_delete=models.PROTECT, null=True, related_name="events"
    )
    payload = models.JSONField(default=dict)
    sequence = models.BigIntegerField(null=True, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(sequence=None), name="event_unsequenced"),
            models.Index(fields=["merchant", "sequence"], name="event_merchant_sequence"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.subject}"


class Endpoint(models.Model):
    """A subscriber's address; a merchant's, or the operator's where `merchant` is empty."""

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    merchant = models.ForeignKey(
        "catalogue.Merchant",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="endpoints",
    )
    url = models.URLField(_("address"), max_length=500, validators=[validate_address])
    secret = models.CharField(max_length=100, default=new_secret, editable=False)
    # Still signs beside the new one for a while, so that a rotation loses nothing.
    previous_secret = models.CharField(max_length=100, blank=True, editable=False)
    previous_secret_until = models.DateTimeField(null=True, blank=True, editable=False)
    types = ArrayField(
        models.CharField(max_length=60, validators=[validate_type]), default=list, blank=True
    )
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.url

    def signing_secrets(self) -> list[str]:
        """What signs a message now: the secret, and for a day after a rotation the one before."""
        until = self.previous_secret_until
        if self.previous_secret and until is not None and until > timezone.now():
            return [self.secret, self.previous_secret]
        return [self.secret]


class Delivery(models.Model):
    """One event on its way to one endpoint."""

    class Status(models.TextChoices):
        PENDING = "pending", _("pending")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("given up")

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_status_code = models.PositiveIntegerField(null=True, blank=True)
    last_answer = models.CharField(max_length=500, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "endpoint"], name="delivery_once_per_endpoint"
            ),
            models.CheckConstraint(
                condition=Q(status="pending", next_attempt_at__isnull=False)
                | (~Q(status="pending") & Q(next_attempt_at=None)),
                name="delivery_pending_iff_scheduled",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(status="pending"), name="delivery_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.endpoint}"
