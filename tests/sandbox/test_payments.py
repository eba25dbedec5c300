"""Paying: what each published test card does, and the states an intent goes through."""

from __future__ import annotations

import pytest
import stripe

from tests.sandbox.conftest import SHOP, SandboxProcess, order, wait_for

DECLINES = [
    ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
    ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
    ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
    ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
    ("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
    ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
    ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"),
    ("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error"),
    ("pm_card_chargeCustomerFail", "card_declined", "generic_decline"),
]


def test_a_good_card_pays_at_once(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(
        order(metadata={"order": "A-1"}, expand=["latest_charge", "payment_method"])
    )

    assert intent.status == "succeeded"
    assert (intent.amount, intent.amount_received, intent.currency) == (4250, 4250, "eur")
    assert isinstance(intent.latest_charge, stripe.Charge)
    assert intent.latest_charge.paid is True
    assert intent.latest_charge.amount_captured == 4250
    assert intent.latest_charge.metadata.to_dict() == {"order": "A-1"}
    assert isinstance(intent.payment_method, stripe.PaymentMethod)
    assert intent.payment_method.card is not None
    assert intent.payment_method.card.last4 == "4242"


@pytest.mark.parametrize(("card", "code", "decline_code"), DECLINES)
def test_a_refused_card_leaves_the_intent_open(
    client: stripe.StripeClient, card: str, code: str, decline_code: str
) -> None:
    with pytest.raises(stripe.CardError) as refused:
        client.v1.payment_intents.create(order(card))

    error = refused.value.error
    assert refused.value.http_status == 402
    assert error is not None
    assert (error.type, error.code, error.decline_code) == ("card_error", code, decline_code)
    assert error.doc_url == f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"
    assert error.payment_intent is not None
    intent = client.v1.payment_intents.retrieve(error.payment_intent.id)
    assert intent.status == "requires_payment_method"
    assert intent.payment_method is None
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.code == code
    assert isinstance(intent.latest_charge, str)
    charge = client.v1.charges.retrieve(intent.latest_charge)
    assert (charge.status, charge.paid, charge.failure_code) == ("failed", False, code)


def test_another_card_pays_after_a_decline(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as refused:
        client.v1.payment_intents.create(order("pm_card_visa_chargeDeclined"))
    assert refused.value.error is not None
    assert refused.value.error.payment_intent is not None
    identifier = refused.value.error.payment_intent.id

    intent = client.v1.payment_intents.confirm(
        identifier, {"payment_method": "pm_card_mastercard", "return_url": SHOP}
    )

    assert (intent.status, intent.last_payment_error) == ("succeeded", None)
    charges = client.v1.charges.list({"payment_intent": identifier})
    assert [charge.status for charge in charges.data] == ["succeeded", "failed"]


@pytest.mark.parametrize(
    "card", ["pm_card_authenticationRequired", "pm_card_threeDSecure2Required"]
)
def test_three_d_secure_accepted(
    client: stripe.StripeClient, sandbox: SandboxProcess, card: str
) -> None:
    intent = client.v1.payment_intents.create(order(card, use_stripe_sdk=True))
    assert intent.status == "requires_action"
    assert intent.next_action is not None
    assert intent.next_action.type == "use_stripe_sdk"
    assert intent.latest_charge is None

    sandbox.control("POST", f"three_d_secure/{intent.id}", {"outcome": "pass"})

    paid = client.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert (paid.status, paid.next_action) == ("succeeded", None)
    assert isinstance(paid.latest_charge, stripe.Charge)
    details = paid.latest_charge.payment_method_details
    assert details is not None
    assert details.card is not None
    assert details.card.three_d_secure is not None
    assert details.card.three_d_secure.result == "authenticated"


def test_three_d_secure_refused(client: stripe.StripeClient, sandbox: SandboxProcess) -> None:
    intent = client.v1.payment_intents.create(order("pm_card_authenticationRequired"))
    assert intent.next_action is not None
    assert intent.next_action.type == "redirect_to_url"
    assert intent.next_action.redirect_to_url is not None
    assert intent.next_action.redirect_to_url.return_url == SHOP

    sandbox.control("POST", f"three_d_secure/{intent.id}", {"outcome": "fail"})

    open_again = client.v1.payment_intents.retrieve(intent.id)
    assert open_again.status == "requires_payment_method"
    assert open_again.last_payment_error is not None
    assert open_again.last_payment_error.code == "payment_intent_authentication_failure"
    assert sandbox.count("charges") == 0


def test_three_d_secure_passed_and_then_declined(
    client: stripe.StripeClient, sandbox: SandboxProcess
) -> None:
    intent = client.v1.payment_intents.create(order("pm_card_threeDSecureRequiredChargeDeclined"))
    assert intent.status == "requires_action"

    sandbox.control("POST", f"three_d_secure/{intent.id}", {"outcome": "pass"})

    declined = client.v1.payment_intents.retrieve(intent.id)
    assert declined.status == "requires_payment_method"
    assert declined.last_payment_error is not None
    assert declined.last_payment_error.code == "card_declined"


def test_nobody_can_authenticate_off_session(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as refused:
        client.v1.payment_intents.create(order("pm_card_authenticationRequired", off_session=True))
    assert refused.value.code == "authentication_required"


def test_a_saved_card_pays_again(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"email": "ines@example.org"})
    token = client.v1.test_helpers.confirmation_tokens.create(
        {
            "payment_method": "pm_card_visa",
            "return_url": SHOP,
            "setup_future_usage": "off_session",
        }
    )
    first = client.v1.payment_intents.create(
        order(None, return_url=None, confirmation_token=token.id, customer=customer.id)
    )
    assert first.setup_future_usage == "off_session"
    assert isinstance(first.payment_method, str)
    saved = client.v1.customers.payment_methods.list(customer.id)
    assert [method.id for method in saved.data] == [first.payment_method]

    second = client.v1.payment_intents.create(
        order(first.payment_method, customer=customer.id, amount=900)
    )
    assert (second.status, second.payment_method) == ("succeeded", first.payment_method)


def test_saving_the_card_is_taken_back_with_the_empty_text(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"email": "mai@etal.example"})
    with pytest.raises(stripe.CardError) as refused:
        client.v1.payment_intents.create(
            order(
                "pm_card_visa_chargeDeclined",
                customer=customer.id,
                setup_future_usage="on_session",
            )
        )
    assert refused.value.error is not None
    assert refused.value.error.payment_intent is not None
    intent = client.v1.payment_intents.retrieve(refused.value.error.payment_intent.id)
    assert intent.setup_future_usage == "on_session"
    token = client.v1.test_helpers.confirmation_tokens.create(
        {"payment_method": "pm_card_visa", "setup_future_usage": "on_session"}
    )
    paid = client.v1.payment_intents.confirm(
        intent.id,
        {"confirmation_token": token.id, "return_url": SHOP, "setup_future_usage": ""},
    )
    assert (paid.status, paid.setup_future_usage) == ("succeeded", None)
    assert client.v1.customers.payment_methods.list(customer.id).data == []


def test_a_card_that_was_not_saved_pays_once(client: stripe.StripeClient) -> None:
    first = client.v1.payment_intents.create(order())
    assert isinstance(first.payment_method, str)
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        client.v1.payment_intents.create(order(first.payment_method))


def test_a_confirmation_token_works_once(client: stripe.StripeClient) -> None:
    token = client.v1.test_helpers.confirmation_tokens.create(
        {"payment_method": "pm_card_visa", "return_url": SHOP}
    )
    paid = client.v1.payment_intents.create(order(None, confirmation_token=token.id))
    assert paid.status == "succeeded"
    assert client.v1.confirmation_tokens.retrieve(token.id).payment_intent == paid.id
    with pytest.raises(stripe.InvalidRequestError, match="already been used"):
        client.v1.payment_intents.create(order(None, confirmation_token=token.id))


def test_another_customers_card_is_refused(client: stripe.StripeClient) -> None:
    buyer = client.v1.customers.create({"name": "Buyer"})
    stranger = client.v1.customers.create({"name": "Stranger"})
    method = client.v1.payment_methods.attach("pm_card_visa", {"customer": buyer.id})
    with pytest.raises(stripe.InvalidRequestError, match="belongs to a different customer"):
        client.v1.payment_intents.create(order(method.id, customer=stranger.id))


def test_authorise_now_and_capture_a_part_later(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(order(capture_method="manual"))
    assert (intent.status, intent.amount_capturable) == ("requires_capture", 4250)

    captured = client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 4000})

    assert (captured.status, captured.amount_received) == ("succeeded", 4000)
    assert isinstance(captured.latest_charge, str)
    charge = client.v1.charges.retrieve(captured.latest_charge)
    assert (charge.amount_captured, charge.amount_refunded) == (4000, 250)


def test_cancel_only_what_has_not_been_paid(client: stripe.StripeClient) -> None:
    waiting = client.v1.payment_intents.create({"amount": 500, "currency": "eur"})
    canceled = client.v1.payment_intents.cancel(waiting.id, {"cancellation_reason": "abandoned"})
    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "abandoned")

    paid = client.v1.payment_intents.create(order())
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.cancel(paid.id)
    assert refused.value.code == "payment_intent_unexpected_state"
    assert refused.value.error is not None
    assert refused.value.error.payment_intent is not None
    assert refused.value.error.payment_intent.id == paid.id


def test_a_charge_gets_its_balance_transaction_a_moment_later(
    client: stripe.StripeClient,
) -> None:
    intent = client.v1.payment_intents.create(order(expand=["latest_charge"]))
    assert isinstance(intent.latest_charge, stripe.Charge)
    assert intent.latest_charge.balance_transaction is None
    charge = intent.latest_charge.id
    wait_for(lambda: client.v1.charges.retrieve(charge).balance_transaction is not None)

    later = client.v1.payment_intents.retrieve(
        intent.id, {"expand": ["latest_charge.balance_transaction"]}
    )

    assert isinstance(later.latest_charge, stripe.Charge)
    movement = later.latest_charge.balance_transaction
    assert isinstance(movement, stripe.BalanceTransaction)
    assert (movement.amount, movement.fee, movement.net) == (4250, 154, 4096)
    assert movement.source == charge


def test_the_dispute_card_brings_a_dispute(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(order("pm_card_createDispute"))
    wait_for(lambda: bool(client.v1.disputes.list({"payment_intent": intent.id}).data))

    dispute = client.v1.disputes.list({"payment_intent": intent.id}).data[0]

    assert (dispute.amount, dispute.reason, dispute.status) == (
        4250,
        "fraudulent",
        "needs_response",
    )
    assert dispute.balance_transactions[0].amount == -4250
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent.id})
    assert refused.value.code == "charge_disputed"


def test_saving_a_card_without_paying(client: stripe.StripeClient, sandbox: SandboxProcess) -> None:
    customer = client.v1.customers.create({"name": "Nour"})
    intent = client.v1.setup_intents.create(
        {
            "customer": customer.id,
            "confirm": True,
            "payment_method": "pm_card_authenticationRequiredOnSetup",
            "return_url": SHOP,
        }
    )
    assert intent.status == "requires_action"
    sandbox.control("POST", f"three_d_secure/{intent.id}", {"outcome": "pass"})
    saved = client.v1.setup_intents.retrieve(intent.id)
    assert saved.status == "succeeded"

    paid = client.v1.payment_intents.create(
        order(saved.payment_method, customer=customer.id, off_session=True)
    )
    assert paid.status == "succeeded"


def disputed(client: stripe.StripeClient, card: str = "pm_card_createDispute") -> stripe.Dispute:
    intent = client.v1.payment_intents.create(order(card))
    wait_for(lambda: bool(client.v1.disputes.list({"payment_intent": intent.id}).data))
    return client.v1.disputes.list({"payment_intent": intent.id}).data[0]


def types_of(client: stripe.StripeClient, dispute: stripe.Dispute) -> list[str]:
    """Stripe's events about a dispute, oldest first."""
    found = [
        event.type
        for event in client.v1.events.list({"limit": 100}).data
        if event.data.object["id"] == dispute.id
    ]
    return [name.removeprefix("charge.dispute.") for name in reversed(found)]


@pytest.mark.parametrize(
    ("text", "status", "amounts", "told"),
    [
        ("winning_evidence", "won", [(-4250, 1500), (4250, 0)], ["closed", "funds_reinstated"]),
        ("losing_evidence", "lost", [(-4250, 1500)], ["closed"]),
    ],
)
def test_evidence_decides_a_dispute(
    client: stripe.StripeClient,
    text: str,
    status: str,
    amounts: list[tuple[int, int]],
    told: list[str],
) -> None:
    dispute = disputed(client)
    client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": text}})
    wait_for(lambda: client.v1.disputes.retrieve(dispute.id).status == status)
    closed = client.v1.disputes.retrieve(dispute.id)
    assert [(each.amount, each.fee) for each in closed.balance_transactions] == amounts
    assert types_of(client, dispute) == ["created", "funds_withdrawn", "updated", *told]


def test_a_dispute_that_is_accepted_is_lost(client: stripe.StripeClient) -> None:
    dispute = disputed(client)
    assert client.v1.disputes.close(dispute.id).status == "lost"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.disputes.close(dispute.id)


def test_a_bank_that_only_asks_takes_nothing(client: stripe.StripeClient) -> None:
    dispute = disputed(client, "pm_card_createDisputeInquiry")
    assert (dispute.status, dispute.balance_transactions) == ("warning_needs_response", [])
    assert dispute.is_charge_refundable
    assert types_of(client, dispute) == ["created"]
    refund = client.v1.refunds.create({"payment_intent": str(dispute.payment_intent)})
    assert refund.status == "succeeded"


def test_a_test_decides_a_dispute_at_once(
    client: stripe.StripeClient, sandbox: SandboxProcess
) -> None:
    dispute = disputed(client)
    sandbox.control("POST", f"disputes/{dispute.id}", {"outcome": "won"})
    assert client.v1.disputes.retrieve(dispute.id).status == "won"
