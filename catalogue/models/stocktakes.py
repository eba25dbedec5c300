"""Counting what is there, and what the count says of each variant."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalogue.models.merchants import Merchant
from catalogue.models.products import Category, Variant


class Stocktake(models.Model):
    """One count of a shop's goods, or of some of them."""

    class Status(models.TextChoices):
        OPEN = "open", _("being counted")
        APPLYING = "applying", _("being applied")
        APPLIED = "applied", pgettext_lazy("stocktake", "applied")
        CANCELLED = "cancelled", _("cancelled")

    # The one table of its life; catalogue.stocktakes consults it.
    TRANSITIONS: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.OPEN: (Status.APPLYING, Status.CANCELLED),
        Status.APPLYING: (Status.APPLIED,),
        Status.APPLIED: (),
        Status.CANCELLED: (),
    }

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="stocktakes")
    # Empty where the whole shop is counted, or variants that somebody chose.
    category = models.ForeignKey(
        Category,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
    )
    note = models.CharField(_("note"), max_length=80, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    # How many variants there are to count.
    size = models.PositiveIntegerField(_("variants"), default=0, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("begun"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("stocktake")
        verbose_name_plural = _("stocktakes")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=("applied", "cancelled"), ended_at__isnull=False)
                | Q(status__in=("open", "applying"), ended_at__isnull=True),
                name="stocktake_ends_when_it_is_over",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("applying", "applied")) | Q(applied_by__isnull=True),
                name="stocktake_applied_by_whoever_applied_it",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(status="applying"), name="stocktake_being_applied"
            )
        ]

    def __str__(self) -> str:
        return f"{self.merchant} {self.pk}"

    @property
    def reference(self) -> str:
        """What its movements are found by."""
        return f"stocktake {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN


class StocktakeEvent(models.Model):
    """A stocktake's history, written in the transaction that moved its status; append-only."""

    stocktake = models.ForeignKey(Stocktake, on_delete=models.PROTECT, related_name="history")
    status = models.CharField(max_length=10, choices=Stocktake.Status)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.stocktake_id}: {self.status}"


class StocktakeLineQuerySet(models.QuerySet["StocktakeLine"]):
    def counted(self) -> StocktakeLineQuerySet:
        return self.filter(counted__isnull=False)

    def differing(self) -> StocktakeLineQuerySet:
        """Where another number was counted than was in the books at that moment."""
        return self.counted().exclude(counted=F("expected"))

    def refused(self) -> StocktakeLineQuerySet:
        return self.filter(outcome__in=StocktakeLine.REFUSED)


class StocktakeLine(models.Model):
    """One variant: what was counted, and what the books said at that moment."""

    class Outcome(models.TextChoices):
        WAITING = "", _("not applied")
        APPLIED = "applied", pgettext_lazy("stocktake", "applied")
        RESERVED = "reserved", _("refused: shoppers were promised more")
        STALE = "stale", _("refused: the books say otherwise by now, count again")

    REFUSED = (Outcome.RESERVED, Outcome.STALE)

    stocktake = models.ForeignKey(
        Stocktake, on_delete=models.CASCADE, related_name="lines", db_index=False
    )
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+")
    counted = models.PositiveIntegerField(_("counted"), null=True, blank=True)
    # Pieces on hand at the moment of the count, and the last movement that is in them.
    expected = models.IntegerField(_("on hand"), null=True, blank=True)
    last_movement = models.BigIntegerField(null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, default=Outcome.WAITING)

    objects: ClassVar = StocktakeLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stocktake", "variant"], name="stocktake_counts_a_variant_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    counted__isnull=True, expected__isnull=True, counted_at__isnull=True, outcome=""
                )
                | Q(counted__isnull=False, expected__isnull=False, counted_at__isnull=False),
                name="stocktake_line_counted_at_a_moment",
            ),
        ]
        indexes = [models.Index(fields=["stocktake", "id"], name="stocktake_lines_in_order")]

    def __str__(self) -> str:
        return f"{self.stocktake_id}: {self.variant_id}"

    @property
    def difference(self) -> int | None:
        if self.counted is None or self.expected is None:
            return None
        return self.counted - self.expected
