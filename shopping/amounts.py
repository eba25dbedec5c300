"""A form's field for amounts: people write 34.90 or 34,90, the row holds 3490."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shopping.money import BadAmount, Money, exponent

PLAIN = re.compile(r"[0-9]{1,12}([.,][0-9]+)?")


def parse(text: str, currency: str) -> int:
    """The minor units that `text` names in `currency` (ISO 4217), with a point or a comma.

    Raises ValidationError with a sentence for a person.
    """
    text = text.strip()
    try:
        if not PLAIN.fullmatch(text):
            raise BadAmount(text)
        return Money.parse(text.replace(",", "."), currency).amount
    except BadAmount:
        example = Money(3490 if exponent(currency) else 35, currency).decimal
        raise ValidationError(
            _("Write an amount in %(currency)s, for example %(example)s."),
            code="amount",
            params={"currency": currency, "example": example},
        ) from None


class MoneyFormField(forms.CharField):
    """Shows and takes major units, cleans to an integer of minor units; None where empty.

    `currency` (ISO 4217) may be set after construction, when the form knows it. What was typed
    wrongly is shown again as it was typed.
    """

    def __init__(self, *, currency: str = "EUR", **kwargs: Any) -> None:
        self.currency = currency
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return str(Money(value, self.currency).decimal) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return parse(text, self.currency) if text else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True
