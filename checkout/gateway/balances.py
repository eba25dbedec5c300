"""Our balance at Stripe, what moved it, and what was made there in some time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import stripe

from checkout.gateway.client import client, errors
from checkout.gateway.values import Intent, Refund, id_of, intent_of, optional, refund_of

if TYPE_CHECKING:
    from stripe.params import BalanceTransactionListParamsCreated


@dataclass(frozen=True, slots=True)
class BalanceTransaction:
    """A movement of our balance: minor units, `amount` negative where they leave; `fee` leaves
    besides. `of_id` is the intent, or for a reversal the transfer, that its source is of."""

    id: str
    type: str
    category: str
    amount: int
    fee: int
    currency: str
    source_id: str
    of_id: str
    created_at: datetime


def balance() -> dict[str, int]:
    """All that is ours at Stripe, available or not yet, in minor units by currency.

    Raises Unknown, Refused. https://docs.stripe.com/api/balance/balance_object
    """
    with errors():
        found = client().v1.balance.retrieve()
    sums: dict[str, int] = defaultdict(int)
    for available in found.available:
        sums[available.currency.upper()] += available.amount
    for pending in found.pending:
        sums[pending.currency.upper()] += pending.amount
    return dict(sums)


def balance_transactions(*, since: datetime, until: datetime) -> Iterator[BalanceTransaction]:
    """What moved our balance in that time, newest first. Raises Unknown, Refused."""
    with errors():
        page = client().v1.balance_transactions.list(
            {"created": _between(since, until), "limit": 100, "expand": ["data.source"]}
        )
        for each in page.auto_paging_iter():
            yield _transaction_of(each)


def intents(*, since: datetime, until: datetime) -> Iterator[Intent]:
    """The PaymentIntents that were made in that time, newest first. Raises Unknown, Refused."""
    with errors():
        page = client().v1.payment_intents.list(
            {
                "created": _between(since, until),
                "limit": 100,
                "expand": ["data.payment_method"],
            }
        )
        for each in page.auto_paging_iter():
            yield intent_of(each)


def refunds(*, since: datetime, until: datetime) -> Iterator[Refund]:
    """The refunds that were made in that time, newest first. Raises Unknown, Refused."""
    with errors():
        page = client().v1.refunds.list({"created": _between(since, until), "limit": 100})
        for each in page.auto_paging_iter():
            yield refund_of(each)


def _between(since: datetime, until: datetime) -> BalanceTransactionListParamsCreated:
    return {"gte": int(since.timestamp()), "lte": int(until.timestamp()) + 1}


def _transaction_of(each: stripe.BalanceTransaction) -> BalanceTransaction:
    source = each.source
    of_id = ""
    if source is not None and not isinstance(source, str):
        of_id = next(filter(None, (optional(source, name) for name in OF)), "")
    return BalanceTransaction(
        id=each.id,
        type=each.type,
        category=each.reporting_category,
        amount=each.amount,
        fee=each.fee,
        currency=each.currency.upper(),
        source_id=id_of(source) or "",
        of_id=of_id,
        created_at=datetime.fromtimestamp(each.created, UTC),
    )


# Where a source says what it is of.
OF = ("payment_intent", "transfer")
