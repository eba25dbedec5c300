"""Which shops were told on which day that they are late."""

from __future__ import annotations

from django.db import models

from catalogue.models import Merchant


class LateReminder(models.Model):
    """The last day, its own, on which a shop was told of its late orders."""

    merchant = models.OneToOneField(
        Merchant, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    told_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.merchant_id}: {self.told_on}"
