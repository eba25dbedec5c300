"""Payouts: money that leaves a balance for a bank. https://docs.stripe.com/api/payouts

They are made by control requests; the API reads them.
"""

from __future__ import annotations

from typing import Any

from sandbox import balance_transactions, events, listing
from sandbox.calls import Call
from sandbox.errors import invalid

OWN_BANK = "ba_1SandboxBankOfThePlatform"


def make(call: Call, *, currency: str, amount: int, account: str = "") -> dict[str, Any]:
    """Pay `amount` minor units out to the bank of a connected account, or of the platform.

    It arrives at once. Raises `balance_insufficient` where the balance has less available.
    """
    if amount > balance_transactions.available(call, currency, account):
        raise invalid(
            "You have insufficient funds in your Stripe account for this transfer.",
            code="balance_insufficient",
            param="amount",
        )
    payout = {
        **call.new("payout"),
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": call.now,
        "automatic": False,
        "balance_transaction": None,
        "currency": currency,
        "description": "STRIPE PAYOUT",
        "destination": bank(call, account),
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "not_applicable",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "pending",
        "trace_id": None,
        "type": "bank_account",
    }
    movement = balance_transactions.record(
        call, payout, kind="payout", amount=-amount, available_on=call.now, account=account
    )
    payout["balance_transaction"] = movement["id"]
    call.store.save(payout, account=account)
    events.emit(call, "payout.created", payout, account=account)
    payout["status"] = "paid"
    events.emit(call, "payout.paid", payout, previous={"status": "pending"}, account=account)
    return payout


def bank(call: Call, account: str) -> str:
    if not account:
        return OWN_BANK
    known = call.store.get(account)["external_accounts"]["data"]
    return str(known[0]["id"]) if known else OWN_BANK


def empty(call: Call, account: str) -> list[dict[str, Any]]:
    """Pay out all that is available to a connected account, one payout a currency."""
    return [
        make(call, currency=currency, amount=available, account=account)
        for currency, (available, _) in balance_transactions.sums(call, account).items()
        if available > 0
    ]


def retrieve(call: Call) -> dict[str, Any]:
    return call.load("payout", call.path["id"], param="payout")


def list_all(call: Call) -> dict[str, Any]:
    """List payouts by status, destination, arrival and creation."""
    conditions: list[str] = []
    values: list[Any] = []
    for name in ("status", "destination"):
        if call.get(name):
            conditions.append(f"json_extract(data, '$.{name}') = ?")
            values.append(call.params[name])
    arrival = call.get("arrival_date")
    if isinstance(arrival, int):
        arrival = {"gte": arrival, "lte": arrival}
    for name, second in (arrival or {}).items():
        conditions.append(f"json_extract(data, '$.arrival_date') {listing.COMPARISONS[name]} ?")
        values.append(second)
    return listing.page(call, "payout", conditions, values)
