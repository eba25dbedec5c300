"""Balance transactions: what each movement adds to the balance, and its fee.

https://docs.stripe.com/api/balance_transactions
"""

from __future__ import annotations

from typing import Any

from sandbox import listing
from sandbox.calls import Call

FEE_BASIS_POINTS = 290
FEE_FIXED = 30  # minor units
DISPUTE_FEE = 1500  # minor units
CLEARING = 2 * 24 * 3600  # seconds until funds are available


def charge_fee(amount: int) -> int:
    """Stripe's card fee on an amount, both in minor units."""
    return min(amount, -(-amount * FEE_BASIS_POINTS // 10_000) + FEE_FIXED)


def record(
    call: Call,
    source: dict[str, Any],
    *,
    kind: str,
    amount: int,
    fee: int = 0,
    category: str | None = None,
) -> dict[str, Any]:
    """Store the movement of `amount` (minor units, negative when it leaves) that `source` caused."""
    transaction = call.new("balance_transaction")
    del transaction["livemode"]
    details = [
        {
            "amount": fee,
            "application": None,
            "currency": source["currency"],
            "description": "Dispute fee" if kind == "adjustment" else "Stripe processing fees",
            "type": "stripe_fee",
        }
    ]
    transaction.update(
        {
            "amount": amount,
            "available_on": call.now + CLEARING,
            "balance_type": "payments",
            "currency": source["currency"],
            "description": source.get("description"),
            "exchange_rate": None,
            "fee": fee,
            "fee_details": details if fee else [],
            "net": amount - fee,
            "reporting_category": category or kind,
            "source": source["id"],
            "status": "pending",
            "type": kind,
        }
    )
    call.store.save(transaction)
    return transaction


def retrieve(call: Call) -> dict[str, Any]:
    return call.load("balance_transaction", call.path["id"], param="id")


def list_all(call: Call) -> dict[str, Any]:
    """List movements by type, currency, source and creation."""
    conditions, values = listing.equal(call, "type")
    for name in ("currency", "source"):
        if call.get(name):
            conditions.append(f"json_extract(data, '$.{name}') = ?")
            values.append(call.params[name])
    return listing.page(call, "balance_transaction", conditions, values)
