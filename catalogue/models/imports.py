from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalogue.models.merchants import Merchant
from shopping.private_files import private_files


class Import(models.Model):
    """A merchant's file on its way to their products: read and looked at, then written.

    Workers go through it in slices, each claimed by `lease_until`; how far reading and writing have
    come is `read_to` and `applied_to`, in products, and is moved in the transaction that moves them.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded")
        READING = "reading", _("reading")
        READY = "ready", _("ready")
        APPLYING = "applying", pgettext_lazy("import", "importing")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("failed")

    class Layout(models.TextChoices):
        SHOPIFY = "shopify", _("Shopify’s export")
        OWN = "own", _("our own export")
        CHOSEN = "chosen", _("columns that you chose")

    # Which state may follow which; catalogue.staging.move consults it and nothing else assigns.
    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        State.UPLOADED: {State.READING, State.CANCELLED},
        State.READING: {State.READY, State.CANCELLED, State.FAILED},
        # Again with other columns, as long as nothing was written.
        State.READY: {State.APPLYING, State.READING, State.CANCELLED},
        State.APPLYING: {State.DONE, State.CANCELLED, State.FAILED},
        State.CANCELLED: {State.READING, State.READY, State.APPLYING},
        State.DONE: set(),
        State.FAILED: set(),
    }
    # In which a worker is at it, or should be.
    BUSY = (State.READING, State.APPLYING)
    # In which it waits for somebody, be it a worker.
    OPEN = (State.UPLOADED, State.READY, *BUSY)

    merchant = models.ForeignKey(
        Merchant, on_delete=models.PROTECT, related_name="imports", verbose_name=_("shop")
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    name = models.CharField(_("file"), max_length=200)
    file = models.FileField(storage=private_files, upload_to="imports/", max_length=200, blank=True)
    size = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    header = models.JSONField(default=list)
    layout = models.CharField(max_length=10, choices=Layout, blank=True)
    # Field → column; see catalogue.columns.
    columns = models.JSONField(default=dict)
    state = models.CharField(_("status"), max_length=10, choices=State, default=State.UPLOADED)
    read_to = models.PositiveIntegerField(default=0)
    read_bytes = models.BigIntegerField(default=0)
    # When all of the file was staged.
    read_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    applied_to = models.PositiveIntegerField(default=0)
    # Why the file as a whole could not be read, or not be written to its end.
    problem = models.CharField(max_length=1000, blank=True)
    # How often a worker has taken it since it last went on, and what was in its way.
    attempts = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    last_error = models.CharField(
        max_length=500, blank=True, default="", db_default="", editable=False
    )
    lease_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_to__lte=F("read_to")), name="import_applied_within_read"
            )
        ]
        indexes = [
            models.Index(
                fields=["lease_until"],
                condition=Q(state__in=("reading", "applying")),
                name="import_due",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_busy(self) -> bool:
        return self.state in self.BUSY

    @property
    def is_given_up(self) -> bool:
        """Whether it failed for our sake, and not the file's."""
        return self.state == self.State.FAILED and bool(self.last_error)

    @property
    def percent(self) -> int:
        """How much of what a worker is at, or was last at, is behind it."""
        if self.read_at:
            return 100 * self.applied_to // self.read_to if self.read_to else 100
        return min(100, 100 * self.read_bytes // self.size) if self.size else 0


class ImportEvent(models.Model):
    """An import's history, written in the transaction that moved its state; append-only."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="history")
    state = models.CharField(max_length=10, choices=Import.State)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.of_id}: {self.state}"


class StagedProduct(models.Model):
    """The rows of one product as the file has them, and what importing them comes to.

    `place` counts the products of the file from 1. `rows` holds each row's number and cells;
    `changes` and `errors` are what catalogue.plans.Change and catalogue.parsed.RowError hold.
    """

    class Fate(models.TextChoices):
        NEW = "new", pgettext_lazy("import", "new")
        CHANGED = "changed", pgettext_lazy("import", "changed")
        SAME = "same", pgettext_lazy("import", "unchanged")
        REFUSED = "refused", pgettext_lazy("import", "to mend")

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="staged")
    place = models.PositiveIntegerField()
    first_row = models.PositiveIntegerField()
    last_row = models.PositiveIntegerField()
    handle = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=200, blank=True)
    fate = models.CharField(max_length=10, choices=Fate)
    rows = models.JSONField()
    changes = models.JSONField(default=list)
    errors = models.JSONField(default=list)
    # Rows that are taken, though not in all that they say.
    notes = models.JSONField(default=list)
    applied = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["of", "place"], name="staged_product_place_unique"),
            models.CheckConstraint(
                condition=~Q(fate="refused", applied=True), name="staged_product_refused_or_applied"
            ),
        ]
        indexes = [models.Index(fields=["of", "fate", "place"], name="staged_product_by_fate")]

    def __str__(self) -> str:
        return f"{self.of_id}/{self.place} {self.handle}"
