"""Stripe, and the only place that imports its library. No database here, and no rules of ours.

Every call has a time-out and is repeated once by the library, under the same idempotency key. Each
answers with a frozen value of ours or raises one of three errors: `Declined`, `Refused` (nothing
happened) or `Unknown` (something may have happened).
"""

from checkout.gateway.accounts import (
    Account,
    account_link,
    create_account,
    login_link,
    retrieve_account,
)
from checkout.gateway.client import API_VERSION, LONGEST_CALL_SECONDS
from checkout.gateway.customers import attach, cards, create_customer, detach
from checkout.gateway.disputes import retrieve_dispute
from checkout.gateway.events import event, events, verified
from checkout.gateway.intents import (
    Cancellation,
    block,
    cancel,
    find,
    join_customer,
    pay,
    pay_again,
    retrieve,
)
from checkout.gateway.refunds import refund, refunds_of, retrieve_refund
from checkout.gateway.setups import Setup, begin_setup, retrieve_setup
from checkout.gateway.transfers import (
    retrieve_transfer,
    reversals_of,
    reverse,
    transfer,
    transfers_of,
)
from checkout.gateway.values import (
    Card,
    Charge,
    Declined,
    Dispute,
    Event,
    Forged,
    GatewayError,
    Intent,
    KeyInUse,
    KeySpent,
    Movement,
    Refund,
    Refused,
    Reversal,
    Transfer,
    Unknown,
)

__all__ = [
    "API_VERSION",
    "LONGEST_CALL_SECONDS",
    "Account",
    "Cancellation",
    "Card",
    "Charge",
    "Declined",
    "Dispute",
    "Event",
    "Forged",
    "GatewayError",
    "Intent",
    "KeyInUse",
    "KeySpent",
    "Movement",
    "Refund",
    "Refused",
    "Reversal",
    "Setup",
    "Transfer",
    "Unknown",
    "account_link",
    "attach",
    "begin_setup",
    "block",
    "cancel",
    "cards",
    "create_account",
    "create_customer",
    "detach",
    "event",
    "events",
    "find",
    "join_customer",
    "login_link",
    "pay",
    "pay_again",
    "refund",
    "refunds_of",
    "retrieve",
    "retrieve_account",
    "retrieve_dispute",
    "retrieve_refund",
    "retrieve_setup",
    "retrieve_transfer",
    "reversals_of",
    "reverse",
    "transfer",
    "transfers_of",
    "verified",
]
