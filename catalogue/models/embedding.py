"""Where a shop's products may be shown and sold besides here: on which sites, and through whom."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models.merchants import Merchant
from partners.models import Partner

# Of a sale, what a partner gets at the most: our own fee has to fit beside it.
HIGHEST_COMMISSION = 5_000


class EmbedOrigin(models.Model):
    """A site whose pages may show a shop's cards in a frame, as catalogue.embedding writes it."""

    merchant = models.ForeignKey(
        Merchant, on_delete=models.CASCADE, related_name="embed_origins", verbose_name=_("shop")
    )
    origin = models.CharField(
        _("site"),
        max_length=260,
        help_text=_("Its address up to the first slash: https://www.example.com"),
    )
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("site for cards")
        verbose_name_plural = _("sites for cards")
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "origin"],
                name="embed_origin_once_a_shop",
                violation_error_message=_("This site is in the list already."),
            ),
            # It stands in a header: nothing that ends a directive, and no star.
            models.CheckConstraint(
                condition=Q(origin__regex=r"^https?://[a-z0-9.:\[\]-]+$"),
                name="embed_origin_is_one",
                violation_error_message=_("Write the site as https://www.example.com."),
            ),
        ]

    def __str__(self) -> str:
        return self.origin


class PartnerAgreement(models.Model):
    """What a shop pays a partner of the sales that they bring; orders keep the rate of their day."""

    merchant = models.ForeignKey(
        Merchant,
        on_delete=models.PROTECT,
        related_name="partner_agreements",
        verbose_name=_("shop"),
    )
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="agreements", verbose_name=_("partner")
    )
    commission_bps = models.PositiveIntegerField(_("commission in basis points"))
    active = models.BooleanField(
        _("in force"),
        default=True,
        help_text=_("Without it the partner’s sales are still marked, and cost you nothing."),
    )
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("agreement with a partner")
        verbose_name_plural = _("agreements with partners")
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "partner"],
                name="agreement_once_a_partner",
                violation_error_message=_("There is an agreement with this partner already."),
            ),
            models.CheckConstraint(
                condition=Q(commission_bps__lte=HIGHEST_COMMISSION),
                name="agreement_at_most_half",
                violation_error_message=_("A commission is at most 5,000 basis points, one half."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merchant} · {self.partner}"
