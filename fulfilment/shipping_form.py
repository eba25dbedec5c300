"""What is in a parcel, who takes it, and the number that it is followed by."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from checkout.models import OrderLine
from fulfilment.models import FulfilmentOrder
from fulfilment.parts import left_of

SHIP = "fulfilment_fulfilmentorder_ship"
KEY = "dispatch_key"


class ShippingForm(forms.ModelForm):  # type: ignore[type-arg]
    """Asked for where a parcel leaves; the row itself has no field to edit. `shipping_form` adds a
    field a line."""

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
    # Of the page as it was opened: a press that comes twice is one parcel.
    dispatch_key = forms.CharField(
        max_length=64,
        required=False,
        initial=lambda: uuid4().hex,
        widget=forms.HiddenInput,
    )

    class Meta:
        model = FulfilmentOrder
        fields: list[str] = []

    @property
    def pieces(self) -> dict[int, int]:
        """A line's primary key → pieces of it that go into the parcel."""
        found = {_line_id(name): value for name, value in self.cleaned_data.items()}
        return {pk: value or 0 for pk, value in found.items() if pk is not None}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if SHIP not in self.data:
            return cleaned
        if not self.cleaned_data.get("carrier"):
            self.add_error("carrier", _("Who takes the parcel?"))
        names = [name for name in self.fields if _line_id(name) is not None]
        if names and not self.errors.keys() & set(names) and not any(self.pieces.values()):
            self.add_error(names[0], _("Choose what is in the parcel: at least one piece."))
        return cleaned


def shipping_form(part: FulfilmentOrder) -> type[ShippingForm]:
    """The form with a number of pieces for each line of which some are left to send."""
    fields = {name_of(line): _field(line) for line in to_send(part)}
    return type("ShippingForm", (ShippingForm,), fields)


def to_send(part: FulfilmentOrder) -> list[OrderLine]:
    """The part's lines of which pieces are left; from the order's lines, as a list has fetched them."""
    if part.status == FulfilmentOrder.Status.CANCELLED:
        return []
    mine = [line for line in part.order.lines.all() if line.merchant_id == part.merchant_id]
    return [line for line in mine if left_of(line)]


def name_of(line: OrderLine) -> str:
    return f"pieces_{line.pk}"


def _line_id(name: str) -> int | None:
    prefix, _, number = name.partition("_")
    return int(number) if prefix == "pieces" and number.isdecimal() else None


def _field(line: OrderLine) -> forms.IntegerField:
    left = left_of(line)
    said = _("of %(left)d left") % {"left": left}
    return forms.IntegerField(
        label=" ".join(filter(None, [line.title, line.options_text])),
        min_value=0,
        max_value=left,
        initial=left,
        required=False,
        help_text=said,
        widget=UnfoldAdminIntegerFieldWidget({"inputmode": "numeric"}),
    )
