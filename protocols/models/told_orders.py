from __future__ import annotations

from django.db import models

from checkout.models import Order
from protocols.models.platforms import Platform


class ToldOrder(models.Model):
    """An order of a platform, and what the platform was told of it last.

    Whoever tells of it locks the row: what is sent later says what is newer, and nothing is said twice.
    """

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="+")
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, related_name="orders")
    # SHA-256 of the last document; "" before the first.
    digest = models.CharField(max_length=64, blank=True, default="")
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.platform_id}: {self.order_id}"


class OrderNewsMark(models.Model):
    """How far the log of events was looked through for what platforms have to hear; one row."""

    done_to = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.done_to)
