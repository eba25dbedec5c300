from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue.models.products import Product
from shopping.ids import public_id


class Drop(models.Model):
    """A product that opens for sale at a stated time, a few pieces for each person."""

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    product = models.OneToOneField(
        Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="drop"
    )
    opens_at = models.DateTimeField(_("opens at"))
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True)
    per_person = models.PositiveSmallIntegerField(_("limit a person"), default=1)
    # Counts the opening times that it has had: who was told of an older one is told anew.
    edition = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    # How many there were when it opened; written with the first order.
    pieces = models.PositiveIntegerField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(per_person__gte=1),
                name="drop_limit_at_least_one",
                violation_error_message=_("Each person may buy one piece at least."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("opens_at")),
                name="drop_ends_after_it_opens",
                violation_error_message=_("A drop ends after it opens."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} · {self.opens_at:%Y-%m-%d %H:%M}"

    def is_open(self, now: datetime) -> bool:
        """What catalogue.sale asks of the database, of a drop that is read already."""
        return self.opens_at <= now and not self.has_ended(now)

    def has_ended(self, now: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= now


class DropReminder(models.Model):
    """Somebody who wants to be told of a drop, and for which of its editions they were."""

    drop = models.ForeignKey(Drop, on_delete=models.CASCADE, related_name="reminders")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    # The edition whose opening time they know, and those of which they were told shortly before
    # it and at it; 0 for none.
    known = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    soon = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    opened = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["drop", "user"], name="drop_reminder_unique")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.drop}"
