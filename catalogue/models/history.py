from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.models.products import Product, Variant


class ProductChange(models.Model):
    """Append-only: what was changed of a product or of one of its variants, by whom.

    `changes` maps a field to its value before and after; catalogue.history alone writes here.
    """

    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="history", db_index=False
    )
    variant = models.ForeignKey(
        Variant, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    changes = models.JSONField(_("changes"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reference = models.CharField(
        _("note"), max_length=64, blank=True, help_text=_("The file of an import.")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["product", "-id"], name="product_change_newest")]

    def __str__(self) -> str:
        return f"{self.product_id}: {', '.join(self.changes)}"
