"""Refunds, never of more than is left of a charge. https://docs.stripe.com/api/refunds"""

from __future__ import annotations

import time
from typing import Any

from sandbox import balance_transactions, currencies, disputes, events, ids, listing
from sandbox.calls import Call, merge_metadata
from sandbox.errors import bad_parameter, invalid, missing_parameter


def create(call: Call) -> dict[str, Any]:
    """Refund `amount` minor units (or all that is left) of a charge or of an intent's charge."""
    charge = charge_to_refund(call)
    left = charge["amount"] - charge["amount_refunded"]
    amount = call.get("amount", left)
    if charge["refunded"] or left <= 0:
        raise invalid(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    if amount < 1:
        raise bad_parameter(
            "This value must be greater than or equal to 1.",
            param="amount",
            code="parameter_invalid_integer",
        )
    if charge["disputed"] and not disputes.leave_refundable(call, charge):
        raise invalid(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    if amount > left:
        asked = currencies.show(amount, charge["currency"])
        rest = currencies.show(left, charge["currency"])
        raise invalid(
            f"Refund amount ({asked} {charge['currency']}) is greater than unrefunded amount on charge "
            f"({rest} {charge['currency']})",
            param="amount",
        )
    refuse_connect(call, charge)
    refund = build(call, charge, amount)
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] >= charge["amount"]
    call.store.save(charge)
    call.store.save(refund)
    events.emit(call, "refund.created", refund)
    before = {"amount_refunded": charge["amount_refunded"] - amount, "refunded": False}
    events.emit(call, "charge.refunded", charge, previous=before)
    call.store.schedule(
        "reference_refund", refund["id"], time.time() + call.settings.settle_seconds
    )
    return refund


def charge_to_refund(call: Call) -> dict[str, Any]:
    if call.get("charge"):
        charge = call.load("charge", call.params["charge"], param="charge", status=400)
        if call.get("payment_intent") not in (None, charge["payment_intent"]):
            raise invalid(
                f"Charge {charge['id']} is not part of PaymentIntent {call.params['payment_intent']}.",
                param="charge",
            )
        if not charge["paid"] or not charge["captured"]:
            raise invalid(f"Charge {charge['id']} has no captured funds to refund.", param="charge")
        return charge
    if not call.get("payment_intent"):
        raise missing_parameter("payment_intent")
    intent = call.load(
        "payment_intent", call.params["payment_intent"], param="payment_intent", status=400
    )
    if intent["status"] != "succeeded":
        raise invalid(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
            code="payment_intent_unexpected_state",
            param="payment_intent",
        )
    return call.store.get(intent["latest_charge"])


def refuse_connect(call: Call, charge: dict[str, Any]) -> None:
    if call.get("reverse_transfer") and not charge["transfer_data"]:
        raise invalid(
            f"Charge {charge['id']} has no associated transfer; reverse_transfer is not possible.",
            param="reverse_transfer",
        )
    if call.get("refund_application_fee") and not charge["application_fee_amount"]:
        raise invalid(
            f"Charge {charge['id']} has no application fee to refund.",
            param="refund_application_fee",
        )


def build(call: Call, charge: dict[str, Any], amount: int) -> dict[str, Any]:
    refund = call.new("refund")
    del refund["livemode"]
    movement = balance_transactions.record(
        call,
        {**charge, "id": refund["id"], "description": f"REFUND FOR CHARGE ({charge['id']})"},
        kind="refund",
        amount=-amount,
    )
    refund.update(
        {
            "amount": amount,
            "balance_transaction": movement["id"],
            "charge": charge["id"],
            "currency": charge["currency"],
            "customer": charge["customer"],
            "customer_account": None,
            "destination_details": {
                "card": {
                    "reference_status": "pending",
                    "reference_type": "acquirer_reference_number",
                    "type": "refund",
                },
                "type": "card",
            },
            "metadata": merge_metadata(None, call.params.get("metadata")),
            "payment_intent": charge["payment_intent"],
            "payment_method": charge["payment_method"],
            "reason": call.get("reason"),
            "receipt_number": None,
            "source_transfer_reversal": None,
            "status": "succeeded",
            "transfer_reversal": None,
        }
    )
    return refund


def reference(call: Call, refund: dict[str, Any]) -> None:
    """The bank's reference arrives a moment after the refund."""
    card = refund["destination_details"]["card"]
    card.update({"reference": ids.token(12).upper(), "reference_status": "available"})
    call.store.save(refund)
    previous = {"destination_details": {"card": {"reference": None, "reference_status": "pending"}}}
    events.emit(call, "refund.updated", refund, previous=previous)


def retrieve(call: Call) -> dict[str, Any]:
    refund = call.load("refund", call.path["id"], param="id")
    charge = call.path.get("charge")
    if charge and refund["charge"] != charge:
        raise invalid(
            f"No such refund: '{refund['id']}'", code="resource_missing", param="id", status=404
        )
    return refund


def update(call: Call) -> dict[str, Any]:
    refund = call.load("refund", call.path["id"], param="id")
    before = refund["metadata"]
    refund["metadata"] = merge_metadata(before, call.params.get("metadata"))
    call.store.save(refund)
    events.emit(call, "refund.updated", refund, previous={"metadata": before})
    return refund


def list_all(call: Call) -> dict[str, Any]:
    conditions, values = listing.equal(call, "charge", "payment_intent")
    if call.path.get("charge"):
        conditions.append("charge = ?")
        values.append(call.path["charge"])
    return listing.page(call, "refund", conditions, values)
