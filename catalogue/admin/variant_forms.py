"""The form that adds every combination of a product's options."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from catalogue.admin.forms import amount_field, check_prices, words
from catalogue.models import Product


class CombinationsForm(forms.Form):
    """For each option its values, by commas, and what the new variants cost and weigh.

    `present` are the values that the product's variants have already, by option.
    """

    price = amount_field(_("Price"))
    compare_at_price = amount_field(_("Struck price"), required=False)
    sku = forms.CharField(
        label=_("SKUs begin with"),
        max_length=40,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("The values follow: TEE-41-CORAL. Empty for none."),
    )
    weight_grams = forms.IntegerField(
        label=_("Weight in grams"),
        min_value=0,
        max_value=1_000_000,
        required=False,
        widget=UnfoldAdminIntegerFieldWidget(),
    )

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.product = product
        self.present = _values_of(product)
        for name in ("price", "compare_at_price"):
            self.fields[name].currency = product.currency  # type: ignore[attr-defined]
        asked = {}
        for place, (option, values) in enumerate(self.present.items()):
            field = words(option, base=forms.CharField(max_length=100))
            field.required = True
            field.initial = values
            field.help_text = _("By commas. What is there already is left as it is.")
            asked[f"o{place}"] = field
        self.fields = asked | self.fields

    @property
    def values(self) -> list[list[str]]:
        """Of each option in its order, each value once."""
        return [
            list(dict.fromkeys(self.cleaned_data[f"o{place}"]))
            for place in range(len(self.product.option_names))
        ]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        check_prices(self)
        return cleaned


def _values_of(product: Product) -> dict[str, list[str]]:
    rows = list(product.variants.values_list("option_values", flat=True))
    return {
        name: list(dict.fromkeys(row[place] for row in rows if place < len(row)))
        for place, name in enumerate(product.option_names)
    }
