"""The log of what happened, and who is to be told."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
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
            # The log grows by time, so a span of time is a span of its pages.
            BrinIndex(fields=["created_at"], name="event_span"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.subject}"


class Endpoint(models.Model):
    """A subscriber's address; a merchant's, or the operator's where `merchant` is empty."""

    class OffReason(models.TextChoices):
        GONE = "gone", _("it answered 410")
        FAILING = "failing", _("nothing was taken for days")

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
    # What its messages are like: "" for events as Standard Webhooks has them, else a name of
    # settings.WEBHOOK_FORMS. Such a one subscribes to nothing: what it hears is put on its way.
    form = models.CharField(max_length=20, blank=True, default="", db_default="", editable=False)
    active = models.BooleanField(_("active"), default=True)
    # Who switched it off, where it was not a person, and when.
    off_reason = models.CharField(
        max_length=10, choices=OffReason, blank=True, default="", db_default="", editable=False
    )
    off_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Since when nothing was taken; empty while things go well.
    failing_since = models.DateTimeField(null=True, blank=True, editable=False)
    # Of the last message that was written for it: its messages are counted up from 1.
    last_sequence = models.BigIntegerField(default=0, db_default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.url

    @property
    def two_secrets(self) -> bool:
        """Whether the secret before this one signs too."""
        return len(self.signing_secrets()) > 1

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
    # Its place among the endpoint's messages; empty where it was written before they were counted.
    sequence = models.BigIntegerField(null=True, blank=True, editable=False)
    # What each attempt sends, where the endpoint's form says more than the event.
    body = models.TextField(blank=True, default="", db_default="", editable=False)
    # How far it is on the schedule; counts from nothing when it is sent again.
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
            models.UniqueConstraint(
                fields=["endpoint", "sequence"],
                condition=Q(sequence__isnull=False),
                name="delivery_sequence_once",
            ),
            models.CheckConstraint(
                condition=Q(status="pending", next_attempt_at__isnull=False)
                | (~Q(status="pending") & Q(next_attempt_at=None)),
                name="delivery_pending_iff_scheduled",
            ),
        ]
        indexes = [
            # What waits, endpoint by endpoint: each is asked for its own few.
            models.Index(
                fields=["endpoint", "next_attempt_at", "id"],
                condition=Q(status="pending"),
                name="delivery_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.endpoint}"


class Attempt(models.Model):
    """One POST and what came of it; kept for some weeks (`webhooks.attempts.KEPT`)."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="log")
    started_at = models.DateTimeField(_("time"))
    milliseconds = models.PositiveIntegerField(_("took, ms"))
    # As they were sent; no secret is among them, only signatures that hold for minutes.
    headers = models.JSONField(_("our headers"), default=dict)
    status_code = models.PositiveIntegerField(_("status code"), null=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M:%S} · {self.status_code or '–'}"


class Replay(models.Model):
    """A span of time whose events go to an endpoint once more; worked off in batches."""

    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.CASCADE, related_name="replays", verbose_name=_("webhook")
    )
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"))
    # Of the log: the last one that is done, and the last one to do.
    done_to = models.BigIntegerField(editable=False)
    last = models.BigIntegerField(editable=False)
    sent = models.PositiveIntegerField(_("messages"), default=0, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
    )
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)

    class Meta:
        verbose_name = _("replay")
        verbose_name_plural = _("replays")
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint"],
                condition=Q(finished_at=None),
                name="replay_one_at_a_time",
                violation_error_message=_("A replay to this webhook is still under way."),
            ),
            models.CheckConstraint(
                condition=Q(until__gt=models.F("since")),
                name="replay_span",
                violation_error_message=_("It has to end after it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.endpoint} · {self.since:%Y-%m-%d %H:%M} – {self.until:%Y-%m-%d %H:%M}"
