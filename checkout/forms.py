"""What a shopper types: where the receipt and the parcel go. Never a card."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checkout import countries, postcodes
from checkout.orders import AddressData

Typed = Mapping[str, str]
IDS = "buy_%s"
ADDRESS_FIELDS = ("country", "name", "line1", "postal_code", "city", "region", "phone")
NEEDED = {
    "email": gettext_lazy("The receipt needs an e-mail address"),
    "country": gettext_lazy("Choose a country"),
    "name": gettext_lazy("The parcel needs a name"),
    "line1": gettext_lazy("The parcel needs a street and number"),
    "city": gettext_lazy("The parcel needs a town"),
}


class ContactForm(forms.Form):
    """Where the receipt goes; a person who is signed in has said so already."""

    email = forms.EmailField(label=gettext_lazy("Email"), max_length=254)

    def __init__(self, data: Typed | None, *, initial: Typed) -> None:
        super().__init__(data, initial=dict(initial), auto_id=IDS, use_required_attribute=False)
        field = self.fields["email"]
        field.help_text = _("For the receipt and delivery news. No account needed.")
        field.error_messages["required"] = NEEDED["email"]
        field.error_messages["invalid"] = _("An e-mail address, for example mai@lefort.example")
        field.widget.attrs |= {"class": "in", "autocomplete": "email", "inputmode": "email"}


class CountryField(forms.ChoiceField):
    """One of `served`; the list with their names is made when it is shown, not to check a choice."""

    def __init__(self, served: Collection[str], *, language: str) -> None:
        super().__init__(label=_("Country"), choices=partial(_named, served, language))
        self.served = served
        self.error_messages["invalid_choice"] = _("The shop does not deliver there")
        self.widget.attrs["data-requote"] = True

    def valid_value(self, value: str) -> bool:
        return value in self.served


def _named(served: Collection[str], language: str) -> list[tuple[str, str]]:
    named = sorted((countries.name(code, language=language), code) for code in served)
    return [(code, name) for name, code in named]


class AddressForm(forms.Form):
    """Where the parcel goes; `countries` are those that the shop delivers to."""

    country = forms.ChoiceField(label=gettext_lazy("Country"))
    name = forms.CharField(label=gettext_lazy("Full name"), max_length=120)
    line1 = forms.CharField(label=gettext_lazy("Address"), max_length=200)
    postal_code = forms.CharField(label=gettext_lazy("Postcode"), max_length=20, required=False)
    city = forms.CharField(label=gettext_lazy("City"), max_length=100)
    region = forms.CharField(
        label=gettext_lazy("State or province"), max_length=100, required=False
    )
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=30, required=False)

    AUTOCOMPLETE = {
        "country": "shipping country",
        "name": "shipping name",
        "line1": "shipping street-address",
        "postal_code": "shipping postal-code",
        "city": "shipping address-level2",
        "region": "shipping address-level1",
        "phone": "tel",
    }

    def __init__(
        self, data: Typed | None, *, initial: Typed, served: Collection[str], language: str
    ) -> None:
        super().__init__(data, initial=dict(initial), auto_id=IDS, use_required_attribute=False)
        self.fields["country"] = CountryField(served, language=language)
        self.fields["phone"].help_text = _("Only for the courier, on the day.")
        self.fields["phone"].widget.input_type = "tel"
        for name, field in self.fields.items():
            field.widget.attrs |= {"class": "in", "autocomplete": self.AUTOCOMPLETE[name]}
            if name in NEEDED:
                field.error_messages["required"] = NEEDED[name]

    @property
    def regions(self) -> str:
        """The countries whose parcels need a state or province, for the script."""
        return " ".join(sorted(postcodes.WITH_REGION))

    def clean_postal_code(self) -> str:
        postcode = postcodes.tidy(self.cleaned_data["postal_code"])
        advice = postcodes.advice_for(postcode, country=self.cleaned_data.get("country", ""))
        if advice:
            raise forms.ValidationError(str(advice))
        return postcode

    def clean_region(self) -> str:
        region: str = self.cleaned_data["region"]
        if not region and self.cleaned_data.get("country") in postcodes.WITH_REGION:
            raise forms.ValidationError(_("The parcel needs a state or province"))
        return region

    @property
    def address(self) -> AddressData:
        """What was typed, once it is valid."""
        data = self.cleaned_data
        return AddressData(line2="", **{name: data[name] for name in ADDRESS_FIELDS})
