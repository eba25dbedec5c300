"""What the sheet says above its lines when something happened: a tone, an icon, a sentence.

Each sentence about a failure says what happened to the money.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from catalogue.choosing import is_size
from checkout.choices import Lost, Option
from checkout.errors import CheckoutError, QueueFirst
from checkout.held import Held
from checkout.places import PlaceNeeded
from shopping.money import Money

ANOTHER_CARD = "another-card"


@dataclass(frozen=True, slots=True)
class Note:
    """`urgent` ones interrupt a screen reader; `action` is a button of the sheet's script; `held` is
    how long the goods still wait, which the note then counts down; `link` is an address that `label`
    leads to."""

    text: str
    tone: Literal["", "red", "sun", "green"] = ""
    icon: str = "warn"
    urgent: bool = True
    action: str = ""
    label: str = ""
    held: Held | None = None
    link: str = ""


def declined(message: str, *, held: Held | None) -> Note:
    """`message` is the bank's answer in words; the goods are `held` for another try."""
    return Note(message, "red", action=ANOTHER_CARD, label=_("Use another card"), held=held)


def check(*, held: Held | None) -> Note:
    """The bank wants to hear from the shopper before the time is over."""
    text = _("Your bank wants to check that it’s you. Approve in its app; we wait here.")
    return Note(text, icon="shield", urgent=False, held=held)


def price_changed(*, before: Money, now: Money) -> Note:
    text = _(
        "The price went from %(before)s to %(now)s while you were here. The total is up to date."
    )
    return Note(_between(text, before=before, now=now), "sun", "tag")


def total_changed(*, before: Money, now: Money) -> Note:
    if not before:
        text = _("The total is %(now)s. Look at it, then press Pay; nothing was charged yet.")
        return Note(_between(text, before=before, now=now), "sun", "tag")
    text = _(
        "The total went from %(before)s to %(now)s while you were here. Nothing was charged yet."
    )
    return Note(_between(text, before=before, now=now), "sun", "tag")


def sold_out(lost: Lost | None, *, error: CheckoutError | None = None) -> Note:
    """What went, and what is left of it."""
    if lost is None:
        text = error.message if error else _("This has just sold out. Nothing was charged.")
    elif not lost.left:
        text = _("%(option)s %(value)s has just sold out. Nothing was charged.") % {
            "option": lost.name,
            "value": lost.text,
        }
    elif is_size(lost.name):
        text = _size_lost(lost)
    else:
        text = ngettext(
            "%(option)s %(value)s has just sold out. %(left)s is left.",
            "%(option)s %(value)s has just sold out. %(left)s are left.",
            len(lost.left),
        ) % {"option": lost.name, "value": lost.text, "left": _listed(lost.left)}
    return Note(text, "sun", "clock")


def _size_lost(lost: Lost) -> str:
    """Apart from other options: French names a size with its article, and no other."""
    if len(lost.left) == 1:
        text = pgettext("a size", "Size %(value)s has just sold out. %(left)s is left.")
    else:
        text = pgettext("a size", "Size %(value)s has just sold out. %(left)s are left.")
    left = tuple(pgettext("a size", "%(value)s") % {"value": value} for value in lost.left)
    return text % {"value": lost.text, "left": _listed(left)}


def choose(option: Option) -> Note:
    return Note(_("Choose: %(option)s") % {"option": option.name}, "sun", "tag")


def cart_changed(error: CheckoutError) -> Note:
    return Note(error.message, "sun", "basket")


def refused(error: CheckoutError) -> Note:
    if isinstance(error, QueueFirst):
        address = reverse("checkout:drop", args=[error.drop])
        return Note(error.message, "sun", "clock", label=_("See my place"), link=address)
    return Note(error.message, "red")


def problem(error: CheckoutError) -> Note:
    """Why there is no price; one that only waits for more of the address is no refusal."""
    if isinstance(error, PlaceNeeded):
        return Note(error.message, icon="truck", urgent=False)
    return refused(error)


def needs_script() -> Note:
    text = _(
        "The card fields need JavaScript: your card goes from them straight to the payment "
        "provider. Everything you typed is kept; nothing was charged. Allow JavaScript for this "
        "page and press Pay again."
    )
    return Note(text, "sun", "shield")


def unknown() -> Note:
    """By the end of the reservation at the latest it is known, and then written."""
    minutes = -(-settings.RESERVATION_SECONDS // 60)
    text = ngettext(
        "We have not heard back from the bank. Please do not pay again: we will write within "
        "%(minutes)d minute.",
        "We have not heard back from the bank. Please do not pay again: we will write within "
        "%(minutes)d minutes.",
        minutes,
    )
    return Note(text % {"minutes": minutes}, icon="clock")


def processing() -> Note:
    return Note(
        _("Your bank is still working on it. We wait here; do not pay again."), icon="clock"
    )


def stale() -> Note:
    text = _("This page was open for long. Nothing was charged; look at it again, then press Pay.")
    return Note(text, "sun", "clock")


def check_fields() -> Note:
    return Note(_("Some fields need another look. Nothing was charged."), "red")


def cancelled() -> Note:
    return Note(_("This payment was cancelled. Nothing was charged. You can pay again."), "sun")


def given_back() -> Note:
    """Of an order that was cancelled although it is, or was, paid."""
    return Note(_("This order was cancelled. What was charged goes back to your card."), "sun")


def _between(text: str, *, before: Money, now: Money) -> str:
    locale = (get_language() or "en").split("-")[0]
    return text % {"before": before.format(locale), "now": now.format(locale)}


def _listed(values: tuple[str, ...]) -> str:
    if len(values) == 1:
        return values[0]
    return _("%(first)s and %(last)s") % {"first": ", ".join(values[:-1]), "last": values[-1]}
