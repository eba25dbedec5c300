"""Why a payment did not go through, in words for the shopper.

Each says that nothing was charged. Stripe's own sentences are English and say more than a stranger
with somebody else's card should read, so only its codes are used.
https://docs.stripe.com/declines/codes
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

# Codes of ours, for what no bank said.
NOT_STARTED = "not_started"
NOT_RECEIVED = "not_received"
ORDER_CLOSED = "order_closed"
TOO_MANY_ATTEMPTS = "too_many_attempts"

TRY_AGAIN = _("The bank could not take the payment just now. Nothing was charged; try again.")
BAD_CARD = _("The card's number, date or security code is not right. Nothing was charged.")
MESSAGES = {
    NOT_STARTED: _("This order is not paid yet. Nothing was charged."),
    NOT_RECEIVED: _("The payment did not get through. Nothing was charged; try again."),
    ORDER_CLOSED: _("This order was cancelled. Nothing was charged."),
    TOO_MANY_ATTEMPTS: _("There were too many attempts. Nothing was charged; order again later."),
    "insufficient_funds": _("There is not enough money on this card. Nothing was charged."),
    "expired_card": _("This card has expired. Nothing was charged."),
    "card_velocity_exceeded": _("This card has reached its limit. Nothing was charged."),
    "withdrawal_count_limit_exceeded": _("This card has reached its limit. Nothing was charged."),
    "card_not_supported": _("This card does not work here. Nothing was charged."),
    "currency_not_supported": _("This card does not pay in this currency. Nothing was charged."),
    "amount_too_small": _("This total is too small to be paid by card. Nothing was charged."),
    "authentication_required": _("The bank wants you to confirm the payment. Nothing was charged."),
    "payment_intent_authentication_failure": _(
        "The bank did not get your confirmation. Nothing was charged; try again."
    ),
    "processing_error": TRY_AGAIN,
    "issuer_not_available": TRY_AGAIN,
    "try_again_later": TRY_AGAIN,
    "reenter_transaction": TRY_AGAIN,
    "incorrect_cvc": _("The security code is not right. Nothing was charged."),
    "invalid_cvc": _("The security code is not right. Nothing was charged."),
    "incorrect_number": BAD_CARD,
    "invalid_number": BAD_CARD,
    "invalid_expiry_month": BAD_CARD,
    "invalid_expiry_year": BAD_CARD,
}
ANY = _("Your bank declined this card. Nothing was charged.")


def message(code: str) -> str:
    """A whole sentence in the active language for a decline code, known or not."""
    return str(MESSAGES.get(code, ANY))
