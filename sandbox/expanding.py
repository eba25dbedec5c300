"""`expand[]`: ids replaced by the objects they name. https://docs.stripe.com/api/expanding_objects"""

from __future__ import annotations

from typing import Any

from sandbox import balance_transactions
from sandbox.calls import Call
from sandbox.errors import bad_parameter
from sandbox.listing import envelope

DEEPEST = 4

EXPANDABLE: dict[str, frozenset[str]] = {
    kind: frozenset(names.split())
    for kind, names in {
        "payment_intent": "application customer latest_charge on_behalf_of payment_method "
        "payment_record review source",
        "charge": "application application_fee balance_transaction customer "
        "failure_balance_transaction on_behalf_of payment_intent review source_transfer transfer",
        "refund": "balance_transaction charge customer failure_balance_transaction payment_intent "
        "payment_method source_transfer_reversal transfer_reversal",
        "balance_transaction": "source",
        "payment_method": "customer",
        "setup_intent": "application customer latest_attempt mandate on_behalf_of payment_method "
        "single_use_mandate",
        "setup_attempt": "application customer on_behalf_of payment_method setup_intent",
        "dispute": "charge payment_intent",
        "transfer": "balance_transaction destination destination_payment source_transaction",
        "transfer_reversal": "balance_transaction destination_payment_refund source_refund transfer",
        "payout": "balance_transaction destination failure_balance_transaction original_payout "
        "reversed_by",
        "capability": "account",
        "customer": "default_source test_clock",
        "customer_session": "customer",
    }.items()
}
NESTED = {
    "customer": frozenset({"invoice_settings"}),
    "confirmation_token": frozenset({"payment_method_preview"}),
}
NESTED_EXPANDABLE = {
    "invoice_settings": frozenset({"default_payment_method"}),
    "payment_method_preview": frozenset({"customer"}),
}
# Members that are left out of an object until they are asked for, with the address of their list.
ADDED_LISTS = {
    "charge": {"refunds": "/v1/charges/{id}/refunds"},
    "customer": {
        "sources": "/v1/customers/{id}/sources",
        "subscriptions": "/v1/customers/{id}/subscriptions",
        "tax_ids": "/v1/customers/{id}/tax_ids",
    },
}


def expand(call: Call, answer: dict[str, Any]) -> dict[str, Any]:
    """The answer with the call's `expand[]` carried out; raises `StripeError` for what cannot be."""
    for path in call.params.get("expand", []):
        steps = path.split(".")
        if len(steps) > DEEPEST:
            raise bad_parameter(
                f"You cannot expand more than {DEEPEST} levels of a property", param="expand"
            )
        walk(call, answer, steps, path)
    return answer


def walk(call: Call, node: Any, steps: list[str], path: str) -> None:
    if not steps or node is None:
        return
    step, rest = steps[0], steps[1:]
    if isinstance(node, dict) and node.get("object") == "list":
        if step != "data":
            raise refused(path)
        if not rest:
            raise refused(path)
        for item in node["data"]:
            walk(call, item, rest, path)
        return
    kind = node.get("object", "") if isinstance(node, dict) else ""
    if step in ADDED_LISTS.get(kind, {}):
        node.setdefault(step, added(call, node, step))
    elif step in NESTED.get(kind, ()):
        inside = node[step]
        if not rest or rest[0] not in NESTED_EXPANDABLE[step]:
            raise refused(path)
        replace(call, inside, rest[0])
        walk(call, inside[rest[0]], rest[1:], path)
        return
    elif step in EXPANDABLE.get(kind, ()):
        replace(call, node, step)
    else:
        raise refused(path)
    walk(call, node.get(step), rest, path)


def replace(call: Call, node: dict[str, Any], name: str) -> None:
    identifier = node.get(name)
    if isinstance(identifier, str):
        found = call.store.find(identifier)
        if found is not None and found["object"] == "balance_transaction":
            balance_transactions.as_of_now(call, found)
        node[name] = found or identifier


def added(call: Call, node: dict[str, Any], name: str) -> dict[str, Any]:
    url = ADDED_LISTS[node["object"]][name].format(id=node["id"])
    data = call.store.all("refund", charge=node["id"]) if name == "refunds" else []
    return envelope(data[::-1][:10], url=url, has_more=len(data) > 10)


def refused(path: str) -> Exception:
    return bad_parameter(f"This property cannot be expanded ({path}).", param="expand")
