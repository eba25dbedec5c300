from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue.models.products import Variant

# So few pieces are left that a merchant wants to know.
LOW = 5


class StockItemQuerySet(models.QuerySet["StockItem"]):
    def low(self) -> StockItemQuerySet:
        """What runs low or is sold out: at most `LOW` pieces can still be bought."""
        return self.filter(on_hand__lte=F("reserved") + LOW)


class StockItem(models.Model):
    """How many there are and how many are promised; a table of its own because it is hot."""

    variant = models.OneToOneField(
        Variant, on_delete=models.PROTECT, primary_key=True, related_name="stock"
    )
    on_hand = models.IntegerField(_("on hand"), default=0)
    reserved = models.IntegerField(_("reserved"), default=0)

    objects: ClassVar = StockItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reserved__gte=0, on_hand__gte=F("reserved")),
                name="stock_reserved_within_on_hand",
                violation_error_message=_("Reserved stock lies between nothing and what is there."),
            )
        ]

    def __str__(self) -> str:
        return str(self.variant)

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


class StockMovement(models.Model):
    """Append-only: each change of `on_hand`, who made it and why."""

    class Reason(models.TextChoices):
        IMPORT = "import", _("import")
        ADJUSTMENT = "adjustment", _("adjustment")
        SALE = "sale", _("sale")
        RESTOCK = "restock", _("restock")

    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="movements")
    reason = models.CharField(max_length=12, choices=Reason)
    before = models.IntegerField()
    after = models.IntegerField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reference = models.CharField(max_length=64, blank=True, help_text=_("Order number or file."))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(before__gte=0, after__gte=0), name="movement_not_negative"
            )
        ]

    def __str__(self) -> str:
        return f"{self.variant_id} {self.before} → {self.after} ({self.reason})"
