from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from catalogue.models import Merchant


class MerchantExports(Merchant):
    """A merchant whose rows are taken along; the admin's pages of exports hang on it."""

    class Meta:
        proxy = True
        verbose_name = _("exports")
        verbose_name_plural = _("exports")
