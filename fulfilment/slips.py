"""Packing slips and address labels as PDF, a sheet a part, in the shopper's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils import translation
from django.utils.translation import gettext as _

from accounts import postal
from checkout.models import Order, OrderLine, OrderNote
from fulfilment.models import FulfilmentOrder
from fulfilment.parts import left_of
from shopping.paper import A6, Row, Sheets
from shopping.templatetags.money import country

# Sheets at once.
MOST = 200


def slips(parts: Iterable[FulfilmentOrder]) -> bytes:
    """What each of `parts`, MOST at most, has left to send, to be put into its parcel: no prices.

    They come with their orders, their orders' lines and merchants; one statement more.
    """
    found = list(parts)[:MOST]
    notes = dict(
        OrderNote.objects.filter(order__in=[part.order_id for part in found]).values_list(
            "order_id", "text"
        )
    )
    sheets = Sheets(title=_("Packing slip"), language=translation.get_language() or "en")
    for part in found:
        with translation.override(part.order.locale):
            _slip(sheets, part, notes)
    return bytes(sheets.output())


def labels(parts: Iterable[FulfilmentOrder]) -> bytes:
    """The address of each of `parts`, MOST at most, on a sheet of A6."""
    language = translation.get_language() or "en"
    sheets = Sheets(title=_("Label"), language=language, size=A6, margin=8)
    for part in list(parts)[:MOST]:
        with translation.override(part.order.locale):
            sheets.add_page()
            sheets.label(_("From %(shop)s") % {"shop": part.merchant.name})
            sheets.ln(12)
            sheets.large(_address(part.order), size=15)
            sheets.ln(8)
            sheets.bars(_code(part.order))
            sheets.label(part.order.reference)
    return bytes(sheets.output())


def _slip(sheets: Sheets, part: FulfilmentOrder, notes: Mapping[int, str]) -> None:
    order, shop = part.order, part.merchant
    sheets.add_page()
    sheets.heading(_("Packing slip %(reference)s") % {"reference": order.reference})
    sheets.bars(_code(order))
    sheets.label(_("Sent by"))
    sheets.block([shop.name, shop.email])
    sheets.label(_("For"))
    sheets.block(_address(order))
    lines = [line for line in order.lines.all() if line.merchant_id == part.merchant_id]
    rows = [Row(_words(line), [str(left_of(line))]) for line in lines if left_of(line)]
    if rows:
        sheets.columns(Row(_("What"), [_("Pieces")]), rows)
    else:
        sheets.block([_("Nothing of it is left to send.")])
    if order.pk in notes:
        sheets.ln(4)
        sheets.label(_("The shopper’s note"))
        sheets.block(notes[order.pk].split("\n"))


def _words(line: OrderLine) -> str:
    return ", ".join(filter(None, [line.title, line.options_text, line.sku]))


def _address(order: Order) -> list[str]:
    return [*postal.lines(order, country_name=country(order.country)), order.phone]


def _code(order: Order) -> str:
    """The number as a reader types it into the workbench's search."""
    return f"E-{order.number}"
