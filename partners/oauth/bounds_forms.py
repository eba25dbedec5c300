"""What a person lets an app spend, as they write it: amounts in the currency's own unit, and a day."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.allowances import Bounds
from shopping.money import BadAmount, Money

AMOUNTS = ("per_order", "per_month")
# More than anybody orders; the column holds it in any currency.
HIGHEST = 10**12


class BoundsForm(forms.Form):
    """Empty fields are no bound; `bounds` is what was written, once it is valid."""

    currency = forms.ChoiceField(label=_("Currency"))
    per_order = forms.CharField(label=_("At most in one order"), required=False, max_length=20)
    per_month = forms.CharField(label=_("At most in a month"), required=False, max_length=20)
    ends_on = forms.DateField(
        label=_("Until, this day included"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    amounts: ClassVar = AMOUNTS

    def __init__(self, data: Any = None, *, bounds: Bounds) -> None:
        """`bounds` are those that the fields begin with."""
        written = {
            name: str(Money(amount, bounds.currency).decimal)
            for name in AMOUNTS
            if (amount := getattr(bounds, name)) is not None
        }
        initial = {**written, "currency": bounds.currency, "ends_on": bounds.ends_on}
        super().__init__(data, initial=initial, auto_id="bounds-%s")
        known = dict.fromkeys([bounds.currency, *settings.ALLOWANCE_CURRENCIES])
        self.fields["currency"].choices = [(each, each) for each in known]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs |= {"class": "in", "autocomplete": "off"}
        for name in AMOUNTS:
            self.fields[name].widget.attrs["inputmode"] = "decimal"

    def clean_ends_on(self) -> Any:
        ends_on = self.cleaned_data["ends_on"]
        if ends_on is not None and ends_on < timezone.localdate():
            raise forms.ValidationError(_("This day is past."))
        return ends_on

    def clean(self) -> dict[str, Any] | None:
        currency = self.cleaned_data.get("currency")
        for name in AMOUNTS if currency else ():
            text = self.cleaned_data.get(name, "").strip().replace(",", ".")
            try:
                amount = Money.parse(text, str(currency)).amount if text else None
            except BadAmount:
                amount = -1
            if amount is not None and not 0 < amount <= HIGHEST:
                self.add_error(name, _("An amount, for example 100 or 49.90."))
            self.cleaned_data[name] = amount
        per_order, per_month = (self.cleaned_data.get(name) for name in AMOUNTS)
        if per_order and per_month and per_order > per_month:
            self.add_error("per_order", _("One order cannot be more than the whole month."))
        return self.cleaned_data

    @property
    def bounds(self) -> Bounds:
        said = self.cleaned_data
        return Bounds(said["currency"], said["per_order"], said["per_month"], said["ends_on"])
