from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models.products import Product
from shopping.ids import public_id


class Drop(models.Model):
    """A product that opens for sale at a stated time."""

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    product = models.OneToOneField(Product, on_delete=models.PROTECT, related_name="drop")
    opens_at = models.DateTimeField(_("opens at"))
    per_person = models.PositiveSmallIntegerField(_("limit a person"), default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(per_person__gte=1), name="drop_limit_at_least_one")
        ]

    def __str__(self) -> str:
        return f"{self.product} · {self.opens_at:%Y-%m-%d %H:%M}"


class DropReminder(models.Model):
    drop = models.ForeignKey(Drop, on_delete=models.CASCADE, related_name="reminders")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["drop", "user"], name="drop_reminder_unique")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.drop}"
