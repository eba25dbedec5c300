"""Handing many parts of orders over to their carriers at once, each by its own verb."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from fulfilment import fulfilment_orders
from fulfilment.fulfilment_orders import TransitionRefused
from fulfilment.models import FulfilmentOrder, Shipment

# Of a page of rows, and of a file: each of them is a transaction, all while the browser waits.
MOST_ROWS = 200
MOST_LINES = 500


class Outcome(StrEnum):
    DONE = "done"
    # The same was handed over before: a form sent twice, a file that was mended and sent again.
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row was not handed over: `field` is "carrier", "tracking_number", or "" for the row."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Handover:
    part: FulfilmentOrder
    carrier: str
    tracking_number: str


def hand_over(wanted: Handover, *, actor: User, key: str = "") -> Outcome | Refusal:
    """Ship a part whole, by `fulfilment_orders.ship`; its refusal is an answer, and stops no other row.

    Where the same carrier has the part under the same number already, nothing is done. A `key`, of at
    most 64 characters, is that of a call which may come again: it finds its own parcel, whatever was
    done to that meanwhile. Locks what the verb locks.
    """
    if not wanted.carrier:
        return Refusal("carrier", _("Who takes the parcel?"))
    try:
        fulfilment_orders.ship(
            wanted.part,
            carrier=wanted.carrier,
            tracking_number=wanted.tracking_number,
            actor=actor,
            key=key,
        )
    except TransitionRefused as refusal:
        if _is_there(wanted):
            return Outcome.BEFORE
        return Refusal("", str(refusal))
    except ValidationError as refusal:
        for name in ("carrier", "tracking_number"):
            if name in refusal.message_dict:
                return Refusal(name, " ".join(refusal.message_dict[name]))
        return Refusal("", " ".join(refusal.messages))
    return Outcome.DONE


def _is_there(wanted: Handover) -> bool:
    number = " ".join(wanted.tracking_number.split())
    parcels = Shipment.objects.filter(fulfilment_order=wanted.part)
    return parcels.filter(carrier__iexact=wanted.carrier.strip(), tracking_number=number).exists()
