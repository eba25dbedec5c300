from __future__ import annotations

from django.conf import settings
from django.db import models

from catalogue.models.products import Variant


class StockReminder(models.Model):
    """Somebody who wants a mail when a sold-out variant is back; gone once it is written."""

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="reminders")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["variant", "user"], name="stock_reminder_unique")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.variant}"
