from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from catalogue.models.merchants import Merchant
from catalogue.models.products import Product, Variant


class StockItemQuerySet(models.QuerySet["StockItem"]):
    def low(self) -> StockItemQuerySet:
        """What runs low or is sold out: at most as many can still be bought as its shop wants to
        know of, or as is said of the variant itself."""
        threshold = Coalesce("low_at", "variant__merchant__low_stock_at")
        return self.filter(on_hand__lte=F("reserved") + threshold)

    def watched(self) -> StockItemQuerySet:
        """What is offered, so that its shop wants to know when it runs low."""
        return self.filter(variant__active=True, variant__product__status=Product.Status.ACTIVE)


class StockItem(models.Model):
    """How many there are and how many are promised; a table of its own because it is hot."""

    variant = models.OneToOneField(
        Variant, on_delete=models.PROTECT, primary_key=True, related_name="stock"
    )
    on_hand = models.IntegerField(_("on hand"), default=0)
    reserved = models.IntegerField(_("reserved"), default=0)
    # Empty where the shop's own figure counts.
    low_at = models.PositiveIntegerField(_("low from"), null=True, blank=True)

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
    """Append-only: each change of `on_hand`, who made it and why.

    `after` is the running balance: of one variant, movements follow each other by `created_at`,
    which is taken under the lock of its stock.
    """

    class Reason(models.TextChoices):
        IMPORT = "import", _("import")
        ADJUSTMENT = "adjustment", _("correction")
        SALE = "sale", _("sale")
        RESTOCK = "restock", _("back from a refund")
        RECEIVED = "received", _("received")
        RETURNED = "returned", _("returned to stock")
        DAMAGED = "damaged", _("damaged")
        LOST = "lost", _("lost")
        COUNT = "count", _("stocktake")

    # Which way goods go for a reason; the others go both.
    COMING = (Reason.RECEIVED, Reason.RETURNED)
    GOING = (Reason.DAMAGED, Reason.LOST)
    # What a person does by hand; the other reasons have verbs of their own.
    BY_HAND = (*COMING, *GOING, Reason.ADJUSTMENT)
    # What moves no goods, but says anew how many there are.
    RECKONED = (Reason.IMPORT, Reason.ADJUSTMENT, Reason.LOST, Reason.COUNT)

    variant = models.ForeignKey(
        Variant, on_delete=models.PROTECT, related_name="movements", db_index=False
    )
    # The variant's, for lists of one shop; the database fills it in.
    merchant = models.ForeignKey(
        Merchant, on_delete=models.PROTECT, related_name="+", editable=False, db_index=False
    )
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    before = models.IntegerField()
    after = models.IntegerField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    reference = models.CharField(
        _("reference"), max_length=64, blank=True, help_text=_("Order number or file.")
    )
    note = models.CharField(_("note"), max_length=200, blank=True, default="", db_default="")
    # Of the call by the API that asked for it, so that the same call again is known; see stock.adjust.
    call_key = models.CharField(
        max_length=64, blank=True, default="", db_default="", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(before__gte=0, after__gte=0), name="movement_not_negative"
            ),
            models.CheckConstraint(
                condition=(~Q(reason__in=["received", "returned"]) | Q(after__gt=F("before")))
                & (~Q(reason__in=["damaged", "lost"]) | Q(after__lt=F("before"))),
                name="movement_goes_the_way_of_its_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["variant", "created_at", "id"], name="movement_of_variant"),
            models.Index(fields=["merchant", "created_at", "id"], name="movement_of_shop"),
            models.Index(fields=["created_at", "id"], name="movement_by_time"),
            models.Index(
                fields=["reference"], condition=~Q(reference=""), name="movement_by_reference"
            ),
            # Most movements are sales, which nobody in the shop made: these two cost them nothing.
            models.Index(
                fields=["merchant", "reason", "created_at", "id"],
                condition=~Q(reason="sale"),
                name="movement_by_reason",
            ),
            models.Index(
                fields=["actor", "created_at", "id"],
                condition=Q(actor__isnull=False),
                name="movement_by_actor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id} {self.before} → {self.after} ({self.reason})"


class LowStock(models.Model):
    """A variant that fell to its threshold, until it is above again: its shop is told of it once."""

    item = models.OneToOneField(
        StockItem, on_delete=models.CASCADE, primary_key=True, related_name="alert"
    )
    merchant = models.ForeignKey(
        Merchant, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    fell_at = models.DateTimeField(auto_now_add=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["merchant"], condition=Q(told_at__isnull=True), name="low_stock_untold"
            )
        ]

    def __str__(self) -> str:
        return str(self.item_id)
