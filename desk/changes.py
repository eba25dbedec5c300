"""What stands above the overview: each figure, what it was before, and by how much it changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from babel import Locale
from babel.numbers import format_decimal, format_percent
from django.utils.translation import gettext as _

from desk.figures import Figures, Overview
from shopping.templatetags.money import language, money


@dataclass(frozen=True, slots=True)
class Figure:
    """`now` and `before` as people read them; `change` in words, "" where nothing was there before.

    `hint` says what the figure is made of.
    """

    name: str
    now: str
    before: str
    change: str
    hint: str


def of(found: Overview) -> list[Figure]:
    """The figures of an overview in the reader's language."""

    def amount(value: float) -> str:
        return money(int(value), found.currency)

    def figure(
        name: str, read: Callable[[Figures], float | None], shown: Callable[[float], str], hint: str
    ) -> Figure:
        now, before = read(found.now), read(found.before)
        return Figure(
            name,
            "–" if now is None else shown(now),
            "–" if before is None else shown(before),
            _change(now, before),
            hint,
        )

    return [
        figure(_("Sales"), lambda each: each.moved.sales, amount, _("Delivery and tax included.")),
        figure(_("Orders"), lambda each: each.moved.orders, _number, _("That were paid.")),
        figure(_("Average order"), lambda each: each.moved.average, amount, _("Sales an order.")),
        figure(
            _("Refunds"),
            lambda each: each.moved.refunded,
            amount,
            _("On the day of the refund, whenever the order was paid."),
        ),
        figure(
            _("Post views"), lambda each: each.views, _number, _("Of posts with your products.")
        ),
        figure(
            _("Conversion"),
            lambda each: each.conversion,
            share,
            _("Orders through posts, of their views."),
        ),
        figure(
            _("Our fees"), lambda each: each.moved.fees, amount, _("Less what our offers gave you.")
        ),
        figure(
            _("Payouts"), lambda each: each.moved.sent, amount, _("Sent to your account at Stripe.")
        ),
    ]


def _change(now: float | None, before: float | None) -> str:
    if not before or now is None:
        return ""
    return _percent((now - before) / abs(before), "+{0};-{0}", digits="0")


def _number(value: float) -> str:
    return format_decimal(int(value), locale=language())


def share(hundredths: float) -> str:
    """A share in hundredths, with one decimal: "1.2%", "1,2 %"."""
    return _percent(hundredths / 100, "{0}", digits="0.0")


def _percent(value: float, signs: str, *, digits: str) -> str:
    """With the space that the language has before its sign."""
    usual = Locale.parse(language()).percent_formats[None].pattern
    pattern = signs.format(usual.replace("#,##0", digits))
    return format_percent(value, pattern, locale=language())
