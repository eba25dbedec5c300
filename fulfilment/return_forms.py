"""What a shopper says of what they send back, checked as far as a form can be."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from checkout.models import OrderLine
from fulfilment.returnable import Returnable
from fulfilment.returns import Wanted

MOST_WORDS = 1000


class ReturnForm(forms.Form):
    """Pieces and a reason for each line of which something can be sent back, and words."""

    words = forms.CharField(
        label=_("Anything the shop should know"),
        max_length=MOST_WORDS,
        required=False,
        widget=forms.Textarea({"class": "in", "rows": 3}),
    )

    def __init__(self, *args: Any, found: Returnable, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = found
        for line, left in found.lines:
            self.fields[f"pieces-{line.pk}"] = _pieces(line, left)
            self.fields[f"reason-{line.pk}"] = forms.ChoiceField(
                label=_("Why?"),
                choices=[("", _("Choose a reason")), *((r, r.label) for r in found.reasons)],
                required=False,
                error_messages={"invalid_choice": _("Choose one of these reasons.")},
                widget=forms.Select({"class": "in"}),
            )

    @property
    def rows(self) -> list[tuple[OrderLine, int, forms.BoundField, forms.BoundField]]:
        """Each line with how much of it is left, and its fields for pieces and for the reason."""
        return [
            (line, left, self[f"pieces-{line.pk}"], self[f"reason-{line.pk}"])
            for line, left in self.found.lines
        ]

    @property
    def wanted(self) -> list[Wanted]:
        """What a valid form asks for."""
        said = self.cleaned_data
        return [
            Wanted(line.pk, said[f"pieces-{line.pk}"], said[f"reason-{line.pk}"])
            for line, _left in self.found.lines
            if said[f"pieces-{line.pk}"]
        ]

    @property
    def pieces(self) -> dict[int, int]:
        return {each.line: each.quantity for each in self.wanted}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for line, _left in self.found.lines:
            pieces, reason = f"pieces-{line.pk}", f"reason-{line.pk}"
            if self.cleaned_data.get(pieces) and self.cleaned_data.get(reason) == "":
                self.add_error(reason, _("Say why: choose a reason."))
        if not self.errors and not self.wanted:
            self.add_error(None, _("Choose what you send back: at least one piece."))
        return cleaned


def _pieces(line: OrderLine, left: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Pieces to send back"),
        required=False,
        min_value=0,
        max_value=left,
        error_messages={
            "invalid": _("Write a number of pieces."),
            "min_value": _("Write a number of pieces."),
            "max_value": ngettext_lazy(
                "At most %(limit_value)d piece can be sent back.",
                "At most %(limit_value)d pieces can be sent back.",
                left,
            ),
        },
        widget=forms.NumberInput({"class": "in", "inputmode": "numeric"}),
    )
