"""Balance transactions: what each movement adds to a balance, and its fee.

https://docs.stripe.com/api/balance_transactions and, for what the types mean,
https://docs.stripe.com/reports/balance-transaction-types
"""

from __future__ import annotations

from typing import Any

from sandbox import listing
from sandbox.calls import Call
from sandbox.errors import bad_parameter

FEE_BASIS_POINTS = 290
FEE_FIXED = 30  # minor units
DISPUTE_FEE = 1500  # minor units


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
    available_on: int | None = None,
    account: str = "",
) -> dict[str, Any]:
    """Store the movement of `amount` (minor units, negative when it leaves) that `source` caused.

    It counts for the balance of the connected `account`, or the platform's, from `available_on`
    (seconds since the epoch; after the clearing time unless given).
    """
    transaction = call.new("balance_transaction")
    del transaction["livemode"]
    if available_on is None:
        available_on = call.now + call.settings.clearing_seconds
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
            "available_on": available_on,
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
    as_of_now(call, transaction)
    call.store.save(transaction, account=account)
    call.store.db.execute(
        "INSERT INTO movements (id, account, currency, available_on, net) VALUES (?, ?, ?, ?, ?)",
        [transaction["id"], account, source["currency"], available_on, transaction["net"]],
    )
    return transaction


def as_of_now(call: Call, transaction: dict[str, Any]) -> dict[str, Any]:
    """The transaction with the status that its time has brought it."""
    transaction["status"] = "available" if transaction["available_on"] <= call.now else "pending"
    return transaction


def sums(call: Call, account: str = "") -> dict[str, tuple[int, int]]:
    """What is available and what is pending on a balance, in minor units by currency."""
    rows = call.store.db.execute(
        "SELECT currency, coalesce(sum(net) FILTER (WHERE available_on <= ?), 0) AS available, "
        "coalesce(sum(net) FILTER (WHERE available_on > ?), 0) AS pending "
        "FROM movements WHERE account = ? GROUP BY currency",
        [call.now, call.now, account],
    )
    return {row["currency"]: (row["available"], row["pending"]) for row in rows}


def available(call: Call, currency: str, account: str = "") -> int:
    """What is available of one currency, in minor units."""
    return sums(call, account).get(currency, (0, 0))[0]


def balance(call: Call) -> dict[str, Any]:
    """`GET /v1/balance`. https://docs.stripe.com/api/balance"""
    found = sums(call, call.account) or {"eur": (0, 0)}

    def part(place: int) -> list[dict[str, Any]]:
        return [
            {"amount": held[place], "currency": currency, "source_types": {"card": held[place]}}
            for currency, held in sorted(found.items())
        ]

    answer: dict[str, Any] = {"object": "balance", "available": part(0)}
    if not call.account:
        answer["connect_reserved"] = [
            {"amount": 0, "currency": currency} for currency in sorted(found)
        ]
    return {**answer, "livemode": False, "pending": part(1)}


def retrieve(call: Call) -> dict[str, Any]:
    return as_of_now(call, call.load("balance_transaction", call.path["id"], param="id"))


def list_all(call: Call) -> dict[str, Any]:
    """List movements by type, currency, source and creation."""
    if call.get("payout"):
        raise bad_parameter(
            "Balance transaction history can only be filtered on automatic payouts, not manual.",
            param="payout",
        )
    conditions, values = listing.equal(call, "type")
    for name in ("currency", "source"):
        if call.get(name):
            conditions.append(f"json_extract(data, '$.{name}') = ?")
            values.append(call.params[name])
    found = listing.page(call, "balance_transaction", conditions, values)
    for transaction in found["data"]:
        as_of_now(call, transaction)
    return found
