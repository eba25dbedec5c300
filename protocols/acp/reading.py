"""What an agent asks for by ACP, as checkout sessions have it (checkout.session_wants)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import get_supported_language_variant

from checkout.buyers import AddressData
from checkout.session_wants import MOST_CODES, Contact, Destination, Wanted, WantedLine
from protocols import catalogue_ids
from protocols.acp.errors import Refused

PLACE = "address"


def created(body: Mapping[str, Any], *, accept: str) -> Wanted:
    """What a new session, or cart, wants. `accept` is the header Accept-Language.

    Raises Refused for an item that nobody here has.
    """
    wanted = Wanted(lines=lines(body["line_items"], before=()))
    wanted = replace(wanted, language=_language(body.get("locale", ""), accept))
    return changed(wanted, {k: v for k, v in body.items() if k != "line_items"})


def changed(wanted: Wanted, body: Mapping[str, Any]) -> Wanted:
    """`wanted` with what `body` says of it; what it leaves out stays. Raises Refused for
    an item that nobody here has, and for more codes than are looked up."""
    changes: dict[str, Any] = {}
    if "line_items" in body:
        changes["lines"] = lines(body["line_items"], before=wanted.lines)
    if "selected_fulfillment_options" in body:
        chosen = body["selected_fulfillment_options"]
        changes["rates"] = tuple(dict.fromkeys(each["option_id"] for each in chosen))
    if "discounts" in body or "coupons" in body:
        said = body.get("discounts", {}).get("codes", body.get("coupons", []))
        if len(said) > MOST_CODES:
            raise Refused(400, "invalid", f"At most {MOST_CODES} codes.", param="$.discounts.codes")
        changes["codes"] = tuple(said)
    if "order_notes" in body:
        changes["note"] = body["order_notes"]
    if "capabilities" in body:
        handled = body["capabilities"].get("interventions", {}).get("supported", [])
        changes["words"] = {**wanted.words, "interventions": handled}
    return _where(replace(wanted, **changes, contact=_contact(wanted.contact, body)), body)


def lines(
    items: Sequence[Mapping[str, Any]], *, before: Sequence[WantedLine]
) -> tuple[WantedLine, ...]:
    """The lines that `items` are; an item that was there before keeps its line's key.

    An item that says no quantity is one piece, each time that it is named.
    """
    pieces: dict[str, int] = {}
    for item in items:
        pieces[item["id"]] = pieces.get(item["id"], 0) + item.get("quantity", 1)
    known = catalogue_ids.variants(pieces)
    for place, item in enumerate(items):
        if item["id"] not in known:
            raise Refused(
                400, "not_found", "There is no such item.", param=f"$.line_items[{place}].id"
            )
    keys = {line.item: line.key for line in before}
    free = (f"li_{number}" for number in range(1, len(before) + len(pieces) + 2))
    unused = (key for key in free if key not in set(keys.values()))
    return tuple(
        WantedLine(keys.get(item) or next(unused), item, known[item], count)
        for item, count in pieces.items()
    )


def _contact(before: Contact, body: Mapping[str, Any]) -> Contact:
    buyer, details = body.get("buyer", {}), body.get("fulfillment_details", {})
    names = ("first_name", "last_name", "full_name")
    found = replace(before, **{name: buyer[name] for name in names if name in buyer})
    email = buyer.get("email") or details.get("email") or before.email
    phone = buyer.get("phone_number") or details.get("phone_number") or before.phone
    return replace(found, email=email, phone=phone)


def _where(wanted: Wanted, body: Mapping[str, Any]) -> Wanted:
    details = body.get("fulfillment_details")
    if not details or "address" not in details:
        return wanted
    said = details["address"]
    address = AddressData(
        name=said["name"] or details.get("name", ""),
        line1=said["line_one"],
        line2=said.get("line_two", ""),
        postal_code=said["postal_code"],
        city=said["city"],
        region=said["state"],
        country=said["country"].upper(),
        phone=details.get("phone_number", ""),
    )
    place = Destination(PLACE, address)
    return replace(wanted, destinations=(place,), destination=PLACE)


def _language(locale: str, accept: str) -> str:
    """The language of ours that comes nearest to what was asked for."""
    for said in [locale, *(part.partition(";")[0].strip() for part in accept.split(","))]:
        try:
            if said:
                return get_supported_language_variant(said.lower())
        except LookupError:
            continue
    return "en"
