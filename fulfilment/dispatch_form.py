"""Many parts of orders with the carrier and the number of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from fulfilment.handing_over import Handover, Refusal
from fulfilment.models import FulfilmentOrder
from fulfilment.parts import left_of
from fulfilment.shipping_form import to_send


def _field(label: Any, *, most: int, **attrs: str) -> forms.CharField:
    widget = UnfoldAdminTextInputWidget({"autocomplete": "off", **attrs})
    return forms.CharField(label=label, max_length=most, required=False, widget=widget)


class DispatchForm(forms.Form):
    """`parts` are its rows; `carrier` is that of each row that names none."""

    carrier = _field(gettext_lazy("Carrier of all"), most=60, list="carriers", autofocus="")

    def __init__(self, *args: Any, parts: Sequence[FulfilmentOrder], **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.parts = parts
        for part in parts:
            words = {"order": part.order.reference}
            carrier = _field(_("Carrier of %(order)s") % words, most=60, list="carriers")
            number = _field(_("Tracking number of %(order)s") % words, most=80)
            self.fields |= {f"carrier-{part.pk}": carrier, f"number-{part.pk}": number}

    @property
    def rows(self) -> Iterator[tuple[FulfilmentOrder, Any, forms.BoundField, forms.BoundField]]:
        """Each part with its lines and how many pieces of them are left, and its fields for carrier
        and number."""
        for part in self.parts:
            left = [(line, left_of(line)) for line in to_send(part)]
            yield part, left, self[f"carrier-{part.pk}"], self[f"number-{part.pk}"]

    @property
    def handovers(self) -> Iterator[Handover]:
        """The rows of a form that was looked at, without those that are wrong."""
        said = self.cleaned_data
        for part in self.parts:
            carrier, number = f"carrier-{part.pk}", f"number-{part.pk}"
            if {carrier, number, "carrier"}.isdisjoint(self.errors):
                yield Handover(part, said[carrier] or said["carrier"], said[number])

    def refuse(self, part: FulfilmentOrder, refusal: Refusal) -> None:
        """Say a refusal below the field that it is about."""
        name = "number" if refusal.field == "tracking_number" else "carrier"
        self.add_error(f"{name}-{part.pk}", refusal.message)
