"""What keeps a session from being paid, in ACP's messages."""

from __future__ import annotations

from typing import Any

from checkout.session_looks import Look, Problem, Refused
from checkout.session_standing import Standing

CODES = {
    "item_unavailable": "not_found",
    "out_of_stock": "out_of_stock",
    "sold_out": "out_of_stock",
    "address_undeliverable": "region_restricted",
    "destination_missing": "missing",
    "payment_declined": "payment_declined",
    "queue_first": "intervention_required",
    "person_limit": "quantity_exceeded",
    "not_for_agents": "unsupported",
    "beyond_allowance": "approval_required",
    "too_often": "rate_limited",
    "total_changed": "conflict",
}
FIELDS = {
    "name": "name",
    "line1": "line_one",
    "line2": "line_two",
    "city": "city",
    "region": "state",
    "country": "country",
    "postal_code": "postal_code",
}
REASONS = {
    "over": "discount_code_expired",
    "too_little": "discount_code_minimum_not_met",
    "used": "discount_code_usage_limit_reached",
    "used_up": "discount_code_usage_limit_reached",
    "alone": "discount_code_combination_disallowed",
}


def of(look: Look) -> list[dict[str, Any]]:
    """All of a session's."""
    found = [_problem(each, look) for each in look.problems]
    found += [
        {
            "type": "warning",
            "code": reason(each),
            "param": "$.discounts.codes",
            "content_type": "plain",
            "content": each.message,
        }
        for each in look.refused
    ]
    return found


def error(code: str, content: str, *, param: str = "", by_buyer: bool = False) -> dict[str, Any]:
    """One that keeps it from being paid; `by_buyer`: nobody else can do anything about it."""
    said = {
        "type": "error",
        "code": code,
        "severity": "high",
        "resolution": "requires_buyer_input" if by_buyer else "recoverable",
        "content_type": "plain",
        "content": content,
    }
    return said | ({"param": param} if param else {})


def reason(refused: Refused) -> str:
    """Why a code takes nothing off, in ACP's words."""
    return REASONS.get(refused.reason, "discount_code_invalid")


def _problem(problem: Problem, look: Look) -> dict[str, Any]:
    code = CODES.get(problem.code, "invalid" if problem.at else "conflict")
    if problem.code == "invalid_field":
        code = "missing" if _is_empty(problem, look) else "invalid"
    by_buyer = problem.who == "buyer"
    return error(code, problem.message, param=_param(problem, look), by_buyer=by_buyer)


def _is_empty(problem: Problem, look: Look) -> bool:
    if problem.at == ("email",):
        return not look.wanted.contact.email
    place = look.wanted.chosen
    field = problem.at[-1]
    return place is None or not getattr(place.address, field, "")


def _param(problem: Problem, look: Look) -> str:
    match problem.at:
        case ("line", key):
            keys = [line.key for line in look.view.lines]
            return f"$.line_items[{keys.index(key)}]" if key in keys else "$.line_items"
        case ("email",):
            return "$.buyer.email"
        case ("note",):
            return "$.order_notes"
        case ("address", "phone"):
            return "$.fulfillment_details.phone_number"
        case ("address", field):
            return f"$.fulfillment_details.address.{FIELDS.get(field, field)}"
        case ("destination",):
            return "$.fulfillment_details.address"
        case ("payment",):
            return "$.payment_data"
    return ""


def is_for_buyer(look: Look) -> bool:
    """Whether only its buyer, on our own pages, can bring it further."""
    return look.standing is Standing.ACTION or (
        look.standing is Standing.OPEN and any(each.who == "buyer" for each in look.problems)
    )
