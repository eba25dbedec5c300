"""What comes back from Stripe: frozen values and errors of ours."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import stripe


class GatewayError(Exception):
    """`code` is Stripe's, for logs and tests; never shown to people."""

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class Unknown(GatewayError):
    """No answer, or none that tells: what was asked for may or may not have happened."""


class KeyInUse(Unknown):
    """The idempotency key has served another request, or serves one right now."""


class KeySpent(KeyInUse):
    """The idempotency key was given to another request before."""


class Refused(GatewayError):
    """Stripe would not do it, and nothing happened."""


class NoTestMode(Refused):
    """Nothing can be paid in test spaces here: there are no keys of Stripe's test mode."""


class Declined(GatewayError):
    """The card was asked and said no; `intent` is the PaymentIntent as it stands then."""

    def __init__(self, message: str, *, code: str, intent: Intent | None) -> None:
        super().__init__(message, code=code)
        self.intent = intent


class Forged(Exception):
    """A webhook that Stripe did not sign, or not lately."""


@dataclass(frozen=True, slots=True)
class Card:
    payment_method_id: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int


@dataclass(frozen=True, slots=True)
class Intent:
    """A PaymentIntent: amounts in minor units, `currency` in capitals.

        `decline_code` is why the last attempt failed, "" if none did. `card` is the card that is
    X"""

    id: str
    status: str
    amount: int
    amount_received: int
    currency: str
    client_secret: str
    customer_id: str | None
    card: Card | None
    decline_code: str
    cancellation_reason: str
    payment_id: str
    order_id: str
    charge_id: str = ""
    test: bool = False  # whether it is in test mode


@dataclass(frozen=True, slots=True)
class Refund:
    id: str
    status: str
    amount: int
    currency: str
    intent_id: str
    refund_id: str
    failure_reason: str
    test: bool = False


@dataclass(frozen=True, slots=True)
class Movement:
    """A balance transaction: `amount` is negative where it leaves the balance, `fee` is Stripe's."""

    id: str
    amount: int
    fee: int
    currency: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """`movements` are what the bank took from our balance, and gave back."""

    id: str
    status: str
    reason: str
    amount: int
    currency: str
    intent_id: str
    due_by: datetime | None
    movements: tuple[Movement, ...]
    test: bool = False


@dataclass(frozen=True, slots=True)
class Reversal:
    """What was taken back of a transfer; `reversal_id` is our public one, "" where it is not ours."""

    id: str
    amount: int
    transfer_id: str
    reversal_id: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money sent to a connected account; `transfer_id` and `order_id` are the public ids that we
    gave it, "" where it is not ours."""

    id: str
    amount: int
    currency: str
    account_id: str
    transfer_id: str
    order_id: str


@dataclass(frozen=True, slots=True)
class Event:
    """What a webhook says: `text` is the event's whole JSON. `account` is the connected account that
    it is about, "" where it is about our own. `test` is whether it was signed as one of test mode."""

    id: str
    type: str
    object_id: str
    text: str
    account: str = ""
    test: bool = False


@dataclass(frozen=True, slots=True)
class Charge:
    """What a payment is to be made of; exactly one of the tokens and the card says with what.

    `amount` in minor units. The ids are ours, public ones. `customer_id` is Stripe's, and needed
    for a saved card and for `save_card`. `test` is whether it is tried in test mode.
    """

    payment_id: str
    order_id: str
    amount: int
    currency: str
    return_url: str
    confirmation_token: str | None = None
    granted_token: str | None = None
    payment_method_id: str | None = None
    customer_id: str | None = None
    save_card: bool = False
    test: bool = False


def event_of(values: dict[str, Any], *, text: str = "", test: bool = False) -> Event:
    """The event in Stripe's JSON, whose `text` is at hand where it came as such."""
    thing = values["data"]["object"]
    return Event(
        id=str(values["id"]),
        type=str(values["type"]),
        object_id=str(thing.get("id", "")),
        text=text or json.dumps(values),
        account=str(values.get("account") or ""),
        test=test,
    )


def intent_of(intent: stripe.PaymentIntent, *, test: bool = False) -> Intent:
    error = intent.last_payment_error
    method = intent.payment_method
    metadata = intent.metadata.to_dict() if intent.metadata else {}
    return Intent(
        id=intent.id,
        status=intent.status,
        amount=intent.amount,
        amount_received=intent.amount_received,
        currency=intent.currency.upper(),
        client_secret=intent.client_secret or "",
        customer_id=id_of(intent.customer),
        card=card_of(method) if isinstance(method, stripe.PaymentMethod) else None,
        decline_code=optional(error, "decline_code") or optional(error, "code"),
        cancellation_reason=intent.cancellation_reason or "",
        payment_id=metadata.get("payment", ""),
        order_id=metadata.get("order", ""),
        charge_id=id_of(intent.latest_charge) or "",
        test=test,
    )


def card_of(method: stripe.PaymentMethod) -> Card | None:
    card = method.card if method.type == "card" else None
    if card is None:
        return None
    return Card(
        payment_method_id=method.id,
        brand=card.brand,
        last4=card.last4 or "",
        exp_month=card.exp_month,
        exp_year=card.exp_year,
    )


def refund_of(refund: stripe.Refund, *, test: bool = False) -> Refund:
    metadata = refund.metadata.to_dict() if refund.metadata else {}
    return Refund(
        id=refund.id,
        status=refund.status or "",
        amount=refund.amount,
        currency=refund.currency.upper(),
        intent_id=id_of(refund.payment_intent) or "",
        refund_id=metadata.get("refund", ""),
        failure_reason=optional(refund, "failure_reason"),
        test=test,
    )


def dispute_of(dispute: stripe.Dispute, *, test: bool = False) -> Dispute:
    due_by = dispute.evidence_details.due_by
    return Dispute(
        id=dispute.id,
        status=dispute.status,
        reason=dispute.reason,
        amount=dispute.amount,
        currency=dispute.currency.upper(),
        intent_id=id_of(dispute.payment_intent) or "",
        due_by=datetime.fromtimestamp(due_by, UTC) if due_by else None,
        movements=tuple(
            Movement(each.id, each.amount, each.fee, each.currency.upper())
            for each in dispute.balance_transactions
        ),
        test=test,
    )


def transfer_of(transfer: stripe.Transfer) -> Transfer:
    metadata = transfer.metadata.to_dict() if transfer.metadata else {}
    return Transfer(
        id=transfer.id,
        amount=transfer.amount,
        currency=transfer.currency.upper(),
        account_id=id_of(transfer.destination) or "",
        transfer_id=metadata.get("transfer", ""),
        order_id=transfer.transfer_group or "",
    )


def reversal_of(reversal: stripe.TransferReversal) -> Reversal:
    metadata = reversal.metadata.to_dict() if reversal.metadata else {}
    return Reversal(
        id=reversal.id,
        amount=reversal.amount,
        transfer_id=id_of(reversal.transfer) or "",
        reversal_id=metadata.get("reversal", ""),
    )


def optional(thing: stripe.StripeObject | None, name: str) -> str:
    """A text that Stripe leaves out where there is none."""
    return str(thing[name] or "") if thing is not None and name in thing else ""


def id_of(thing: str | stripe.StripeObject | None) -> str | None:
    """The id of what may come expanded."""
    return thing if thing is None or isinstance(thing, str) else str(thing["id"])
