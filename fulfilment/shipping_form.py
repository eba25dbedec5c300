"""Who takes a parcel, and the number that it is followed by."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from fulfilment.models import FulfilmentOrder


class ShippingForm(forms.ModelForm):  # type: ignore[type-arg]
    """Asked for where a parcel leaves; the row itself has no field to edit."""

    carrier = forms.CharField(
        label=_("Carrier"),
        max_length=60,
        required=False,
        widget=UnfoldAdminTextInputWidget({"list": "carriers", "autocomplete": "off"}),
    )
    tracking_number = forms.CharField(
        label=_("Tracking number"),
        max_length=80,
        required=False,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}),
    )

    class Meta:
        model = FulfilmentOrder
        fields: list[str] = []

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if "fulfilment_fulfilmentorder_ship" in self.data and not self.cleaned_data.get("carrier"):
            self.add_error("carrier", _("Who takes the parcel?"))
        return cleaned
