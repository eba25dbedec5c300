"""The form of a return's page in the admin: an answer, and what came of each line."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
)

from fulfilment.models import Return, ReturnLine
from fulfilment.returns import Came

Status = Return.Status
ANSWERED = (Status.REQUESTED, Status.RECEIVED)
AWAITED = (Status.APPROVED, Status.EXPIRED)


class ReceivingForm(forms.ModelForm):  # type: ignore[type-arg]
    """The row itself has no field to edit; `receiving_form` adds two fields a line."""

    said = forms.CharField(
        label=_("Your words to the shopper"),
        max_length=1000,
        required=False,
        widget=UnfoldAdminTextareaWidget({"rows": 3}),
        help_text=_("They are needed to refuse; with an approval you may leave them out."),
    )

    class Meta:
        model = Return
        fields: list[str] = []

    @property
    def came(self) -> dict[int, Came]:
        """What of each line came, by the line's primary key."""
        said = self.cleaned_data
        return {
            each.pk: Came(said.get(f"came_{each.pk}") or 0, said.get(f"condition_{each.pk}") or "")
            for each in self.instance.lines.all()
        }


def receiving_form(row: Return) -> type[ReceivingForm]:
    """The form for the step that `row` is at."""
    fields: dict[str, Any] = {}
    if row.status in AWAITED:
        for each in row.lines.all():
            fields |= _fields(each)
    return type("ReceivingForm", (ReceivingForm,), fields)


def names(row: Return) -> list[Any]:
    """What stands on the page of the form, in its order."""
    if row.status in ANSWERED:
        return ["said"]
    if row.status in AWAITED:
        return [(f"came_{each.pk}", f"condition_{each.pk}") for each in row.lines.all()]
    return []


def name_of(each: ReturnLine) -> str:
    """What was bought, with its options."""
    return " ".join(filter(None, [each.line.title, each.line.options_text]))


def _fields(each: ReturnLine) -> dict[str, forms.Field]:
    title = name_of(each)
    return {
        f"came_{each.pk}": forms.IntegerField(
            label=title,
            min_value=0,
            max_value=each.quantity,
            initial=each.quantity,
            required=False,
            help_text=_("came, of %(count)d") % {"count": each.quantity},
            widget=UnfoldAdminIntegerFieldWidget({"inputmode": "numeric"}),
        ),
        f"condition_{each.pk}": forms.ChoiceField(
            label=_("Condition of %(title)s") % {"title": title},
            choices=ReturnLine.Condition.choices,
            initial=ReturnLine.Condition.AS_NEW,
            required=False,
            widget=UnfoldAdminSelectWidget(),
        ),
    }
