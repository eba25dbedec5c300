from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.models import Merchant


class Application(models.Model):
    """A person's wish to sell here, with the shop that was opened for it and waits for us.

    What became of it is the merchant's status; `told_at` is when its applicant was mailed of that.
    """

    merchant = models.OneToOneField(
        Merchant, on_delete=models.PROTECT, related_name="application", verbose_name=_("shop")
    )
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="applications",
        verbose_name=_("applicant"),
    )
    about = models.TextField(_("what the shop sells"), max_length=1000)
    created_at = models.DateTimeField(_("applied"), auto_now_add=True)
    told_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(told_at=None), name="application_to_be_told"
            )
        ]

    def __str__(self) -> str:
        return str(self.merchant)
