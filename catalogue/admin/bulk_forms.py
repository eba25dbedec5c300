"""What is to become of many products: the form of the bulk edit, and the plan that it carries on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from catalogue.bulk import How, Part, PriceRule, Step, StockRule, Struck
from catalogue.models import Product, StockMovement
from shopping.amounts import parse

SALT = "catalogue.bulk"
# Who looked at a plan for longer than this looks again, seconds.
LASTS = 3600
PRICE, STOCK, STATUS = "price", "stock", "status"
KINDS = {
    PRICE: [
        ("price-percent", _("Price: by per cent")),
        ("price-by", _("Price: by an amount")),
        ("price-set", _("Price: set to")),
    ],
    STOCK: [("stock-by", _("Stock: by pieces")), ("stock-set", _("Stock: set to"))],
    STATUS: [
        ("status-active", _("Status: publish")),
        ("status-draft", _("Status: take back to draft")),
        ("status-archived", _("Status: archive")),
    ],
}
STRUCK = [
    (Struck.KEEP, _("leave as it is")),
    (Struck.BEFORE, _("the price until now")),
    (Struck.NONE, _("none")),
]
# Corrections first: they are what is meant where nothing is said.
REASONS = sorted(StockMovement.BY_HAND, key=lambda each: each != StockMovement.Reason.ADJUSTMENT)
MOST_PERCENT = 1_000


def select(label: Any, choices: Any, help_text: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, help_text=help_text, widget=UnfoldAdminSelectWidget()
    )


class BulkForm(forms.Form):
    """`kinds` are those of KINDS that the person may change; `currencies` are the products'."""

    what = select(_("What"), [])
    figure = forms.CharField(
        label=_("How much"),
        max_length=20,
        required=False,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}),
        help_text=_(
            "With a minus where it shall be less: -10 for ten per cent less. Prices are rounded to "
            "the smallest unit of their currency, halves up. A status needs none."
        ),
    )
    struck = select(_("Struck price"), STRUCK, _("Of prices alone. It is higher than the price."))
    reason = select(
        _("Reason"), [(each.value, each.label) for each in REASONS], _("Of stock alone.")
    )
    reference = forms.CharField(
        label=_("Reference"),
        max_length=64,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("A delivery note's number, or what was found."),
    )

    def __init__(
        self, *args: Any, kinds: Iterable[str], currencies: set[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.currencies = currencies
        self.fields["what"].choices = [each for kind in kinds for each in KINDS[kind]]  # type: ignore[attr-defined]
        for name in ("struck", "reason"):
            self.fields[name].required = False

    @property
    def kind(self) -> str:
        kind, _dash, _how = self.cleaned_data["what"].partition("-")
        return str(kind)

    @property
    def rule(self) -> PriceRule | StockRule | Product.Status:
        _kind, _dash, how = self.cleaned_data["what"].partition("-")
        if self.kind == STATUS:
            return Product.Status(how)
        figure = self.cleaned_data["figure"]
        if self.kind == STOCK:
            reason = self.cleaned_data["reason"] or StockMovement.Reason.ADJUSTMENT
            return StockRule(How(how), figure, StockMovement.Reason(reason))
        return PriceRule(How(how), figure, Struck(self.cleaned_data["struck"] or Struck.KEEP))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        what, typed = self.cleaned_data.get("what", ""), self.cleaned_data.get("figure", "")
        if what and not what.startswith(STATUS):
            try:
                self.cleaned_data["figure"] = self._figure(what, typed.strip())
            except ValidationError as error:
                self.add_error("figure", error)
        return cleaned

    def _figure(self, what: str, typed: str) -> int:
        sign = -1 if typed[:1] in ("-", "−") else 1
        plain = typed.lstrip("+-−").rstrip("% ")
        if sign < 0 and what.endswith("-set"):
            raise ValidationError(_("What is set is not negative."))
        if what.startswith(STOCK):
            if not (plain.isascii() and plain.isdigit() and len(plain) <= 8):
                raise ValidationError(_("Write a number of pieces."))
            return sign * int(plain)
        if what == "price-percent":
            return sign * _basis_points(plain)
        if len(self.currencies) != 1:
            raise ValidationError(_("These products are sold in several currencies."))
        (currency,) = self.currencies
        return sign * parse(plain, currency)


def _basis_points(plain: str) -> int:
    """Per cent with two decimals at the most."""
    try:
        # As an amount of a currency with two decimals: the same marks, the same care.
        points = parse(plain, "EUR")
    except ValidationError:
        raise ValidationError(_("Write per cent with two decimals at the most: 12.5")) from None
    if points > MOST_PERCENT * 100:
        raise ValidationError(_("At most %(most)d per cent."), params={"most": MOST_PERCENT})
    return points


# The plan, as the page that shows it carries it on -------------------------------------------------


def packed(parts: Sequence[Part], *, kind: str, reason: str, reference: str, person: int) -> str:
    """What of `parts` can be done, signed for the one who looked at it."""
    rows = [
        [part.product.pk, part.status, [_figures(step) for step in part.steps]]
        for part in parts
        if part.changes
    ]
    plan = {"kind": kind, "reason": reason, "reference": reference, "rows": rows}
    return signing.dumps(plan, salt=f"{SALT}.{person}", compress=True)


def unpacked(text: str, *, person: int) -> dict[str, Any] | None:
    """What `packed` made for `person`; None for anything else, and for what is too old."""
    try:
        plan: dict[str, Any] = signing.loads(text, salt=f"{SALT}.{person}", max_age=LASTS)
    except signing.BadSignature:
        return None
    return plan


def _figures(step: Step) -> list[int | None]:
    return [step.variant, step.before, step.after, step.struck_after]


def steps_of(rows: Iterable[Sequence[Any]]) -> list[Step]:
    return [
        Step(variant, "", before, after, struck_after=struck)
        for variant, before, after, struck in rows
    ]
