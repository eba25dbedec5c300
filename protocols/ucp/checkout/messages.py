"""What keeps a checkout from being completed, and what its buyer has to know, as UCP's messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from checkout.session_looks import Look, Problem, Refused
from checkout.session_standing import Standing
from protocols.ucp.checkout.places import FIELDS
from protocols.ucp.errors import (
    RECOVERABLE,
    REQUIRES_BUYER_INPUT,
    REQUIRES_BUYER_REVIEW,
    error,
    warning,
)

DESTINATIONS = "$.fulfillment.methods[0].destinations"
CODES = {
    "payment_declined": "payment_failed",
    "invalid_field": "field_invalid",
    "destination_missing": "fulfillment_destination_required",
}
# What discount.md calls the reasons of checkout.codes.
REASONS = {
    "over": "discount_code_expired",
    "used_up": "discount_code_expired",
    "used": "discount_code_user_ineligible",
    "alone": "discount_code_combination_disallowed",
}
BANK_ASKS = "The buyer's bank asks them to confirm the payment."


def of(look: Look, *, can_ship: bool) -> list[dict[str, Any]]:
    """All of them, what the buyer has to do first. Where the platform cannot say where to ship
    (`can_ship`), that is the buyer's to do."""
    if look.standing is Standing.ACTION:
        return [error("payment_authentication_required", BANK_ASKS, severity=REQUIRES_BUYER_INPUT)]
    if look.standing is not Standing.OPEN:
        return []
    problems = [_of_problem(each, look, can_ship=can_ship) for each in look.problems]
    return [*problems, *_refused(look)]


def needs_buyer(messages: Sequence[dict[str, Any]]) -> bool:
    """Whether one of them is for the buyer, on our own page."""
    return any(
        each.get("severity") in (REQUIRES_BUYER_INPUT, REQUIRES_BUYER_REVIEW) for each in messages
    )


def path_of(at: tuple[str, ...], look: Look) -> str:
    """Where in the document it is (RFC 9535)."""
    match at:
        case ("line", key):
            return line_path([line.key for line in look.view.lines], key)
        case ("email",):
            return "$.buyer.email"
        case ("destination",):
            return DESTINATIONS
        case ("address", field):
            place = [each.key for each in look.wanted.destinations].index(look.wanted.destination)
            theirs = {"country": "address_country", "name": "last_name"}
            name = theirs.get(field) or FIELDS[field][0]
            return f"{DESTINATIONS}[{place}].{name}"
        case ("payment",):
            return "$.payment.instruments"
    return "$"


def line_path(keys: Sequence[str], key: str) -> str:
    """The place of the line `key` among `keys`."""
    return f"$.line_items[{keys.index(key)}]" if key in keys else "$.line_items"


def _of_problem(problem: Problem, look: Look, *, can_ship: bool) -> dict[str, Any]:
    theirs = problem.at[:1] in (("destination",), ("address",)) and not can_ship
    buyers = problem.who == "buyer" or theirs
    return error(
        CODES.get(problem.code, problem.code),
        problem.message,
        severity=REQUIRES_BUYER_INPUT if buyers else RECOVERABLE,
        path=path_of(problem.at, look),
    )


def _refused(look: Look) -> list[dict[str, Any]]:
    """A code that takes nothing off is no error; its buyer has to hear of it."""
    places = {code: place for place, code in enumerate(look.wanted.tidied_codes)}
    return [_of_refused(each, places.get(each.code, 0)) for each in look.refused]


def _of_refused(refused: Refused, place: int) -> dict[str, Any]:
    code = REASONS.get(refused.reason, "discount_code_invalid")
    return warning(code, refused.message, path=f"$.discounts.codes[{place}]")
