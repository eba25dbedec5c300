"""Tax transactions: tax that was collected. https://docs.stripe.com/api/tax/transactions"""

from __future__ import annotations

from typing import Any

from sandbox import tax_calculations
from sandbox.calls import Call, merge_metadata
from sandbox.errors import invalid

COPIED = "currency customer customer_details ship_from_details tax_date"


def create_from_calculation(call: Call) -> dict[str, Any]:
    """Record the tax of a calculation as collected, under a reference that is used once."""
    calculation = tax_calculations.existing(
        call, call.params["calculation"], param="calculation", status=400
    )
    transaction = begin(call, calculation)
    kept = call.store.private(calculation["id"])
    shipping = calculation["shipping_cost"]
    transaction.update({"shipping_cost": shipping, "type": "transaction", "reversal": None})
    left: dict[str, list[int]] = {}
    if shipping:
        left["shipping"] = [shipping["amount"], shipping["amount_tax"]]
    for identifier in kept["items"]:
        item = call.store.get(identifier)
        mine = line_item(call, transaction, item, item)
        left[mine["id"]] = [mine["amount"], mine["amount_tax"]]
    call.store.save(transaction, private={"left": left, "reversed": False})
    return transaction


def begin(call: Call, source: dict[str, Any]) -> dict[str, Any]:
    """A transaction about what `source` is about; raises where its reference was used before."""
    reference = call.params["reference"]
    conditions = ["json_extract(data, '$.reference') = ?"]
    if call.store.select("tax.transaction", conditions, [reference], limit=1, newest_first=True):
        raise invalid(
            f"A tax transaction with the reference '{reference}' exists already. References must be "
            "unique across all transactions.",
            code="resource_already_exists",
            param="reference",
        )
    return {
        **call.new("tax.transaction"),
        **{name: source[name] for name in COPIED.split()},
        "metadata": merge_metadata(None, call.params.get("metadata")),
        "posted_at": call.get("posted_at", call.now),
        "reference": reference,
    }


def line_item(
    call: Call,
    transaction: dict[str, Any],
    source: dict[str, Any],
    given: dict[str, Any],
    *,
    original: str | None = None,
) -> dict[str, Any]:
    """Store a line item like `source` with the amounts and the reference of `given`."""
    item = call.new("tax.transaction_line_item")
    del item["created"]
    item.update(
        {
            "amount": given["amount"],
            "amount_tax": given["amount_tax"],
            "metadata": merge_metadata(None, given.get("metadata")),
            "product": source["product"],
            "quantity": given.get("quantity", source["quantity"]),
            "reference": given["reference"],
            "reversal": {"original_line_item": original} if original else None,
            "tax_behavior": source["tax_behavior"],
            "tax_code": source["tax_code"],
            "type": "reversal" if original else "transaction",
        }
    )
    call.store.save(item, private={"transaction": transaction["id"]})
    return item


def retrieve(call: Call) -> dict[str, Any]:
    return call.load("tax.transaction", call.path["id"], param="transaction")


def list_line_items(call: Call) -> dict[str, Any]:
    transaction = retrieve(call)
    return tax_calculations.in_order(
        call, "tax.transaction_line_item", "transaction", transaction["id"]
    )
