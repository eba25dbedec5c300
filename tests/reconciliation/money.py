"""What the books and Stripe say that we have, and a charge that nobody counted on."""

from __future__ import annotations

from typing import Any

from checkout import gateway
from checkout.ledger import Account
from checkout.models import LedgerEntry, Payment
from tests.buying import RETURN_URL, Sandbox


def on(account: Account) -> int:
    return sum(LedgerEntry.objects.filter(account=account).values_list("amount", flat=True))


def stripe_balance() -> int:
    return gateway.balance().get("EUR", 0)


def take_again(payment: Payment, sandbox: Sandbox, **more: Any) -> gateway.Intent:
    charge = {
        "payment_id": str(payment.public_id),
        "order_id": str(payment.order.public_id),
        "amount": payment.amount,
        "currency": payment.currency,
        "return_url": RETURN_URL,
        "confirmation_token": sandbox.token("pm_card_mastercard"),
    }
    return gateway.pay(gateway.Charge(**{**charge, **more}), key="a lost one")
