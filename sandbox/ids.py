"""Identifiers of the shape that Stripe gives its objects."""

from __future__ import annotations

import os
import string

ALPHABET = (string.ascii_letters + string.digits).encode()
# Each random byte to a letter or digit; a slight preference for some does not matter for ids.
LETTERS = bytes(ALPHABET[byte % len(ALPHABET)] for byte in range(256))

PREFIXES = {
    "account": "acct_1",
    "balance_transaction": "txn_",
    "bank_account": "ba_1",
    "charge": "ch_3",
    "confirmation_token": "ctoken_1",
    "customer": "cus_",
    "dispute": "du_1",
    "event": "evt_1",
    "payment_intent": "pi_3",
    "payment_method": "pm_1",
    "payment": "py_1",
    "payment_refund": "pyr_1",
    "payout": "po_1",
    "refund": "re_3",
    "setup_attempt": "setatt_1",
    "setup_intent": "seti_1",
    "shared_payment.granted_token": "spt_1",
    "tax.calculation": "taxcalc_1",
    "tax.calculation_line_item": "tax_li_",
    "tax.transaction": "tax_1",
    "tax.transaction_line_item": "tax_li_",
    "transfer": "tr_1",
    "transfer_reversal": "trr_1",
}
# Random characters after the prefix, where they are not 23.
LENGTHS = {"account": 15, "customer": 14}


def token(length: int) -> str:
    """A random run of letters and digits, `length` characters long."""
    return os.urandom(length).translate(LETTERS).decode()


def new(kind: str) -> str:
    """A fresh identifier for an object of this kind (`payment_intent`, `charge`, ...)."""
    return PREFIXES[kind] + token(LENGTHS.get(kind, 23))


def request() -> str:
    return "req_" + token(14)


def client_secret(owner: str) -> str:
    """The secret that lets a browser act on one intent; it begins with the intent's own id."""
    return f"{owner}_secret_{token(25)}"
