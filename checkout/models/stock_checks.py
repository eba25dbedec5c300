"""How far the comparison of stock with its movements and its orders has come."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class StockCheck(models.Model):
    """One comparison of all stock rows, in the order of their keys; one goes at a time."""

    # All up to this key are compared, and it ends with that one.
    reached = models.BigIntegerField(default=0)
    last = models.BigIntegerField()
    found = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(ended_at=None), name="stock_check_one_running"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.reached} / {self.last}"
