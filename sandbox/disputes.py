"""Disputes, opened by the test cards that bring one. https://docs.stripe.com/api/disputes"""

from __future__ import annotations

import time
from typing import Any

from sandbox import balance_transactions, events, listing
from sandbox.calls import Call, merge_metadata
from sandbox.cards import Card
from sandbox.errors import invalid

ANSWER_WITHIN = 9 * 24 * 3600  # seconds
NETWORK_REASONS = {"fraudulent": "10.4", "product_not_received": "13.1"}
# A bank's question before a dispute: no money moves, and the charge may still be refunded.
INQUIRY = "inquiry"
OPEN = ("needs_response", "warning_needs_response")
# What `uncategorized_text` decides in test mode. https://docs.stripe.com/testing#evidence
VERDICTS = {"winning_evidence": "won", "losing_evidence": "lost"}
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
    """Store a dispute over the whole charge and take its amount and fee from the balance.

    An inquiry takes nothing.
    """
    dispute = call.new("dispute")
    asks = reason == INQUIRY
    reason = "fraudulent" if asks else reason
    dispute.update(
        {
            "amount": charge["amount_captured"],
            "balance_transactions": [] if asks else [withdrawal(call, charge, dispute)],
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
            "is_charge_refundable": asks,
            "metadata": {},
            "payment_intent": charge["payment_intent"],
            "payment_method_details": {
                "card": {
                    "brand": card.brand,
                    "case_type": "inquiry" if asks else "chargeback",
                    "network": card.brand,
                    "network_reason_code": NETWORK_REASONS[reason],
                },
                "type": "card",
            },
            "reason": reason,
            "status": "warning_needs_response" if asks else "needs_response",
        }
    )
    call.store.save(dispute)
    events.emit(call, "charge.dispute.created", dispute)
    if not asks:
        events.emit(call, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def withdrawal(call: Call, charge: dict[str, Any], dispute: dict[str, Any]) -> dict[str, Any]:
    return balance_transactions.record(
        call,
        {**charge, "id": dispute["id"], "description": f"Chargeback withdrawal for {charge['id']}"},
        kind="adjustment",
        amount=-charge["amount_captured"],
        fee=balance_transactions.DISPUTE_FEE,
        category="dispute",
    )


def leave_refundable(call: Call, charge: dict[str, Any]) -> bool:
    """Whether a disputed charge may be refunded all the same."""
    found = call.store.all("dispute", charge=charge["id"])
    return all(dispute["is_charge_refundable"] for dispute in found)


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
    if dispute["status"] not in OPEN and "evidence" in call.params:
        raise invalid("This dispute is already closed.", param="id")
    given = {key: value or None for key, value in (call.get("evidence") or {}).items()}
    dispute["evidence"].update({key: given[key] for key in given if key in EVIDENCE})
    dispute["metadata"] = merge_metadata(dispute["metadata"], call.params.get("metadata"))
    if given:
        dispute["evidence_details"]["has_evidence"] = True
        if call.get("submit", True):
            dispute["evidence_details"]["submission_count"] += 1
            dispute["evidence_details"]["submission_method"] = "manual"
            asks = dispute["status"].startswith("warning_")
            dispute["status"] = "warning_under_review" if asks else "under_review"
            call.store.schedule(
                "decide_dispute", dispute["id"], time.time() + call.settings.settle_seconds
            )
    call.store.save(dispute)
    events.emit(call, "charge.dispute.updated", dispute, previous={})
    return dispute


def decide(call: Call, dispute: dict[str, Any]) -> None:
    """Let the bank answer the evidence; it answers only what test mode has an answer for."""
    verdict = VERDICTS.get(dispute["evidence"]["uncategorized_text"] or "")
    if verdict and dispute["status"] in ("under_review", "warning_under_review"):
        close_as(call, dispute, verdict)


def close(call: Call) -> dict[str, Any]:
    """Accept a dispute as lost."""
    dispute = call.load("dispute", call.path["dispute"], param="dispute")
    if dispute["status"] not in OPEN:
        raise invalid("This dispute is already closed.", param="dispute")
    return close_as(call, dispute, "lost")


def close_as(call: Call, dispute: dict[str, Any], verdict: str) -> dict[str, Any]:
    """Close a dispute as "won", which returns its amount but not its fee, or as "lost".

    An inquiry that is not lost is closed and nothing more.
    """
    asks = dispute["status"].startswith("warning_")
    dispute["status"] = "warning_closed" if asks and verdict == "won" else verdict
    back = verdict == "won" and not asks
    if back:
        charge = call.store.get(dispute["charge"])
        reversal = {
            **charge,
            "id": dispute["id"],
            "description": f"Chargeback reversal for {charge['id']}",
        }
        movement = balance_transactions.record(
            call,
            reversal,
            kind="adjustment",
            amount=dispute["amount"],
            category="dispute_reversal",
        )
        dispute["balance_transactions"] = [*dispute["balance_transactions"], movement]
    call.store.save(dispute)
    events.emit(call, "charge.dispute.closed", dispute)
    if back:
        events.emit(call, "charge.dispute.funds_reinstated", dispute)
    return dispute


def list_all(call: Call) -> dict[str, Any]:
    conditions, values = listing.equal(call, "charge", "payment_intent")
    return listing.page(call, "dispute", conditions, values)
