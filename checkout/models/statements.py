from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from catalogue.models import Merchant


class MerchantStatements(Merchant):
    """A merchant as whose books are looked at; the admin's pages of statements hang on it."""

    class Meta:
        proxy = True
        verbose_name = _("statements")
        verbose_name_plural = _("statements")
