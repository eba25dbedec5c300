"""Why a code takes nothing off, in words for the person who typed it."""

from __future__ import annotations

import re
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from checkout.errors import CheckoutError

LONGEST = 40
Reason = Literal[
    "unknown",
    "early",
    "over",
    "used_up",
    "used",
    "too_little",
    "currency",
    "shop",
    "nothing",
    "alone",
]
SENTENCES: dict[Reason, Promise] = {
    "unknown": _("There is no code %(code)s. Check how it is spelled."),
    "early": _("The code %(code)s counts from %(day)s on."),
    "over": _("The code %(code)s is over."),
    "used_up": _("The code %(code)s is used up: others were faster."),
    "used": _("You have used the code %(code)s as often as it may be."),
    "too_little": _("The code %(code)s counts from %(minimum)s of goods on; you have %(goods)s."),
    "currency": _("The code %(code)s is for things that are sold in %(currency)s."),
    "shop": _("The code %(code)s is for things from %(shop)s."),
    "nothing": _("The code %(code)s takes nothing off this order."),
    "alone": _("The code %(code)s does not count together with another one."),
}


class CodeRefused(CheckoutError):
    """A code that was typed does not count here; `reason` is for machines."""

    code = "code_refused"
    text = _("This code takes nothing off.")

    def __init__(self, reason: Reason, **words: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.words = words

    @property
    def message(self) -> str:
        return str(SENTENCES[self.reason]) % self.words

    @property
    def with_way_out(self) -> str:
        """For whoever pressed Pay with it."""
        way_out = _("Empty the field of the code to pay without it. Nothing was charged.")
        return f"{self.message} {way_out}"


def tidy(typed: str) -> str:
    """The code that somebody typed, as codes are kept: capitals, and nothing between them."""
    return re.sub(r"[\s\x00]+", "", typed).upper()[:LONGEST]
