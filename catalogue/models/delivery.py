from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue.models.merchants import Merchant
from catalogue.models.products import Category


class ShippingRate(models.Model):
    """What a merchant asks for a parcel to some countries; gross where the country's tax is."""

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="shipping_rates")
    name = models.CharField(_("name"), max_length=60)
    countries = ArrayField(models.CharField(max_length=2))
    price = models.BigIntegerField(_("price in minor units"))
    free_from = models.BigIntegerField(_("free from, in minor units"), null=True, blank=True)
    min_days = models.PositiveSmallIntegerField(_("days at the least"), default=2)
    max_days = models.PositiveSmallIntegerField(_("days at the most"), default=4)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(price__gte=0, max_days__gte=F("min_days")),
                name="shipping_rate_sane",
                violation_error_message=_("A price is not negative, and days run forwards."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class TaxRate(models.Model):
    """A country's rate, for all goods or for one category."""

    country = models.CharField(max_length=2)
    category = models.ForeignKey(
        Category, on_delete=models.CASCADE, null=True, blank=True, related_name="tax_rates"
    )
    basis_points = models.PositiveIntegerField()
    inclusive = models.BooleanField(_("prices include it"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["country", "category"], nulls_distinct=False, name="tax_rate_unique"
            ),
            models.CheckConstraint(condition=Q(basis_points__lte=10_000), name="tax_rate_sane"),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.basis_points / 100} %"
