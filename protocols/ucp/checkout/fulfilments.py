"""UCP's fulfilment extension: one method, which is shipping, and a group for each shop's parcel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from checkout import session_pricing
from checkout.session_looks import Look
from checkout.session_views import OptionView, ParcelView
from checkout.session_wants import Destination
from protocols.ucp.checkout import places, totals
from protocols.ucp.inputs import Inputs
from shopping.ids import uuid_of

METHOD = "shipping"
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a platform says of fulfilment: `destinations` is None where it says nothing of them."""

    method: str
    destinations: tuple[Destination, ...] | None
    destination: str
    rates: tuple[str, ...]


def read(said: Inputs) -> Chosen:
    """The shipping method that was sent, or nothing chosen. Raises Invalid."""
    for method in said.objects("methods"):
        kind = method.text("type") or METHOD
        if kind == METHOD:
            return _method(method)
    return Chosen(METHOD, None, "", ())


def document(look: Look, *, method: str) -> Document:
    """As it stands, under the platform's own id of the `method`."""
    sent = [line.key for line in look.view.lines if line.is_sent]
    shown: Document = {
        "id": method,
        "type": METHOD,
        "line_item_ids": sent,
        "destinations": [places.document(each) for each in look.wanted.destinations],
        "selected_destination_id": look.wanted.destination or None,
        "groups": [_group(each) for each in look.view.parcels],
    }
    return {"methods": [shown] if sent or look.wanted.destinations else []}


def _method(said: Inputs) -> Chosen:
    given = "destinations" in said.values and said.values["destinations"] is not None
    rates = []
    for group in _listed(said, "groups"):
        option = _nullable(group, "selected_option_id")
        if option:
            # Our own groups have the public id of their shop; by itself an id is meant for whichever
            # parcel may go so.
            shop = uuid_of(_nullable(group, "id"))
            rates.append(session_pricing.named(shop, option) if shop else option)
    return Chosen(
        method=said.text("id", longest=100) or METHOD,
        destinations=tuple(places.read(each) for each in said.objects("destinations"))
        if given
        else None,
        destination=_nullable(said, "selected_destination_id"),
        rates=tuple(dict.fromkeys(rates)),
    )


def _listed(said: Inputs, name: str) -> list[Inputs]:
    return said.objects(name) if said.values.get(name) is not None else []


def _nullable(said: Inputs, name: str) -> str:
    return said.text(name, longest=200) if said.values.get(name) is not None else ""


def _group(parcel: ParcelView) -> Document:
    return {
        "id": parcel.key,
        "line_item_ids": list(parcel.lines),
        "options": [_option(each) for each in parcel.options],
        "selected_option_id": parcel.chosen or None,
    }


def _option(option: OptionView) -> Document:
    free = option.cost == 0 and option.amount > 0
    arrives = _day(option.arrives_from)
    if option.arrives_to != option.arrives_from:
        arrives += f" to {_day(option.arrives_to)}"
    return {
        "id": option.id,
        "title": f"{option.name} (Free)" if free else option.name,
        "description": f"Arrives {arrives}",
        "earliest_fulfillment_time": f"{option.arrives_from}T00:00:00Z",
        "latest_fulfillment_time": f"{option.arrives_to}T23:59:59Z",
        "totals": totals.of_part(option.amount, -option.discount, kind=totals.DISCOUNT),
    }


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"
