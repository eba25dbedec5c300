"""Charges: one an attempt to take money from a card. https://docs.stripe.com/api/charges"""

from __future__ import annotations

import time
from typing import Any

from sandbox import balance_transactions, disputes, events, ids, listing
from sandbox.calls import Call, merge_metadata
from sandbox.cards import Card, Decline
from sandbox.declines import advice_code

AUTHENTICATED = {
    "authentication_flow": "challenge",
    "electronic_commerce_indicator": "05",
    "exemption_indicator": None,
    "result": "authenticated",
    "result_reason": None,
    "version": "2.2.0",
}


def create(
    call: Call,
    intent: dict[str, Any],
    method: dict[str, Any],
    card: Card,
    *,
    decline: Decline | None,
    authenticated: bool,
) -> dict[str, Any]:
    """Store the attempt: a failed charge where `decline` is given, else one captured or authorised."""
    capture = intent["capture_method"] != "manual" and decline is None
    charge = {
        **call.new("charge"),
        **amounts(intent, capture=capture),
        "application": None,
        "application_fee": None,
        "application_fee_amount": intent["application_fee_amount"],
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": "ETAL SANDBOX",
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": decline.code if decline else None,
        "failure_message": decline.message if decline else None,
        "fraud_details": {},
        "metadata": dict(intent["metadata"]),
        "on_behalf_of": intent["on_behalf_of"],
        "outcome": outcome(decline),
        "paid": decline is None,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": details(
            intent, method, card, decline=decline, authenticated=authenticated
        ),
        "radar_options": {},
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "review": None,
        "shipping": intent["shipping"],
        "source": None,
        "source_transfer": None,
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "failed" if decline else "succeeded",
        "transfer_data": transfer_data(intent),
        "transfer_group": intent["transfer_group"],
    }
    if decline is None:
        charge["receipt_url"] = f"{call.base_url}/_sandbox/receipts/{charge['id']}"
    call.store.save(charge)
    events.emit(call, "charge.failed" if decline else "charge.succeeded", charge)
    if capture:
        after_capture(call, charge, card)
    return charge


def amounts(intent: dict[str, Any], *, capture: bool) -> dict[str, Any]:
    return {
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if capture else 0,
        "amount_refunded": 0,
        "captured": capture,
        "currency": intent["currency"],
        "refunded": False,
    }


def transfer_data(intent: dict[str, Any]) -> dict[str, Any] | None:
    given = intent.get("transfer_data")
    return {"amount": given.get("amount"), "destination": given["destination"]} if given else None


def outcome(decline: Decline | None) -> dict[str, Any]:
    return {
        "advice_code": advice_code(decline) if decline else None,
        "network_advice_code": None,
        "network_decline_code": decline.network_code if decline else None,
        "network_status": "declined_by_network" if decline else "approved_by_network",
        "reason": decline.decline_code if decline else None,
        "risk_level": "normal",
        "risk_score": 12,
        "seller_message": (
            "The bank did not return any further details with this decline."
            if decline
            else "Payment complete."
        ),
        "type": "issuer_declined" if decline else "authorized",
    }


def details(
    intent: dict[str, Any],
    method: dict[str, Any],
    card: Card,
    *,
    decline: Decline | None,
    authenticated: bool,
) -> dict[str, Any]:
    """`payment_method_details`: the card as this charge used it."""
    view = method["card"]
    checks = dict(view["checks"])
    if checks["cvc_check"] is not None:
        checks["cvc_check"] = "fail" if decline and decline.code == "incorrect_cvc" else "pass"
    if method["billing_details"]["address"]["postal_code"]:
        checks["address_postal_code_check"] = "pass"
    secure = {**AUTHENTICATED, "transaction_id": ids.token(24)} if authenticated else None
    used = {
        "amount_authorized": None if decline else intent["amount"],
        "authorization_code": None if decline else str(int(time.time() * 1000))[-6:],
        "brand": card.brand,
        "checks": checks,
        "country": card.country,
        "electronic_commerce_indicator": "05" if authenticated else None,
        "exp_month": view["exp_month"],
        "exp_year": view["exp_year"],
        "extended_authorization": {"status": "disabled"},
        "fingerprint": view["fingerprint"],
        "funding": card.funding,
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "last4": card.last4,
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": card.brand,
        "network_token": {"used": False},
        "network_transaction_id": None if decline else str(int(time.time() * 1e6))[-15:],
        "overcapture": {"maximum_amount_capturable": intent["amount"], "status": "unavailable"},
        "regulated_status": "unregulated",
        "three_d_secure": secure,
        "transaction_link_id": None,
        "wallet": None,
    }
    return {"card": used, "type": "card"}


def after_capture(call: Call, charge: dict[str, Any], card: Card) -> None:
    """Have the balance transaction (and a dispute, for cards that bring one) follow a moment later.

    Since `automatic_async` became the usual capture method, Stripe answers before the balance
    transaction exists and tells of it with `charge.updated`.
    """
    due = time.time() + call.settings.settle_seconds
    call.store.schedule("settle_charge", charge["id"], due)
    if card.dispute:
        call.store.schedule("open_dispute", charge["id"], due + call.settings.settle_seconds)


def settle(call: Call, charge: dict[str, Any]) -> None:
    """Give a captured charge its balance transaction."""
    if charge["balance_transaction"] is not None:
        return
    amount = charge["amount_captured"]
    fee = balance_transactions.charge_fee(amount)
    movement = balance_transactions.record(call, charge, kind="charge", amount=amount, fee=fee)
    charge["balance_transaction"] = movement["id"]
    call.store.save(charge)
    events.emit(call, "charge.updated", charge, previous={"balance_transaction": None})


def open_dispute(call: Call, charge: dict[str, Any], card: Card) -> None:
    """Dispute the charge as its test card announces."""
    if charge["disputed"] or card.dispute is None:
        return
    charge["disputed"] = True
    call.store.save(charge)
    disputes.open_one(call, charge, card, reason=card.dispute)


def capture(call: Call, charge: dict[str, Any], card: Card, *, amount: int) -> None:
    """Capture `amount` (minor units) of an authorised charge; the rest goes back to the shopper."""
    charge["captured"] = True
    charge["amount_captured"] = amount
    charge["amount_refunded"] = charge["amount"] - amount
    call.store.save(charge)
    events.emit(call, "charge.captured", charge)
    after_capture(call, charge, card)


def release(call: Call, charge: dict[str, Any]) -> None:
    """Give an authorisation up; Stripe shows it as refunded in full."""
    charge["refunded"] = True
    charge["amount_refunded"] = charge["amount"]
    call.store.save(charge)
    events.emit(call, "charge.refunded", charge)


def retrieve(call: Call) -> dict[str, Any]:
    return call.load("charge", call.path["id"], param="id")


def update(call: Call) -> dict[str, Any]:
    """Change what describes a charge; its money never changes here."""
    charge = call.load("charge", call.path["id"], param="id")
    for name in ("customer", "description", "receipt_email", "transfer_group"):
        if name in call.params:
            charge[name] = call.get(name)
    charge["metadata"] = merge_metadata(charge["metadata"], call.params.get("metadata"))
    call.store.save(charge)
    events.emit(call, "charge.updated", charge, previous={})
    return charge


def list_all(call: Call) -> dict[str, Any]:
    conditions, values = listing.equal(call, "customer", "payment_intent")
    if call.get("transfer_group"):
        conditions.append("json_extract(data, '$.transfer_group') = ?")
        values.append(call.params["transfer_group"])
    return listing.page(call, "charge", conditions, values)
