"""The form behind a merchant's Refund page: what goes back, checked as far as a form can be."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from checkout.refund_previews import Asked
from checkout.refundable import LineLeft, PartLeft
from shopping.amounts import MoneyFormField


class RefundForm(forms.Form):
    """One merchant's part of an order: `left` is what can still go back."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=60,
        error_messages={"required": _("Say why.")},
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("For your books; the shopper does not read it."),
    )

    def __init__(self, *args: Any, left: PartLeft, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left = left
        self.lines = [each for each in left.lines if each.quantity]
        for each in self.lines:
            self._add_line(each)
        self.fields["delivery"] = forms.BooleanField(
            label=_("Delivery"),
            required=False,
            disabled=not left.delivery,
            widget=UnfoldBooleanSwitchWidget(),
        )
        self.fields["goodwill"] = MoneyFormField(
            label=_("Goodwill"),
            currency=left.currency,
            required=False,
            widget=UnfoldAdminTextInputWidget({"inputmode": "decimal"}),
            help_text=_("An amount besides, for which nothing comes back."),
        )

    def _add_line(self, each: LineLeft) -> None:
        self.fields[f"pieces-{each.line.pk}"] = forms.IntegerField(
            label=each.line.title,
            required=False,
            min_value=0,
            max_value=each.quantity,
            error_messages={
                "invalid": _("Write a number of pieces."),
                "min_value": _("Write a number of pieces."),
                "max_value": ngettext_lazy(
                    "At most %(limit_value)d piece is left to refund.",
                    "At most %(limit_value)d pieces are left to refund.",
                    each.quantity,
                ),
            },
            widget=UnfoldAdminIntegerFieldWidget({"inputmode": "numeric"}),
        )
        self.fields[f"restock-{each.line.pk}"] = forms.BooleanField(
            label=_("Back on the shelf"), required=False, widget=UnfoldBooleanSwitchWidget()
        )

    @property
    def rows(self) -> list[tuple[LineLeft, forms.BoundField, forms.BoundField]]:
        """Each line with its fields for pieces and for the shelf."""
        return [
            (each, self[f"pieces-{each.line.pk}"], self[f"restock-{each.line.pk}"])
            for each in self.lines
        ]

    @property
    def everything(self) -> dict[str, Any]:
        """The fields' values for all that is left."""
        return {
            **{f"pieces-{each.line.pk}": each.quantity for each in self.lines},
            "delivery": bool(self.left.delivery),
        }

    @property
    def asked(self) -> Asked:
        """What a valid form asks for."""
        said, merchant = self.cleaned_data, self.left.merchant.pk
        keys = [each.line.pk for each in self.lines]
        pieces = {key: said[f"pieces-{key}"] or 0 for key in keys}
        return Asked(
            lines={key: count for key, count in pieces.items() if count},
            restock=frozenset(key for key in keys if pieces[key] and said[f"restock-{key}"]),
            deliveries=frozenset({merchant} if said["delivery"] else ()),
            goodwill={merchant: said["goodwill"]} if said["goodwill"] else {},
        )
