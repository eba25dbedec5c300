from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.models import Merchant


class MerchantStatements(Merchant):
    """A merchant as whose books are looked at; the admin's pages of statements hang on it."""

    class Meta:
        proxy = True
        verbose_name = _("statements")
        verbose_name_plural = _("statements")


class ClosedMonth(models.Model):
    """What a merchant's statements of a finished month say for ever that is not in the ledger:
    where it ended, in which time zone, and whose they are. Append-only."""

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=40)
    holder = models.JSONField()
    # Those that were closed before there was such a column have no gifts in it.
    shows_gifts = models.BooleanField(default=True, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "month"], name="closed_month_once")
        ]

    def __str__(self) -> str:
        return f"{self.merchant_id}: {self.month:%Y-%m}"
