"""Places to send to, as UCP writes them: types/shipping_destination.json."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from typing import Any

from checkout.buyers import LONGEST, AddressData
from checkout.session_wants import Destination
from protocols.ucp.errors import Invalid
from protocols.ucp.inputs import Inputs
from shopping import countries

# Ours → theirs. The shorter names are those of later versions, which some platforms send already.
FIELDS = {
    "line1": ("street_address",),
    "line2": ("extended_address",),
    "city": ("address_locality", "locality"),
    "region": ("address_region", "region"),
    "postal_code": ("postal_code",),
    "phone": ("phone_number",),
}


def read(said: Inputs) -> Destination:
    """A destination, under the id that the platform has for it or one that is made of its contents.

    Raises Invalid.
    """
    values = {ours: _first(said, ours, theirs) for ours, theirs in FIELDS.items()}
    names = [said.text(name) for name in ("first_name", "last_name")]
    name = said.text("full_name") or " ".join(filter(None, names))
    longest = LONGEST["name"]
    if len(name) > longest:
        raise Invalid(f"A name has at most {longest} characters.", path=f"{said.path}.last_name")
    address = AddressData(name=name, country=country(said), **values)
    return Destination(said.text("id", longest=200) or made_key(address), address)


def country(said: Inputs) -> str:
    """The ISO 3166 code of `address_country`, which may also be a name in English; "" without one.

    Raises Invalid where there is no such country.
    """
    text = said.text("address_country").strip()
    code = _codes().get(text.casefold(), "")
    if text and not code:
        raise Invalid("There is no such country.", path=f"{said.path}.address_country")
    return code


def document(destination: Destination) -> dict[str, Any]:
    """As a platform reads it."""
    address = destination.address
    first, _, last = address.name.rpartition(" ")
    said = {
        "id": destination.key,
        **{theirs[0]: getattr(address, ours) for ours, theirs in FIELDS.items()},
        "address_country": address.country,
        "first_name": first,
        "last_name": last,
    }
    return {name: text for name, text in said.items() if text}


def same(one: AddressData, other: AddressData) -> bool:
    """Whether both are one place, whoever it is addressed to."""
    named = [asdict(each) | {"name": "", "phone": ""} for each in (one, other)]
    return _tidied(named[0]) == _tidied(named[1])


def made_key(address: AddressData) -> str:
    """An id for a place that has none: the same for the same."""
    text = json.dumps(_tidied(asdict(address)), sort_keys=True)
    return f"dest_{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _tidied(values: Mapping[str, str]) -> dict[str, str]:
    return {name: " ".join(text.split()).casefold() for name, text in values.items()}


def _first(said: Inputs, ours: str, theirs: tuple[str, ...]) -> str:
    longest = LONGEST[ours]
    found = (said.text(name, longest=longest) for name in theirs)
    return next(filter(None, found), "")


@cache
def _codes() -> dict[str, str]:
    known = countries.names("en")
    return {name.casefold(): code for code, name in known.items()} | {
        code.casefold(): code for code in known
    }
