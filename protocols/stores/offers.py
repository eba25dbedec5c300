"""discounts.csv and promotions.csv: what is taken off for a code, and by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catalogue.models import Merchant
from checkout import offers
from checkout.codes import tidy
from checkout.models import Offer
from protocols.stores.files import Folder, Row

DISCOUNTS, PROMOTIONS = "discounts.csv", "promotions.csv"
PERCENTAGE, AMOUNT, FREE_SHIPPING = "percentage", "fixed_amount", "free_shipping"


@dataclass(frozen=True, slots=True)
class Wish:
    """An offer as the files name it: `code` is "" for one that holds by itself."""

    name: str
    code: str
    fields: dict[str, Any]


def read(folder: Folder) -> tuple[list[Wish], list[str]]:
    """The offers, and what of the files is not taken, a line each."""
    seen: set[str] = set()
    found = [
        _discount(folder, row, seen) for row in folder.rows(DISCOUNTS, ["code", "type", "value"])
    ]
    left_out = []
    for row in folder.rows(PROMOTIONS, ["id", "type"]):
        kind = row.one_of("type", [FREE_SHIPPING])
        minimum = row.whole("min_subtotal", required=False)
        of_items = row.text("eligible_item_ids", required=False, longest=5_000)
        if of_items.strip("[] "):
            text = "offers here hold for all goods of the shop; this one is left out"
            left_out.append(f"{PROMOTIONS}, row {row.number}: {text}")
        elif kind:
            name = row.text("description", required=False, longest=80) or row.text("id")[:80]
            fields = {"kind": Offer.Kind.FREE_DELIVERY, "minimum": minimum}
            found.append(Wish(name, "", fields))
    return found, left_out


def _discount(folder: Folder, row: Row, seen: set[str]) -> Wish:
    kind = row.one_of("type", [PERCENTAGE, AMOUNT])
    code, value = tidy(folder.once(row, "code", seen)), row.whole("value", least=1)
    name = row.text("description", required=False, longest=80) or code
    if kind == PERCENTAGE and value > 100:
        row.wrong("value", "at most 100 per cent")
    fields: dict[str, Any] = {"kind": Offer.Kind.AMOUNT, "amount": value, "basis_points": None}
    if kind == PERCENTAGE:
        fields = {"kind": Offer.Kind.PERCENTAGE, "basis_points": 100 * value, "amount": None}
    return Wish(name, code, fields)


def write(merchant: Merchant, wishes: Sequence[Wish]) -> list[str]:
    """Make or change the shop's offers, by their code or their name; what could not be, a line each.

    Codes count beside each other. In the caller's transaction.
    """
    problems = []
    for wish in wishes:
        mine = Offer.objects.filter(merchant=merchant)
        offer = (mine.filter(code=wish.code) if wish.code else mine.filter(name=wish.name)).first()
        if wish.code and offer is None and Offer.objects.filter(code=wish.code).exists():
            problems.append(f"{DISCOUNTS}, {wish.code}: another shop has this code")
            continue
        offer = offer or Offer(merchant=merchant, code=wish.code or None)
        said = {"name": wish.name, "currency": merchant.currency, "combines": bool(wish.code)}
        for name, value in {**said, **wish.fields}.items():
            setattr(offer, name, value)
        offers.save(offer)
    return problems
