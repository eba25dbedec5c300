"""Reversals: what comes back of a transfer. https://docs.stripe.com/api/transfer_reversals"""

from __future__ import annotations

from typing import Any

from sandbox import balance_transactions, currencies, destination_payments, events, listing
from sandbox.calls import Call, merge_metadata
from sandbox.errors import bad_parameter, invalid, missing_resource

SHOWN = 10  # how many a transfer carries in itself


def create(call: Call) -> dict[str, Any]:
    """Take `amount` minor units (or all that is left) of a transfer back from its destination.

    The destination must have the money available still.
    """
    transfer = call.load("transfer", call.path["transfer"], param="id")
    left = transfer["amount"] - transfer["amount_reversed"]
    amount = call.get("amount", left)
    refuse_too_much(transfer, amount, left)
    held = balance_transactions.available(call, transfer["currency"], transfer["destination"])
    if amount > held:
        raise invalid(
            f"Insufficient funds in Stripe account {transfer['destination']}: its available balance does "
            "not cover this reversal.",
            code="balance_insufficient",
        )
    reversal = call.new("transfer_reversal")
    del reversal["livemode"]
    reversal.update(
        {
            "amount": amount,
            "balance_transaction": None,
            "currency": transfer["currency"],
            "destination_payment_refund": None,
            "metadata": merge_metadata(None, call.params.get("metadata")),
            "source_refund": None,
            "transfer": transfer["id"],
        }
    )
    about = {**reversal, "description": call.get("description")}
    movement = balance_transactions.record(
        call,
        about,
        kind="transfer_refund",
        amount=amount,
        category="transfer_reversal",
        available_on=call.now,
    )
    reversal["balance_transaction"] = movement["id"]
    refund = destination_payments.refund(call, transfer, reversal)
    reversal["destination_payment_refund"] = refund["id"]
    call.store.save(reversal)
    count(call, transfer, reversal)
    return reversal


def refuse_too_much(transfer: dict[str, Any], amount: int, left: int) -> None:
    if transfer["reversed"] or left < 1:
        raise invalid(f"Transfer {transfer['id']} has already been fully reversed.", param="id")
    if amount < 1:
        raise bad_parameter(
            "This value must be greater than or equal to 1.",
            param="amount",
            code="parameter_invalid_integer",
        )
    if amount > left:
        currency = transfer["currency"]
        asked, rest = currencies.show(amount, currency), currencies.show(left, currency)
        raise invalid(
            f"Transfer reversal amount ({asked} {currency}) is greater than unreversed amount on transfer "
            f"({rest} {currency})",
            param="amount",
        )


def count(call: Call, transfer: dict[str, Any], reversal: dict[str, Any]) -> None:
    """Bring the transfer up to date with a new reversal, and tell of it."""
    before = {"amount_reversed": transfer["amount_reversed"], "reversed": False}
    transfer["amount_reversed"] += reversal["amount"]
    transfer["reversed"] = transfer["amount_reversed"] >= transfer["amount"]
    carry(transfer, [reversal, *transfer["reversals"]["data"]])
    call.store.save(transfer)
    events.emit(call, "transfer.reversed", transfer, previous=before)


def carry(transfer: dict[str, Any], reversals: list[dict[str, Any]]) -> None:
    known = transfer["reversals"]
    known["has_more"] = known["has_more"] or len(reversals) > SHOWN
    known["data"] = [{**reversal} for reversal in reversals[:SHOWN]]


def of_transfer(call: Call) -> dict[str, Any]:
    """The reversal that the address names, which must be of the transfer that it names."""
    reversal = call.load("transfer_reversal", call.path["id"], param="id")
    if reversal["transfer"] != call.path["transfer"]:
        raise missing_resource("transfer reversal", reversal["id"], param="id")
    return reversal


def retrieve(call: Call) -> dict[str, Any]:
    return of_transfer(call)


def update(call: Call) -> dict[str, Any]:
    reversal = of_transfer(call)
    reversal["metadata"] = merge_metadata(reversal["metadata"], call.params.get("metadata"))
    call.store.save(reversal)
    transfer = call.store.get(reversal["transfer"])
    known = transfer["reversals"]["data"]
    carry(transfer, [reversal if one["id"] == reversal["id"] else one for one in known])
    call.store.save(transfer)
    return reversal


def list_all(call: Call) -> dict[str, Any]:
    transfer = call.load("transfer", call.path["transfer"], param="id")
    conditions = ["json_extract(data, '$.transfer') = ?"]
    return listing.page(call, "transfer_reversal", conditions, [transfer["id"]])
