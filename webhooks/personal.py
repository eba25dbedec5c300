"""What the log of events and its delivery hold of people: what upper layers wrote into it, which they
take out again."""

from __future__ import annotations

from typing import Any

from shopping.personal import GONE, NOWHERE, Fate, Table, nobodys
from webhooks.models import Attempt, Delivery, Endpoint, Event, Replay

# Members of a payload that tell of a person, and what stands there without them.
ADDRESS = ("name", "line1", "line2", "postal_code", "city", "region", "phone")
WORDS = ("words", "answer", "note")


def without_person(payload: Any) -> Any:
    """`payload` as it would have been of nobody: no e-mail address, no postal address, no words.

    The country stays, for it decides about taxes.
    """
    if isinstance(payload, list):
        return [without_person(each) for each in payload]
    if not isinstance(payload, dict):
        return payload
    return {name: _without(name, value) for name, value in payload.items()}


def _without(name: str, value: Any) -> Any:
    if name == "email" and value:
        return NOWHERE
    if name in {"address", "shipping_address", "billing_address"} and isinstance(value, dict):
        return {part: GONE if part in ADDRESS and said else said for part, said in value.items()}
    if name in WORDS and isinstance(value, str) and value:
        return GONE
    return without_person(value)


BLOCKERS = ()
TABLES = (
    *nobodys(Endpoint, kept="as long as the shop"),
    *nobodys(Attempt, kept="30 days", sweep="webhooks.sweep_attempts"),
    Table(
        model=Event,
        fate=Fate.WITHOUT,
        kept="always: subscribers read it again, and its numbers have no gaps",
        why="what happened to orders, which upper layers take their people out of",
    ),
    *nobodys(Delivery, kept="as long as its event"),
    Table(
        model=Replay,
        fate=Fate.KEEP,
        acted=("asked_by",),
        kept="as long as the endpoint",
        why="what a shop asked for",
    ),
)
