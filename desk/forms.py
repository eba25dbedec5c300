"""What somebody who wants to sell tells us."""

from __future__ import annotations

from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalogue.models import Merchant
from desk.models import Application
from shopping import countries

# What shops may count in besides their country's own currency.
CURRENCIES = ("EUR", "USD", "GBP", "CHF", "CAD", "AUD", "JPY", "SEK", "DKK", "NOK", "PLN", "CZK")


class ApplicationForm(forms.Form):
    """The fields of desk.applications.apply."""

    name = forms.CharField(
        label=_("Name of the shop"),
        max_length=Merchant._meta.get_field("name").max_length,
        widget=forms.TextInput({"class": "in", "autocomplete": "organization"}),
    )
    handle = forms.CharField(
        label=_("Handle"),
        max_length=User._meta.get_field("handle").max_length,
        help_text=_("Its posts stand under it: letters, digits and underscores, without @."),
        widget=forms.TextInput({"class": "in", "autocomplete": "off", "autocapitalize": "none"}),
    )
    country = forms.ChoiceField(
        label=_("Country"),
        help_text=_("Where the company is. It stays, as Stripe pays it there."),
        widget=forms.Select({"class": "in", "autocomplete": "country"}),
    )
    currency = forms.ChoiceField(
        label=_("Currency"),
        required=False,
        help_text=_("Your prices are in it, and it stays."),
        widget=forms.Select({"class": "in"}),
    )
    email = forms.EmailField(
        label=_("E-mail address for orders"),
        widget=forms.EmailInput({"class": "in", "autocomplete": "email"}),
    )
    about = forms.CharField(
        label=_("What do you sell?"),
        max_length=Application._meta.get_field("about").max_length,
        help_text=_("A few sentences, and where we can see it already, if anywhere."),
        widget=forms.Textarea({"class": "in", "rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = (get_language() or "en").split("-")[0]
        named = countries.names(language).items()
        self.fields["country"].choices = sorted(named, key=lambda each: each[1])  # type: ignore[attr-defined]
        names = Locale.parse(language).currencies
        self.fields["currency"].choices = [  # type: ignore[attr-defined]
            ("", _("As in the country")),
            *((code, f"{code} · {names[code]}") for code in CURRENCIES),
        ]

    def clean_handle(self) -> str:
        """An @ that people write before it is no part of it."""
        return str(self.cleaned_data["handle"]).removeprefix("@")
