"""What a sweep could not do yet."""

from __future__ import annotations

from django.db import models

from checkout.models import Order, Refund


class Failure(models.Model):
    """What a sweep could not do: why, and when it tries it again; see fulfilment.failures.

    The row stays when it has been done at last, as a record. A table of its own: of a million rows
    hardly one gets a failure.
    """

    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    next_attempt_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.pk}: {self.last_error}"


class OpeningFailure(Failure):
    """A paid order whose fulfilment did not open."""

    order = models.OneToOneField(
        Order, on_delete=models.PROTECT, primary_key=True, related_name="opening_failure"
    )


class CreditFailure(Failure):
    """A refund that has gone through and whose credit notes could not be written."""

    refund = models.OneToOneField(
        Refund, on_delete=models.PROTECT, primary_key=True, related_name="credit_failure"
    )
