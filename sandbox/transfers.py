"""Transfers of the platform's money to connected accounts. https://docs.stripe.com/api/transfers"""

from __future__ import annotations

from typing import Any

from sandbox import balance_transactions, currencies, destination_payments, events, listing
from sandbox.calls import Call, merge_metadata
from sandbox.errors import StripeError, bad_parameter, invalid, missing_parameter, missing_resource


def create(call: Call) -> dict[str, Any]:
    """Move `amount` minor units from the platform's balance to a connected account's.

    With `source_transaction` the money comes from that charge, as soon as it has it, and all transfers
    of a charge are together at most the charge. Without, it must be available.
    """
    currency = known_currency(call.params["currency"])
    destination = receiver(call)
    charge = source_charge(call, currency) if call.get("source_transaction") else None
    amount = amount_to_move(call, charge)
    available_on = call.now
    if charge is not None:
        available_on = cleared_on(call, charge)
    elif amount > balance_transactions.available(call, currency):
        raise insufficient()
    transfer = {
        **call.new("transfer"),
        "amount": amount,
        "amount_reversed": 0,
        "balance_transaction": None,
        "currency": currency,
        "description": call.get("description"),
        "destination": destination["id"],
        "metadata": merge_metadata(None, call.params.get("metadata")),
        "reversed": False,
        "source_transaction": charge["id"] if charge else None,
        "source_type": call.get("source_type", "card"),
        "transfer_group": group(call, charge),
    }
    transfer["reversals"] = listing.envelope([], url=f"/v1/transfers/{transfer['id']}/reversals")
    movement = balance_transactions.record(
        call, transfer, kind="transfer", amount=-amount, available_on=available_on
    )
    transfer["balance_transaction"] = movement["id"]
    payment = destination_payments.create(call, transfer, available_on=available_on)
    transfer["destination_payment"] = payment["id"]
    call.store.save(transfer)
    events.emit(call, "transfer.created", transfer)
    return transfer


def known_currency(currency: str) -> str:
    code = currency.lower()
    if code not in currencies.SUPPORTED:
        known = ", ".join(sorted(currencies.SUPPORTED))
        raise bad_parameter(
            f"Invalid currency: {currency}. Stripe currently supports these currencies: {known}",
            param="currency",
        )
    return code


def receiver(call: Call) -> dict[str, Any]:
    """The account that the money is for; raises where there is none or it may not have any."""
    identifier = call.params["destination"]
    account = call.store.find(identifier, "account")
    if account is None or account.get("deleted"):
        raise missing_resource("destination", identifier, param="destination", status=400)
    if account["capabilities"].get("transfers") != "active":
        raise invalid(
            "Your destination account needs to have at least one of the following capabilities enabled: "
            "transfers, crypto_transfers, legacy_payments",
            code="insufficient_capabilities_for_transfer",
        )
    return account


def source_charge(call: Call, currency: str) -> dict[str, Any]:
    """The charge that the money comes from; raises where it has none of this currency."""
    charge = call.load(
        "charge", call.params["source_transaction"], param="source_transaction", status=400
    )
    if not charge["paid"] or not charge["captured"]:
        raise invalid(
            f"The charge {charge['id']} has not been captured, so that nothing of it can be transferred.",
            param="source_transaction",
        )
    if charge["currency"] != currency:
        raise invalid(
            f"The currency of source_transaction's balance transaction ({charge['currency']}) must be "
            f"the same as the transfer currency ({currency})",
            param="currency",
        )
    return charge


def amount_to_move(call: Call, charge: dict[str, Any] | None) -> int:
    """The asked amount, or all that is left of the charge; raises where that is too much."""
    left = None
    if charge is not None:
        left = charge["amount_captured"] - transferred(call, charge["id"])
    amount: int | None = call.get("amount", left)
    if amount is None:
        raise missing_parameter("amount")
    if amount < 1 and (left is None or "amount" in call.params):
        raise bad_parameter(
            "This value must be greater than or equal to 1.",
            param="amount",
            code="parameter_invalid_integer",
        )
    if charge is not None and left is not None and (amount > left or left < 1):
        rest = currencies.show(left, charge["currency"])
        raise invalid(
            f"Cannot transfer more than is left of the source transaction {charge['id']}: {rest} "
            f"{charge['currency']} of it has not been transferred.",
            param="amount",
        )
    if amount > currencies.MAXIMUM:
        most = currencies.show(currencies.MAXIMUM, call.params["currency"].lower())
        raise invalid(
            f"Amount must be no more than {most}", code="amount_too_large", param="amount"
        )
    return amount


def transferred(call: Call, charge: str) -> int:
    """What went out of a charge, less what came back (minor units)."""
    conditions = ["json_extract(data, '$.source_transaction') = ?"]
    found = call.store.select("transfer", conditions, [charge], limit=-1, newest_first=False)
    return sum(transfer["amount"] - transfer["amount_reversed"] for transfer in found)


def cleared_on(call: Call, charge: dict[str, Any]) -> int:
    """When the charge's money is available, which a moment after the charge nothing says yet."""
    movement = charge["balance_transaction"] and call.store.find(charge["balance_transaction"])
    if movement:
        return int(movement["available_on"])
    return call.now + call.settings.clearing_seconds


def group(call: Call, charge: dict[str, Any] | None) -> str | None:
    """The transfer group: the charge's, which gets one at its first transfer where it has none."""
    asked: str | None = call.get("transfer_group")
    if charge is None:
        return asked
    present = charge["transfer_group"]
    if asked and present and asked != present:
        raise invalid(
            f"The transfer_group ({asked}) must be that of the source transaction ({present}).",
            param="transfer_group",
        )
    if not present:
        charge["transfer_group"] = asked or f"group_{charge['payment_intent'] or charge['id']}"
        call.store.save(charge)
    name: str = charge["transfer_group"]
    return name


def insufficient() -> StripeError:
    return invalid(
        "You have insufficient available funds in your Stripe account. Try adding funds directly to your "
        "available balance by creating Charges using the 4000000000000077 test card. See: "
        "https://stripe.com/docs/testing#available-balance",
        code="balance_insufficient",
    )


def retrieve(call: Call) -> dict[str, Any]:
    return call.load("transfer", call.path["id"], param="id")


def update(call: Call) -> dict[str, Any]:
    """Change what describes a transfer; its money never changes here."""
    transfer = call.load("transfer", call.path["id"], param="id")
    before = {"description": transfer["description"], "metadata": transfer["metadata"]}
    if "description" in call.params:
        transfer["description"] = call.get("description")
    transfer["metadata"] = merge_metadata(transfer["metadata"], call.params.get("metadata"))
    changed = {name: before[name] for name in before if before[name] != transfer[name]}
    call.store.save(transfer)
    if changed:
        events.emit(call, "transfer.updated", transfer, previous=changed)
    return transfer


def list_all(call: Call) -> dict[str, Any]:
    """List transfers by destination, group and creation."""
    conditions: list[str] = []
    values: list[Any] = []
    for name in ("destination", "transfer_group"):
        if call.get(name):
            conditions.append(f"json_extract(data, '$.{name}') = ?")
            values.append(call.params[name])
    return listing.page(call, "transfer", conditions, values)
