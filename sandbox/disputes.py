"""Disputes, opened by the test cards that bring one. https://docs.stripe.com/api/disputes"""

from __future__ import annotations

from typing import Any

from sandbox import balance_transactions, events, listing
from sandbox.calls import Call, merge_metadata
from sandbox.cards import Card
from sandbox.errors import invalid

ANSWER_WITHIN = 9 * 24 * 3600  # seconds
NETWORK_REASONS = {"fraudulent": "10.4", "product_not_received": "13.1"}
EVIDENCE_NAMES = """
access_activity_log billing_address cancellation_policy cancellation_policy_disclosure
cancellation_rebuttal customer_communication customer_email_address customer_name
customer_purchase_ip customer_signature duplicate_charge_documentation
duplicate_charge_explanation duplicate_charge_id product_description receipt refund_policy
refund_policy_disclosure refund_refusal_explanation service_date service_documentation
shipping_address shipping_carrier shipping_date shipping_documentation shipping_tracking_number
uncategorized_file uncategorized_text
"""
EVIDENCE = EVIDENCE_NAMES.split()


def open_one(call: Call, charge: dict[str, Any], card: Card, *, reason: str) -> dict[str, Any]:
    """Store a dispute over the whole charge and take its amount and fee from the balance."""
    dispute = call.new("dispute")
    movement = balance_transactions.record(
        call,
        {**charge, "id": dispute["id"], "description": f"Chargeback withdrawal for {charge['id']}"},
        kind="adjustment",
        amount=-charge["amount_captured"],
        fee=balance_transactions.DISPUTE_FEE,
        category="dispute",
    )
    dispute.update(
        {
            "amount": charge["amount_captured"],
            "balance_transactions": [movement],
            "charge": charge["id"],
            "currency": charge["currency"],
            "enhanced_eligibility_types": [],
            "evidence": evidence(charge),
            "evidence_details": {
                "due_by": call.now + ANSWER_WITHIN,
                "enhanced_eligibility": {},
                "has_evidence": False,
                "past_due": False,
                "submission_count": 0,
                "submission_method": "not_submitted",
            },
            "intended_submission_method": None,
            "is_charge_refundable": False,
            "metadata": {},
            "payment_intent": charge["payment_intent"],
            "payment_method_details": {
                "card": {
                    "brand": card.brand,
                    "case_type": "chargeback",
                    "network": card.brand,
                    "network_reason_code": NETWORK_REASONS[reason],
                },
                "type": "card",
            },
            "reason": reason,
            "status": "needs_response",
        }
    )
    call.store.save(dispute)
    events.emit(call, "charge.dispute.created", dispute)
    events.emit(call, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def evidence(charge: dict[str, Any]) -> dict[str, Any]:
    billing = charge["billing_details"]
    given: dict[str, Any] = dict.fromkeys(EVIDENCE)
    given["customer_email_address"] = billing["email"] or charge["receipt_email"]
    given["customer_name"] = billing["name"]
    return {**given, "enhanced_evidence": {}}


def retrieve(call: Call) -> dict[str, Any]:
    return call.load("dispute", call.path["id"], param="id")


def update(call: Call) -> dict[str, Any]:
    """Store evidence and, with `submit` (which Stripe takes as true), send it to the bank."""
    dispute = call.load("dispute", call.path["id"], param="id")
    if dispute["status"] != "needs_response" and "evidence" in call.params:
        raise invalid("This dispute is already closed.", param="id")
    given = {key: value or None for key, value in (call.get("evidence") or {}).items()}
    dispute["evidence"].update({key: given[key] for key in given if key in EVIDENCE})
    dispute["metadata"] = merge_metadata(dispute["metadata"], call.params.get("metadata"))
    if given:
        dispute["evidence_details"]["has_evidence"] = True
        if call.get("submit", True):
            dispute["evidence_details"]["submission_count"] += 1
            dispute["evidence_details"]["submission_method"] = "manual"
            dispute["status"] = "under_review"
    call.store.save(dispute)
    events.emit(call, "charge.dispute.updated", dispute, previous={})
    return dispute


def list_all(call: Call) -> dict[str, Any]:
    conditions, values = listing.equal(call, "charge", "payment_intent")
    return listing.page(call, "dispute", conditions, values)
