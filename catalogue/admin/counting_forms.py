"""When something was counted, by the shop's own clock, and the file that says how many."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from catalogue.arrivals import zone
from catalogue.models import Stocktake

MOST_BYTES = 16 * 1024 * 1024


class MomentForm(forms.Form):
    at = forms.DateTimeField(
        label=_("Counted at"),
        required=False,
        widget=UnfoldAdminTextInputWidget({"type": "datetime-local"}),
        error_messages={"invalid": _("Say when it was counted, as in 2026-11-30 14:05.")},
    )

    def __init__(self, *args: Any, stocktake: Stocktake, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stocktake = stocktake
        self.fields["at"].help_text = _(
            "Empty: now. Else by the clock of %(zone)s: what was sold since then is not missed."
        ) % {"zone": stocktake.merchant.time_zone}

    def full_clean(self) -> None:
        with timezone.override(zone(self.stocktake.merchant.time_zone)):
            super().full_clean()


class FileForm(MomentForm):
    file = forms.FileField(label=_("File"), help_text=_("CSV with the columns SKU and Counted."))

    field_order = ("file", "at")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 16 MB. Split it."))
        return file
