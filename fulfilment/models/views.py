"""Views of the workbench that people keep."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalogue.models import Merchant


class SavedView(models.Model):
    """A filter and a search under a name: its author's alone, or with `merchant` that shop's."""

    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    merchant = models.ForeignKey(
        Merchant, on_delete=models.CASCADE, null=True, blank=True, related_name="saved_views"
    )
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["author", "name"],
                name="saved_view_name_once",
                violation_error_message=_("You have a view of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name
