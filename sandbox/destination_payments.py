"""What a transfer is on the other side: a payment (`py_`) that the connected account receives, and its
refunds (`pyr_`), which reversals take back.
"""

from __future__ import annotations

from typing import Any

from sandbox import balance_transactions, events
from sandbox.calls import Call, address


def create(call: Call, transfer: dict[str, Any], *, available_on: int) -> dict[str, Any]:
    """Store the payment that the transfer brings to its destination, and its movement there."""
    here, amount = transfer["destination"], transfer["amount"]
    payment = call.new("payment")
    payment["object"] = "charge"
    nothing = """
    application application_fee application_fee_amount calculated_statement_descriptor customer
    description failure_balance_transaction failure_code failure_message on_behalf_of outcome
    payment_intent payment_method receipt_email receipt_number receipt_url review shipping source
    statement_descriptor statement_descriptor_suffix transfer_data transfer_group
    """
    payment.update(dict.fromkeys(nothing.split()))
    payment.update(
        {
            "amount": amount,
            "amount_captured": amount,
            "amount_refunded": 0,
            "billing_details": {
                "address": address(None),
                **dict.fromkeys(("email", "name", "phone", "tax_id")),
            },
            "captured": True,
            "currency": transfer["currency"],
            "disputed": False,
            "fraud_details": {},
            "metadata": {},
            "paid": True,
            "payment_method_details": {"stripe_account": {}, "type": "stripe_account"},
            "radar_options": {},
            "refunded": False,
            "source_transfer": transfer["id"],
            "status": "succeeded",
        }
    )
    movement = balance_transactions.record(
        call,
        payment,
        kind="payment",
        amount=amount,
        category="charge",
        available_on=available_on,
        account=here,
    )
    payment["balance_transaction"] = movement["id"]
    call.store.save(payment, account=here)
    events.emit(call, "payment.created", payment, account=here)
    return payment


def refund(call: Call, transfer: dict[str, Any], reversal: dict[str, Any]) -> dict[str, Any]:
    """Take a reversal's amount back from the destination's balance."""
    here, amount = transfer["destination"], reversal["amount"]
    payment = call.store.get(transfer["destination_payment"])
    taken = call.new("payment_refund")
    taken["object"] = "refund"
    del taken["livemode"]
    movement = balance_transactions.record(
        call,
        {**taken, "currency": payment["currency"], "description": "REFUND FOR PAYMENT"},
        kind="payment_refund",
        amount=-amount,
        category="refund",
        available_on=call.now,
        account=here,
    )
    taken.update(
        {
            "amount": amount,
            "balance_transaction": movement["id"],
            "charge": payment["id"],
            "currency": payment["currency"],
            "customer": None,
            "customer_account": None,
            "metadata": {},
            "payment_intent": None,
            "payment_method": None,
            "reason": None,
            "receipt_number": None,
            "source_transfer_reversal": reversal["id"],
            "status": "succeeded",
            "transfer_reversal": None,
        }
    )
    payment["amount_refunded"] += amount
    payment["refunded"] = payment["amount_refunded"] >= payment["amount"]
    call.store.save(payment)
    call.store.save(taken, account=here)
    return taken
