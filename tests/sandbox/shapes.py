"""Reads `shapes.json` (see `extract_shapes.py`) and says where an answer differs from it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DOCUMENT = json.loads(Path(__file__).with_name("shapes.json").read_text())
SHAPES: dict[str, dict[str, str]] = DOCUMENT["shapes"]
ROOTS = {
    "account": "Account",
    "account_link": "AccountLink",
    "balance": "Balance",
    "balance_transaction": "BalanceTransaction",
    "bank_account": "BankAccount",
    "capability": "Capability",
    "charge": "Charge",
    "confirmation_token": "ConfirmationToken",
    "customer": "Customer",
    "customer_session": "CustomerSession",
    "dispute": "Dispute",
    "event": "EventBase",
    "login_link": "LoginLink",
    "payment_intent": "PaymentIntent",
    "payment_method": "PaymentMethod",
    "payout": "Payout",
    "refund": "Refund",
    "setup_attempt": "SetupAttempt",
    "setup_intent": "SetupIntent",
    "tax.calculation": "Calculation",
    "tax.calculation_line_item": "CalculationLineItem",
    "tax.transaction": "Transaction",
    "tax.transaction_line_item": "TransactionLineItem",
    "transfer": "Transfer",
    "transfer_reversal": "TransferReversal",
}
DELETED = {"account": "DeletedAccount", "customer": "DeletedCustomer"}
BUILT_IN = {
    "Address": dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"), "string|null"),
    "Metadata": None,
}  # fmt: skip


def differences(answer: dict[str, Any]) -> list[str]:
    """Each place where an API object has other members, types, nulls or values than Stripe's."""
    shape = (DELETED if answer.get("deleted") else ROOTS)[answer["object"]]
    return list(compare(answer, shape, answer["object"]))


def compare(value: Any, expression: str, path: str) -> Iterator[str]:
    alternatives = split(expression)
    found: list[str] = []
    for alternative in alternatives:
        problems = list(compare_one(value, alternative, path))
        if not problems:
            return
        # What is said is what the likeliest alternative misses: the one for structures.
        if isinstance(value, dict) and (alternative in SHAPES or alternative in BUILT_IN):
            found = problems
    yield from found or [f"{path}: {value!r} is not {expression[:120]}"]


def compare_one(value: Any, expected: str, path: str) -> Iterator[str]:
    wrapped = re.fullmatch(r"(array|list)<(.*)>", expected)
    plain = {"string": str, "boolean": bool, "null": type(None), "void": type(None)}
    fits = True
    if wrapped:
        yield from compare_many(value, wrapped[1], wrapped[2], path)
    elif expected in plain:
        fits = isinstance(value, plain[expected])
    elif expected == "number":
        fits = isinstance(value, int | float) and not isinstance(value, bool)
    elif expected == "true":
        fits = value is True
    elif expected.startswith("'"):
        fits = value == expected.strip("'")
    elif expected in ("Metadata", "map"):
        fits = isinstance(value, dict)
    elif expected in SHAPES or expected in BUILT_IN:
        yield from compare_members(value, expected, path)
    else:  # an object that the sandbox never answers
        fits = isinstance(value, dict)
    if not fits:
        yield f"{path}: {value!r} is not {expected}"


def compare_many(value: Any, kind: str, inner: str, path: str) -> Iterator[str]:
    items = value
    if kind == "list" and isinstance(value, dict):
        if set(value) != {"object", "data", "has_more", "url"}:
            yield f"{path}: a list has other members: {sorted(value)}"
        items = value.get("data")
    if not isinstance(items, list):
        yield f"{path}: {value!r} is not a list"
        return
    for place, item in enumerate(items):
        yield from compare(item, inner, f"{path}[{place}]")


def compare_members(value: Any, shape: str, path: str) -> Iterator[str]:
    members = SHAPES.get(shape) or BUILT_IN.get(shape) or {}
    if not isinstance(value, dict):
        yield f"{path}: {value!r} is not {shape}"
        return
    if not members:  # described elsewhere, such as the object of an event
        return
    known = {name.rstrip("?"): name for name in members}
    for name in value:
        if name not in known:
            yield f"{path}.{name}: not a member of {shape}"
    for name, written in known.items():
        if name in value:
            yield from compare(value[name], members[written], f"{path}.{name}")
        elif not written.endswith("?"):
            yield f"{path}.{name}: missing"


def split(expression: str) -> list[str]:
    """The alternatives, without cutting inside `array<...>`."""
    return re.findall(r"(?:[^|<]|<[^>]*(?:<[^>]*>)?[^>]*>)+", expression)
