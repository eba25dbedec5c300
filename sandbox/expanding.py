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
    "tax.calculation": {"line_items": "/v1/tax/calculations/{id}/line_items"},
    "tax.transaction": {"line_items": "/v1/tax/transactions/{id}/line_items"},
    "customer": {
        "sources": "/v1/customers/{id}/sources",
        "subscriptions": "/v1/customers/{id}/subscriptions",
        "tax_ids": "/v1/customers/{id}/tax_ids",
    },
}


# Members that are kept apart from their object until they are asked for.
KEPT_APART = {"tax.calculation_line_item": frozenset({"tax_breakdown"})}


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
    if kind == "tax.calculation" and steps == ["shipping_cost", "tax_breakdown"]:
        add_shipping_breakdown(call, node)
    elif step in NESTED.get(kind, ()):
        inside = node[step]
        if not rest or rest[0] not in NESTED_EXPANDABLE[step]:
            raise refused(path)
        replace(call, inside, rest[0])
        walk(call, inside[rest[0]], rest[1:], path)
    else:
        fill_in(call, node, kind, step, path)
        walk(call, node.get(step), rest, path)


def fill_in(call: Call, node: dict[str, Any], kind: str, step: str, path: str) -> None:
    """Put what one step of a path names into its object; raises where that has no such thing."""
    if step in KEPT_APART.get(kind, ()):
        node[step] = call.store.private(node["id"])[step]
    elif step in ADDED_LISTS.get(kind, {}):
        node.setdefault(step, added(call, node, step))
    elif step in EXPANDABLE.get(kind, ()):
        replace(call, node, step)
    else:
        raise refused(path)


def replace(call: Call, node: dict[str, Any], name: str) -> None:
    identifier = node.get(name)
    if isinstance(identifier, str):
        found = call.store.find(identifier)
        if found is not None and found["object"] == "balance_transaction":
            balance_transactions.as_of_now(call, found)
        node[name] = found or identifier


def added(call: Call, node: dict[str, Any], name: str) -> dict[str, Any]:
    url = ADDED_LISTS[node["object"]][name].format(id=node["id"])
    if name == "line_items":
        return line_items(call, node, url)
    data = call.store.all("refund", charge=node["id"]) if name == "refunds" else []
    return envelope(data[::-1][:10], url=url, has_more=len(data) > 10)


def line_items(call: Call, node: dict[str, Any], url: str) -> dict[str, Any]:
    """The first ten line items of a tax calculation or transaction, in their order."""
    owner = node["object"].removeprefix("tax.")
    conditions = [f"json_extract(private, '$.{owner}') = ?"]
    kind = f"{node['object']}_line_item"
    found = call.store.select(kind, conditions, [node["id"]], limit=11, newest_first=False)
    return envelope(found[:10], url=url, has_more=len(found) > 10)


def add_shipping_breakdown(call: Call, node: dict[str, Any]) -> None:
    if node["shipping_cost"]:
        breakdown = call.store.private(node["id"])["shipping_breakdown"]
        node["shipping_cost"] = {**node["shipping_cost"], "tax_breakdown": breakdown}


def refused(path: str) -> Exception:
    return bad_parameter(f"This property cannot be expanded ({path}).", param="expand")
