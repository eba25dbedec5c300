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
from checkout.gateway.balances import BalanceTransaction, balance, balance_transactions
from checkout.gateway.balances import intents as intents_made
from checkout.gateway.balances import refunds as refunds_made
from checkout.gateway.client import API_VERSION, LONGEST_CALL_SECONDS, has_test_mode
from checkout.gateway.customers import (
    attach,
    cards,
    create_customer,
    delete_customer,
    detach,
)
from checkout.gateway.disputes import retrieve_dispute
from checkout.gateway.events import events, verified
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
from checkout.gateway.taxes import (
    NO_PLACE,
    SHIPPING_CODE,
    Back,
    Calculation,
    LineBack,
    Taxed,
    TaxItem,
    TaxQuestion,
    TaxRecorded,
    TaxShipping,
    calculate,
    commit,
    reverse_tax,
)
from checkout.gateway.transfers import (
    retrieve_transfer,
    reversals_of,
    reverse,
    transfer,
    transfers_of,
)
from checkout.gateway.tries import disputes_of, token_of
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
    NoTestMode,
    Refund,
    Refused,
    Reversal,
    Transfer,
    Unknown,
)

__all__ = [
    "API_VERSION",
    "LONGEST_CALL_SECONDS",
    "NO_PLACE",
    "SHIPPING_CODE",
    "Account",
    "Back",
    "BalanceTransaction",
    "Calculation",
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
    "LineBack",
    "Movement",
    "NoTestMode",
    "Refund",
    "Refused",
    "Reversal",
    "Setup",
    "TaxItem",
    "TaxQuestion",
    "TaxRecorded",
    "TaxShipping",
    "Taxed",
    "Transfer",
    "Unknown",
    "account_link",
    "attach",
    "balance",
    "balance_transactions",
    "begin_setup",
    "block",
    "calculate",
    "cancel",
    "cards",
    "commit",
    "create_account",
    "create_customer",
    "delete_customer",
    "detach",
    "disputes_of",
    "events",
    "find",
    "has_test_mode",
    "intents_made",
    "join_customer",
    "login_link",
    "pay",
    "pay_again",
    "refund",
    "refunds_made",
    "refunds_of",
    "retrieve",
    "retrieve_account",
    "retrieve_dispute",
    "retrieve_refund",
    "retrieve_setup",
    "retrieve_transfer",
    "reversals_of",
    "reverse",
    "reverse_tax",
    "token_of",
    "transfer",
    "transfers_of",
    "verified",
]
