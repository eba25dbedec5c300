"""Who reports on a merchant's parcels, and what they sent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.models import Merchant
from shopping.ids import public_id


class CarrierConnection(models.Model):
    """A carrier, an aggregator or a warehouse that reports on a merchant's parcels.

    fulfilment.connections makes it and gives it secrets.
    """

    class Adapter(models.TextChoices):
        GENERIC = "generic", _("Étal’s own format")
        EASYPOST = "easypost", "EasyPost"

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    merchant = models.ForeignKey(
        Merchant,
        on_delete=models.PROTECT,
        related_name="carrier_connections",
        verbose_name=_("shop"),
    )
    adapter = models.CharField(_("format"), max_length=20, choices=Adapter)
    name = models.CharField(_("name"), max_length=60)
    enabled = models.BooleanField(_("takes reports"), default=True)
    secret = models.CharField(max_length=100, editable=False)
    # Still good beside the new one for a while, so that a change of secrets loses nothing.
    previous_secret = models.CharField(max_length=100, blank=True, editable=False)
    previous_secret_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("carrier connection")
        verbose_name_plural = _("carrier connections")

    def __str__(self) -> str:
        return self.name

    @property
    def secrets(self) -> list[str]:
        """What may have signed a report now."""
        until = self.previous_secret_until
        if self.previous_secret and until is not None and until > timezone.now():
            return [self.secret, self.previous_secret]
        return [self.secret]


class CarrierMessage(models.Model):
    """One POST of a connection's, as it came; the same one twice is one row.

    Kept at once, applied by a worker; `next_attempt_at` is empty when it needs nothing more: it was
    applied, and then has no error, or was given up.
    """

    connection = models.ForeignKey(
        CarrierConnection, on_delete=models.PROTECT, related_name="messages"
    )
    external_id = models.CharField(max_length=200)
    body = models.TextField()
    received_at = models.DateTimeField(auto_now_add=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    next_attempt_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "external_id"], name="carrier_message_unique"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="carrier_message_due",
            ),
            models.Index(
                fields=["received_at"],
                condition=Q(next_attempt_at__isnull=True),
                name="carrier_message_over",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.connection_id}: {self.external_id}"

    @property
    def is_given_up(self) -> bool:
        return self.next_attempt_at is None and bool(self.last_error)
