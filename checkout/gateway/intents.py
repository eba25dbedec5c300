"""PaymentIntents: made, confirmed, looked up, cancelled."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from checkout.gateway.client import GRANTED_VERSION, client, errors
from checkout.gateway.values import Charge, Intent, intent_of

if TYPE_CHECKING:
    from stripe import RequestOptions
    from stripe.params import PaymentIntentConfirmParams, PaymentIntentCreateParams

Cancellation = Literal["abandoned", "duplicate", "requested_by_customer"]


def pay(charge: Charge, *, key: str) -> Intent:
    """Create a PaymentIntent and confirm it in the same call.

    Raises Declined, Refused, Unknown; KeyInUse if `key` has served something else.
    https://docs.stripe.com/api/payment_intents/create
    """
    params: PaymentIntentCreateParams = {
        "amount": charge.amount,
        "currency": charge.currency.lower(),
        "confirm": True,
        "return_url": charge.return_url,
        "metadata": {"payment": charge.payment_id, "order": charge.order_id},
        # The same as that of the transfers which come from its charge.
        "transfer_group": charge.order_id,
        "expand": ["payment_method"],
    }
    if charge.confirmation_token:
        params["confirmation_token"] = charge.confirmation_token
    else:
        params.update(_means(charge))  # type: ignore[typeddict-item]  # of the preview too
        params["use_stripe_sdk"] = True
    if charge.customer_id:
        params["customer"] = charge.customer_id
    if charge.save_card:
        params["setup_future_usage"] = "on_session"
    with errors(test=charge.test):
        intents = client(test=charge.test).v1.payment_intents
        intent = intents.create(params, options=_options(charge, key))
    return intent_of(intent, test=charge.test)


def pay_again(intent_id: str, charge: Charge, *, key: str) -> Intent:
    """Confirm an intent that was declined, or waits for the shopper, with another card.

    Raises Declined, Refused (also where the intent is past confirming), Unknown.
    https://docs.stripe.com/api/payment_intents/confirm
    """
    params: PaymentIntentConfirmParams = {
        "return_url": charge.return_url,
        "expand": ["payment_method"],
    }
    if charge.confirmation_token:
        params["confirmation_token"] = charge.confirmation_token
    else:
        params.update(_means(charge))  # type: ignore[typeddict-item]  # of the preview too
        params["use_stripe_sdk"] = True
    # What an attempt before this one asked for stays on the intent; the empty text takes it off.
    params["setup_future_usage"] = "on_session" if charge.save_card else ""
    with errors(test=charge.test):
        intents = client(test=charge.test).v1.payment_intents
        intent = intents.confirm(intent_id, params, options=_options(charge, key))
    return intent_of(intent, test=charge.test)


def _means(charge: Charge) -> dict[str, Any]:
    """The saved card, or what an agent was granted for this purchase.

    https://docs.stripe.com/agentic-commerce/concepts/shared-payment-tokens
    """
    if charge.granted_token:
        return {"payment_method_data": {"shared_payment_granted_token": charge.granted_token}}
    return {"payment_method": charge.payment_method_id or ""}


def _options(charge: Charge, key: str) -> RequestOptions:
    """How the call is made: granted tokens are known to a preview version alone."""
    if charge.granted_token:
        return {"idempotency_key": key, "stripe_version": GRANTED_VERSION}
    return {"idempotency_key": key}


def join_customer(intent_id: str, customer_id: str) -> None:
    """Give an unpaid intent its customer, without whom no card can be saved or be used again."""
    with errors():
        client().v1.payment_intents.update(intent_id, {"customer": customer_id})


def block(charge: Charge, *, key: str) -> Intent:
    """Use up `key` on an intent without a card, which can charge nobody.

    From then on a request that was lost on its way and arrives late under the same key is refused
    by Stripe. Raises KeyInUse if one has arrived already, Refused, Unknown.
    https://docs.stripe.com/api/idempotent_requests
    """
    with errors():
        intent = client(test=charge.test).v1.payment_intents.create(
            {
                "amount": charge.amount,
                "currency": charge.currency.lower(),
                "metadata": {"payment": charge.payment_id, "order": charge.order_id},
            },
            options={"idempotency_key": key},
        )
    return intent_of(intent, test=charge.test)


def retrieve(intent_id: str, *, test: bool = False) -> Intent:
    """The intent as it is now. Raises Refused for an unknown one, Unknown."""
    with errors():
        intents = client(test=test).v1.payment_intents
        intent = intents.retrieve(intent_id, {"expand": ["payment_method"]})
    return intent_of(intent, test=test)


def find(payment_id: str, *, since: datetime, until: datetime, test: bool = False) -> Intent | None:
    """The intent that was made for our payment in that time, a paid one first; None if none was.

    Stripe lists what it has made at once, other than its search. Raises Unknown.
    """
    found: Intent | None = None
    with errors():
        page = client(test=test).v1.payment_intents.list(
            {
                "created": {"gte": int(since.timestamp()), "lte": int(until.timestamp()) + 1},
                "limit": 100,
                "expand": ["data.payment_method"],
            }
        )
        for each in page.auto_paging_iter():
            intent = intent_of(each, test=test)
            if intent.payment_id != payment_id:
                continue
            if intent.status == "succeeded":
                return intent
            found = found or intent
    return found


def cancel(intent_id: str, *, reason: Cancellation, test: bool = False) -> Intent:
    """Make sure that an intent never charges anybody.

    Raises Refused if it has already, or is with the bank; Unknown.
    """
    with errors():
        intent = client(test=test).v1.payment_intents.cancel(
            intent_id, {"cancellation_reason": reason, "expand": ["payment_method"]}
        )
    return intent_of(intent, test=test)
