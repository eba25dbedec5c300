"""The form of a shipping rate: a zone, bands of weight and value, and what that costs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import postal
from catalogue import bands, zones
from catalogue.admin.forms import COUNTRY, amount_field, words
from catalogue.models import Merchant, ShippingRate

AMOUNTS = ("price", "free_from", "min_value", "max_value")
# What a band that nobody filled in begins with.
LOWEST = ("min_grams", "min_value")


class ShippingRateForm(forms.ModelForm):  # type: ignore[type-arg]
    countries = words(
        _("Countries"),
        base=forms.CharField(validators=[COUNTRY]),
        help_text=_("Two letters each, by commas: FR, BE, DE."),
    )
    regions = words(
        _("Regions"),
        base=forms.CharField(max_length=40),
        help_text=_("Only these states or provinces of one country, by commas: QC, ON."),
    )
    postcodes = words(
        _("Postcodes"),
        base=forms.CharField(max_length=12),
        help_text=_(
            "Only where the postcode begins so, by commas: 20 is Corsica, 97 is overseas. Such a"
            " zone goes before the whole country."
        ),
    )
    price = amount_field(_("Price"))
    free_from = amount_field(
        _("Free from"), required=False, help_text=_("Orders of this much travel free.")
    )
    min_value = amount_field(_("Goods worth from"), required=False)
    max_value = amount_field(_("Goods worth up to"), required=False)

    class Meta:
        model = ShippingRate
        fields = [
            *["merchant", "name", "countries", "regions", "postcodes", "price", "free_from"],
            *["min_grams", "max_grams", "min_value", "max_value"],
            *["min_days", "max_days", "position"],
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in LOWEST:
            if name in self.fields:
                self.fields[name].required = False
        if "countries" in self.fields:
            self.fields["countries"].required = True
            self.fields["countries"].error_messages["required"] = _("Name at least one country.")
        if self.instance.pk:
            self._count_in(self.instance.merchant)

    def clean_merchant(self) -> Merchant:
        merchant: Merchant = self.cleaned_data["merchant"]
        self._count_in(merchant)
        return merchant

    def clean_regions(self) -> list[str]:
        """Their codes, as addresses hold them."""
        country = self._only_country()
        regions: list[str] = self.cleaned_data["regions"] or []
        if not country:
            return regions
        known = postal.rules(country).regions
        codes = [postal.region_code(text, country=country) for text in regions]
        for code in codes:
            if known and code not in known:
                raise ValidationError(
                    _("%(region)s is no region of this country: write QC or Québec."),
                    params={"region": code},
                )
        return codes

    def clean_postcodes(self) -> list[str]:
        country = self._only_country()
        prefixes = [zones.bare(text, country=country) for text in self.cleaned_data["postcodes"]]
        return [prefix for prefix in prefixes if prefix]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for name in LOWEST:
            if name in self.fields and self.cleaned_data.get(name) is None:
                self.cleaned_data[name] = 0
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        rate = self.instance
        other = bands.overlapping(rate, bands.same_zone(rate))
        if other:
            self.add_error(
                None,
                ValidationError(
                    _(
                        "“%(name)s” asks for the same parcels: let the weights of one end where those"
                        " of the other begin, or their values."
                    ),
                    params={"name": other.name},
                ),
            )

    def _only_country(self) -> str:
        """The one country of the zone; "" where there are more, which the database refuses."""
        countries = self.cleaned_data.get("countries") or []
        return countries[0] if len(countries) == 1 else ""

    def _count_in(self, merchant: Merchant) -> None:
        for name in AMOUNTS:
            if name in self.fields:
                self.fields[name].currency = merchant.currency  # type: ignore[attr-defined]
