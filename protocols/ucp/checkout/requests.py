"""Reading what a platform wants: the whole state of a checkout or a cart, as it sends it.

What a body says replaces what there was; a member that it leaves out altogether stays, for there are
platforms that send only what changed. An empty one clears.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from checkout import session_goods
from checkout.session_wants import MOST_CODES, Contact, Destination, Wanted, WantedLine
from protocols import catalogue_ids
from protocols.ucp.checkout import fulfilments, instruments, places
from protocols.ucp.checkout.messages import line_path
from protocols.ucp.errors import Invalid, NoResource
from protocols.ucp.inputs import Inputs

MOST_LINES = 100
BUYER = ("first_name", "last_name", "full_name", "fullName", "email", "phone_number")
CONTEXT = ("address_country", "address_region", "postal_code", "language", "currency")
CONSENTS = ("analytics", "preferences", "marketing", "sale_of_data")
UNAVAILABLE = 400  # nothing of what was asked for can be served
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """A body that was sent, what was wanted before it, and where its buyer is known to live, by their
    e-mail address. `language` is that of the call."""

    body: Inputs
    before: Wanted | None
    known: Callable[[str], list[Destination]]
    language: str

    def wanted(self) -> Wanted:
        """All that is wanted now. Raises Invalid, and NoResource where none of it can be had."""
        before = self.before or Wanted(lines=())
        wanted = replace(before, lines=self._lines(), language=_language(self.language))
        if self._says("buyer"):
            wanted = _buyer(wanted, self.body.object("buyer"))
        if self._says("context"):
            wanted = _context(wanted, self.body.object("context"))
        if self._says("discounts"):
            wanted = replace(wanted, codes=_codes(self.body.object("discounts")))
        if self._says("payment"):
            wanted = _words(wanted, instruments=instruments.shown(self.body.object("payment")))
        if self._says("fulfillment"):
            wanted = self._places(wanted, fulfilments.read(self.body.object("fulfillment")))
        return wanted

    def _says(self, name: str) -> bool:
        return self.body.values.get(name) is not None

    def _lines(self) -> tuple[WantedLine, ...]:
        said = self.body.objects("line_items", most=MOST_LINES)
        if not said:
            raise Invalid("line_items needs at least one.", path="$.line_items")
        items = [each.object("item").text("id", required=True, longest=200) for each in said]
        known = catalogue_ids.variants(items)
        for place, item in enumerate(items):
            if item not in known:
                raise NoResource(
                    "not_found",
                    f"Item not found: {item}",
                    status=UNAVAILABLE,
                    path=f"$.line_items[{place}]",
                )
        keys = _keys(said)
        lines = tuple(
            WantedLine(key, item, known[item], _quantity(each))
            for key, item, each in zip(keys, items, said, strict=True)
        )
        _check_stock(lines)
        return lines

    def _places(self, wanted: Wanted, chosen: fulfilments.Chosen) -> Wanted:
        """Where to: what was sent; else what there was, and what is known of the buyer."""
        email = wanted.contact.email
        if chosen.destinations:
            known = self.known(email)
            sent = tuple(_known_as(each, known) for each in chosen.destinations)
        else:
            kept = wanted.destinations if chosen.destinations is None else ()
            found = {each.key: each for each in [*kept, *self.known(email)]}
            sent = tuple(found.values())
        destination = chosen.destination
        if destination and all(each.key != destination for each in sent):
            renamed = {
                was.key: now.key for was, now in zip(chosen.destinations or (), sent, strict=False)
            }
            if destination not in renamed:
                path = "$.fulfillment.methods[0].selected_destination_id"
                raise Invalid("There is no such destination.", path=path)
            destination = renamed[destination]
        placed = replace(wanted, destinations=sent, destination=destination, rates=chosen.rates)
        return _words(placed, method=chosen.method)


def _known_as(place: Destination, known: list[Destination]) -> Destination:
    """A place that came without an id of the platform's, under the id that it had before."""
    if place.key != places.made_key(place.address):
        return place
    same = (each for each in known if places.same(each.address, place.address))
    return replace(place, key=next((each.key for each in same), place.key))


def _keys(said: list[Inputs]) -> list[str]:
    """The lines' ids: the platform's own, or numbers. Raises Invalid for one that is there twice."""
    given = [each.text("id", longest=100) for each in said]
    for place, key in enumerate(given):
        if key and key in given[:place]:
            raise Invalid("Two lines have this id.", path=f"$.line_items[{place}].id")
    free = (name for name in map("li_{}".format, range(1, 2 * len(said) + 1)) if name not in given)
    return [key or next(free) for key in given]


def _quantity(line: Inputs) -> int:
    quantity = line.whole("quantity", least=1)
    if quantity is None:
        raise Invalid("quantity is required.", path=f"{line.path}.quantity")
    return quantity


def _check_stock(lines: tuple[WantedLine, ...]) -> None:
    """Raises NoResource where not a single line can be had as it is wanted."""
    goods = session_goods.find(line.variant for line in lines)
    short = [
        line for line in lines if line.variant in goods and line.quantity > goods[line.variant].most
    ]
    if len(short) == len(lines):
        left = goods[short[0].variant].most
        raise NoResource(
            "out_of_stock",
            f"Insufficient stock: {left} of {goods[short[0].variant].title} can be ordered.",
            status=UNAVAILABLE,
            path=line_path([line.key for line in lines], short[0].key),
        )


def _buyer(wanted: Wanted, said: Inputs) -> Wanted:
    texts = {name: said.text(name, longest=254) for name in BUYER}
    contact = Contact(
        first_name=texts["first_name"],
        last_name=texts["last_name"],
        full_name=texts["full_name"] or texts["fullName"],
        email=texts["email"].strip(),
        phone=texts["phone_number"],
    )
    shown: Document = {name: text for name, text in texts.items() if text}
    consents = wanted.consents
    if said.values.get("consent") is not None:
        consents = _consents(said.object("consent"))
    if consents:
        shown["consent"] = dict(consents)
    return _words(replace(wanted, contact=contact, consents=consents), buyer=shown)


def _consents(said: Inputs) -> dict[str, bool]:
    found = {}
    for name in CONSENTS:
        value = said.values.get(name)
        if value is not None and not isinstance(value, bool):
            raise Invalid(f"{name} is true or false.", path=f"{said.path}.{name}")
        if value is not None:
            found[name] = value
    return found


def _context(wanted: Wanted, said: Inputs) -> Wanted:
    shown = {name: text for name in CONTEXT if (text := said.text(name, longest=100))}
    language = _language(shown["language"]) if "language" in shown else wanted.language
    located = replace(wanted, country=places.country(said), language=language)
    return _words(located, context=shown)


def _codes(said: Inputs) -> tuple[str, ...]:
    given = said.texts("codes", most=MOST_CODES) if said.values.get("codes") is not None else []
    return tuple(dict.fromkeys(each[:60] for each in given))


def _language(said: str) -> str:
    return "fr" if said.lower().startswith("fr") else "en"


def _words(wanted: Wanted, **words: Any) -> Wanted:
    return replace(wanted, words={**wanted.words, **words})
