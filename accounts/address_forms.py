"""An address as its country writes it: which fields, in which order, under which names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import postal, postcodes
from shopping import countries

Typed = Mapping[str, str]
ADDRESS_FIELDS = (*("country", "name", "line1", "line2", "postal_code", "city", "region", "phone"),)
NEEDED = {
    "country": gettext_lazy("Choose a country"),
    "name": gettext_lazy("The parcel needs a name"),
    "line1": gettext_lazy("The parcel needs a street and number"),
    "city": gettext_lazy("The parcel needs a town"),
}
# What a price depends on: pages ask for it anew once one of these has been typed.
PRICED = ("country", "region", "postal_code")
AUTOCOMPLETE = {
    "country": "shipping country",
    "name": "shipping name",
    "line1": "shipping street-address",
    "line2": "shipping address-level3",
    "postal_code": "shipping postal-code",
    "city": "shipping address-level2",
    "region": "shipping address-level1",
    "phone": "tel",
}


class CountryField(forms.ChoiceField):
    """One of `served`; the list with their names is made when it is shown, not to check a choice."""

    def __init__(self, served: Collection[str], *, language: str) -> None:
        super().__init__(label=_("Country"), choices=partial(_named, served, language))
        self.served = served
        self.error_messages["invalid_choice"] = _("The shop does not deliver there")

    def valid_value(self, value: str) -> bool:
        return value in self.served


def _named(served: Collection[str], language: str) -> list[tuple[str, str]]:
    named = sorted((countries.name(code, language=language), code) for code in served)
    return [(code, name) for name, code in named]


class PostalForm(forms.Form):
    """Where a parcel goes, in the fields of the country that is chosen.

    `served` are the countries to choose from. Fields that the country does not have are not there,
    and come out empty; `unasked` repeats what was typed into them for another country.
    """

    country = forms.ChoiceField()
    name = forms.CharField(label=gettext_lazy("Full name"), max_length=120)
    line1 = forms.CharField(label=gettext_lazy("Address"), max_length=200)
    line2 = forms.CharField(max_length=200, required=False)
    postal_code = forms.CharField(max_length=20, required=False)
    city = forms.CharField(label=gettext_lazy("City"), max_length=100)
    region = forms.CharField(max_length=100, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=30, required=False)

    def __init__(
        self,
        data: Typed | None,
        *,
        initial: Typed,
        served: Collection[str],
        language: str,
        auto_id: str = "buy_%s",
    ) -> None:
        super().__init__(data, initial=dict(initial), auto_id=auto_id, use_required_attribute=False)
        chosen = (initial if data is None else data).get("country", "")
        self.place = chosen if chosen in countries.names(language) else ""
        self.rules = postal.rules(self.place)
        self.fields["country"] = CountryField(served, language=language)
        self.fields["phone"].help_text = _("Only for the courier, on the day.")
        self.fields["phone"].widget.input_type = "tel"
        self._fit_to_country()
        for name, field in self.fields.items():
            field.widget.attrs |= {"class": "in", "autocomplete": AUTOCOMPLETE[name]}
            if name in PRICED:
                field.widget.attrs["data-requote"] = True
            if name in NEEDED:
                field.error_messages["required"] = NEEDED[name]

    def _fit_to_country(self) -> None:
        for name in postal.FIELDS.values():
            if name not in self.rules.fields:
                del self.fields[name]
                continue
            if name in self.rules.labels:
                self.fields[name].label = self.rules.labels[name]  # type: ignore[assignment]
            # The postcode's own check knows what to say.
            self.fields[name].required = name in self.rules.required and name != "postal_code"
        if "region" in self.fields:
            self._fit_region()

    def _fit_region(self) -> None:
        field, regions = self.fields["region"], self.rules.regions
        usual = (postal.REGIONS["state"], postal.REGIONS["province"])
        field.error_messages["required"] = (
            _("The parcel needs a state or province")
            if any(field.label is name for name in usual)
            else _("This is needed for a parcel to this country")
        )
        if regions:
            named = sorted((region.label, region.code) for region in regions.values())
            choices = [("", ""), *((code, label) for label, code in named)]
            field.widget = forms.Select(choices=choices)
            written = self.initial.get("region", "")
            self.initial["region"] = postal.region_code(written, country=self.place)

    @property
    def rows(self) -> Sequence[Sequence[BoundField]]:
        """The fields below the country's, line by line as that country writes them."""
        rows = [[self[name] for name in row if name in self.fields] for row in self.rules.rows]
        return [*filter(None, rows), [self["phone"]]]

    @property
    def optional(self) -> frozenset[str]:
        return frozenset({"line2", "city", "region", "postal_code", "phone"} - self.rules.required)

    @property
    def unasked(self) -> Mapping[str, str]:
        """Field that this country does not have → what was typed into it."""
        said: Any = self.data if self.is_bound else self.initial
        absent = (name for name in ADDRESS_FIELDS if name not in self.fields)
        return {name: said[name] for name in absent if said.get(name)}

    def judge_postcode(self) -> None:
        """For a form that judges nothing yet, whose country has just been chosen: say at once if
        the postcode that was typed for the country before is none of this one's."""
        typed = self.initial.get("postal_code", "")
        if not typed or "postal_code" not in self.fields:
            return
        postcode = postal.tidy_postcode(typed, country=self.place)
        if advice := postcodes.advice_for(postcode, country=self.place):
            self.errors["postal_code"] = self.error_class([str(advice)])

    def clean_postal_code(self) -> str:
        postcode = postal.tidy_postcode(self.cleaned_data["postal_code"], country=self.place)
        advice = postcodes.advice_for(postcode, country=self.place)
        if advice:
            raise forms.ValidationError(str(advice))
        return postcode

    def clean_region(self) -> str:
        """Its code, from a choice or as people write it."""
        region = postal.region_code(self.cleaned_data["region"], country=self.place)
        if region and self.rules.regions and region not in self.rules.regions:
            raise forms.ValidationError(_("Choose one of the list"))
        return region

    @property
    def values(self) -> dict[str, str]:
        """Every field of an address, once it is valid; "" for those that its country lacks."""
        return {name: self.cleaned_data.get(name, "") for name in ADDRESS_FIELDS}
