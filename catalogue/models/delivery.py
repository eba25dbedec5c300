from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue.models.merchants import Merchant
from catalogue.models.products import Category, Product
from shopping.ids import public_id


class ShippingRate(models.Model):
    """What a merchant asks for a parcel to a zone; gross where the country's tax is.

    The zone is its countries, or of one country some regions (codes as addresses hold them: "QC")
    and the postcodes that begin in some way ("20" is Corsica); prefixes are written without spaces
    and dashes. The bands are inclusive at both ends: grams of the parcel, minor units of the goods.
    """

    # The database gives one too: the code that is being replaced knows nothing of it.
    public_id = models.UUIDField(
        default=public_id, db_default=RandomUUID(), unique=True, editable=False
    )
    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="shipping_rates")
    name = models.CharField(_("name"), max_length=60)
    # What other systems call it, where it came from one.
    external_id = models.CharField(
        _("external id"), max_length=60, blank=True, default="", db_default=""
    )
    countries = ArrayField(models.CharField(max_length=2))
    regions = ArrayField(models.CharField(max_length=40), default=list, blank=True, db_default=[])
    postcodes = ArrayField(models.CharField(max_length=12), default=list, blank=True, db_default=[])
    price = models.BigIntegerField(_("price in minor units"))
    free_from = models.BigIntegerField(_("free from, in minor units"), null=True, blank=True)
    min_grams = models.PositiveIntegerField(_("grams at the least"), default=0, db_default=0)
    max_grams = models.PositiveIntegerField(_("grams at the most"), null=True, blank=True)
    min_value = models.BigIntegerField(_("goods at the least"), default=0, db_default=0)
    max_value = models.BigIntegerField(_("goods at the most"), null=True, blank=True)
    min_days = models.PositiveSmallIntegerField(_("days at the least"), default=2)
    max_days = models.PositiveSmallIntegerField(_("days at the most"), default=4)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "external_id"],
                condition=~Q(external_id=""),
                name="shipping_rate_external_id_unique",
            ),
            models.CheckConstraint(
                condition=Q(price__gte=0, max_days__gte=F("min_days")),
                name="shipping_rate_sane",
                violation_error_message=_("A price is not negative, and days run forwards."),
            ),
            models.CheckConstraint(
                condition=(Q(max_grams=None) | Q(max_grams__gte=F("min_grams")))
                & (Q(max_value=None) | Q(max_value__gte=F("min_value")))
                & Q(min_value__gte=0),
                name="shipping_rate_bands_sane",
                violation_error_message=_("A band ends where it begins, or above."),
            ),
            models.CheckConstraint(
                condition=Q(regions=[], postcodes=[]) | Q(countries__len=1),
                name="shipping_rate_zone_in_one_country",
                violation_error_message=_("Regions and postcodes belong to one country: name it."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TaxRate(models.Model):
    """A country's rate: for its goods at large, one kind of them, or one category of ours."""

    country = models.CharField(max_length=2)
    kind = models.CharField(
        _("kind of goods"),
        max_length=10,
        choices=Product.TaxKind,
        default=Product.TaxKind.STANDARD,
        db_default="standard",
    )
    category = models.ForeignKey(
        Category, on_delete=models.CASCADE, null=True, blank=True, related_name="tax_rates"
    )
    basis_points = models.PositiveIntegerField()
    inclusive = models.BooleanField(_("prices include it"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["country", "kind", "category"],
                nulls_distinct=False,
                name="tax_rate_unique",
            ),
            models.CheckConstraint(condition=Q(basis_points__lte=10_000), name="tax_rate_sane"),
            models.CheckConstraint(
                condition=Q(category=None) | Q(kind="standard"),
                name="tax_rate_one_scope",
                violation_error_message=_("Choose a kind of goods or a category, not both."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.basis_points / 100} %"

    def clean(self) -> None:
        """A country shows its prices with the tax or without it: all of its rates agree."""
        others = TaxRate.objects.filter(country=self.country).exclude(pk=self.pk)
        if others.exclude(inclusive=self.inclusive).exists():
            message = _("The other rates of this country say otherwise: change them first.")
            raise ValidationError({"inclusive": message})
