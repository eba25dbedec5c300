from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from partners.models import Partner


class PartnerAccount(Partner):
    """A partner as the books see them: what they brought, and what they are owed."""

    class Meta:
        proxy = True
        verbose_name = _("account of a partner")
        verbose_name_plural = _("accounts of partners")
