"""Bank accounts that payouts go to. https://docs.stripe.com/api/external_account_bank_accounts"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from sandbox.calls import Call
from sandbox.errors import bad_parameter

NUMBER = re.compile(r"\d{4,17}")
IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")


def plain(number: str) -> str:
    """An IBAN or an account number without what people put between its parts, in capitals."""
    return re.sub(r"[\s-]", "", number).upper()


def is_possible(number: str) -> bool:
    """Whether a plain number is an IBAN whose check digits are right, or an account number."""
    if not IBAN.fullmatch(number):
        return bool(NUMBER.fullmatch(number))
    digits = "".join(str(int(sign, 36)) for sign in number[4:] + number[:4])
    return int(digits) % 97 == 1


def attach(call: Call, account: dict[str, Any], given: Any) -> dict[str, Any]:
    """Make a bank account (its number as a token of test mode or a dictionary) the account's own."""
    if not isinstance(given, dict):
        given = {"account_number": "000123456789"} if str(given).startswith("btok_") else {}
    number = plain(given.get("account_number", ""))
    if not is_possible(number):
        raise bad_parameter(
            "You must use a valid bank account number.",
            param="external_account[account_number]",
            code="account_number_invalid",
        )
    bank = build(
        call.new("bank_account")["id"],
        account["id"],
        number=number,
        country=given.get("country", account["country"]),
        currency=given.get("currency", account["default_currency"]).lower(),
        holder=given.get("account_holder_name"),
    )
    account["external_accounts"]["data"] = [bank]
    return bank


def build(
    identifier: str,
    account: str,
    *,
    number: str,
    country: str,
    currency: str,
    holder: str | None = None,
) -> dict[str, Any]:
    return {
        "id": identifier,
        "object": "bank_account",
        "account": account,
        "account_holder_name": holder,
        "account_holder_type": None,
        "account_type": None,
        "available_payout_methods": ["standard"],
        "bank_name": "STRIPE TEST BANK",
        "country": country,
        "currency": currency,
        "default_for_currency": True,
        "fingerprint": hashlib.sha256(number.encode()).hexdigest()[:16],
        "future_requirements": None,
        "last4": number[-4:],
        "metadata": {},
        "requirements": None,
        "routing_number": None,
        "status": "new",
    }
