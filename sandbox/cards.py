"""Stripe's published test cards: numbers, `pm_card_...` names, and what each one does.

https://docs.stripe.com/testing
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Decline:
    """Why an issuer refuses: Stripe's `code`, its `decline_code` and the sentence for the shopper."""

    code: str
    decline_code: str
    message: str
    network_code: str = "01"


DECLINED = "Your card was declined."
GENERIC = Decline("card_declined", "generic_decline", DECLINED)
INSUFFICIENT = Decline(
    "card_declined", "insufficient_funds", "Your card has insufficient funds.", "51"
)
LOST = Decline("card_declined", "lost_card", DECLINED, "41")
STOLEN = Decline("card_declined", "stolen_card", DECLINED, "43")
VELOCITY = Decline(
    "card_declined",
    "card_velocity_exceeded",
    "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
    "65",
)
EXPIRED = Decline("expired_card", "expired_card", "Your card has expired.", "54")
INCORRECT_CVC = Decline(
    "incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.", "82"
)
PROCESSING = Decline(
    "processing_error",
    "processing_error",
    "An error occurred while processing your card. Try again in a little bit.",
    "96",
)
LIVE_CARD = Decline(
    "card_declined",
    "test_mode_live_card",
    "Your card was declined. Your request was in test mode, but used a non test (live) card. "
    "For a list of valid test cards, visit: https://stripe.com/docs/testing.",
)
AUTHENTICATION = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
    "1A",
)


@dataclass(frozen=True)
class Card:
    """A test card.

    `attaches` is False for cards that an issuer refuses already when they are saved. `authenticate` says
    when 3-D Secure must be passed: `never`, `optional` (only when asked for), `setup` (until the card has
    been set up once), `always`. `dispute` is the reason of the dispute that its charges meet.
    """

    name: str
    number: str
    brand: str
    funding: str = "credit"
    country: str = "US"
    decline: Decline | None = None
    attaches: bool = True
    authenticate: str = "optional"
    dispute: str | None = None

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def fingerprint(self) -> str:
        """Equal for equal numbers, as Stripe's is."""
        return hashlib.sha256(self.number.encode()).hexdigest()[:16]


def good(
    name: str, number: str, brand: str, *, funding: str = "credit", country: str = "US"
) -> Card:
    return Card(name, number, brand, funding, country)


def declined(name: str, number: str, decline: Decline) -> Card:
    return Card(name, number, "visa", decline=decline, attaches=False)


def secure(
    name: str,
    number: str,
    authenticate: str,
    *,
    decline: Decline | None = None,
    country: str = "US",
) -> Card:
    return Card(name, number, "visa", country=country, decline=decline, authenticate=authenticate)


CARDS = (
    good("visa", "4242424242424242", "visa"),
    good("visa_debit", "4000056655665556", "visa", funding="debit"),
    good("mastercard", "5555555555554444", "mastercard"),
    good("mastercard_2series", "2223003122003222", "mastercard"),
    good("mastercard_debit", "5200828282828210", "mastercard", funding="debit"),
    good("mastercard_prepaid", "5105105105105100", "mastercard", funding="prepaid"),
    good("amex", "378282246310005", "amex"),
    good("amex_2", "371449635398431", "amex"),
    good("discover", "6011111111111117", "discover"),
    good("diners", "3056930009020004", "diners"),
    good("jcb", "3566002020360505", "jcb"),
    good("unionpay", "6200000000000005", "unionpay"),
    good("fr", "4000002500000003", "visa", country="FR"),
    good("de", "4000002760000016", "visa", country="DE"),
    good("gb", "4000008260000000", "visa", country="GB"),
    good("ca", "4000001240000000", "visa", country="CA"),
    declined("visa_chargeDeclined", "4000000000000002", GENERIC),
    declined("visa_chargeDeclinedInsufficientFunds", "4000000000009995", INSUFFICIENT),
    declined("visa_chargeDeclinedLostCard", "4000000000009987", LOST),
    declined("visa_chargeDeclinedStolenCard", "4000000000009979", STOLEN),
    declined("visa_chargeDeclinedVelocityLimitExceeded", "4000000000006975", VELOCITY),
    declined("chargeDeclinedExpiredCard", "4000000000000069", EXPIRED),
    declined("chargeDeclinedIncorrectCvc", "4000000000000127", INCORRECT_CVC),
    declined("chargeDeclinedProcessingError", "4000000000000119", PROCESSING),
    Card("chargeCustomerFail", "4000000000000341", "visa", decline=GENERIC),
    secure("threeDSecure2Required", "4000000000003220", "always"),
    secure("threeDSecureRequired", "4000000000003063", "always"),
    secure("threeDSecureRequiredChargeDeclined", "4000008400001629", "always", decline=GENERIC),
    secure("threeDSecureOptional", "4000000000003055", "optional"),
    Card("amex_threeDSecureNotSupported", "378282246310005", "amex", authenticate="never"),
    secure("authenticationRequiredOnSetup", "4000002500003155", "setup", country="FR"),
    secure("authenticationRequired", "4000002760003184", "always", country="DE"),
    secure(
        "authenticationRequiredChargeDeclinedInsufficientFunds",
        "4000008260003178",
        "always",
        decline=INSUFFICIENT,
        country="GB",
    ),
    Card("createDispute", "4000000000000259", "visa", dispute="fraudulent"),
    Card(
        "createDisputeProductNotReceived",
        "4000000000002685",
        "visa",
        dispute="product_not_received",
    ),
    Card("createDisputeInquiry", "4000000000001976", "visa", dispute="inquiry"),
)

ALIASES = {
    "chargeDeclined": "visa_chargeDeclined",
    "chargeDeclinedInsufficientFunds": "visa_chargeDeclinedInsufficientFunds",
    "us": "visa",
}
BY_NAME = {card.name: card for card in CARDS}
BY_NUMBER = {card.number: card for card in reversed(CARDS)}
PUBLISHED = "pm_card_"
LEGACY = "tok_"


def published(identifier: str) -> Card | None:
    """The card behind a published id such as `pm_card_visa` or `tok_visa`; None for any other id."""
    for prefix in (PUBLISHED, LEGACY):
        if identifier.startswith(prefix):
            name = identifier.removeprefix(prefix)
            return BY_NAME.get(ALIASES.get(name, name))
    return None


def by_number(number: str) -> Card:
    """The card with this number; one that no test list names is declined as a live card would be."""
    known = BY_NUMBER.get(number)
    if known is not None:
        return known
    return Card(
        f"number:{number[-4:]}", number, brand_of(number), decline=LIVE_CARD, attaches=False
    )


def by_name(name: str) -> Card:
    """The card of that name as `payment_methods` stored it."""
    if name.startswith("number:"):
        last4 = name.removeprefix("number:")
        return Card(name, "0" * 12 + last4, "unknown", decline=LIVE_CARD, attaches=False)
    return BY_NAME[name]


def brand_of(number: str) -> str:
    for brand, starts in {
        "visa": ("4",),
        "mastercard": ("51", "52", "53", "54", "55", "22", "23", "24", "25", "26", "27"),
        "amex": ("34", "37"),
        "discover": ("60", "65"),
        "diners": ("30", "36", "38"),
        "jcb": ("35",),
        "unionpay": ("62",),
    }.items():
        if number.startswith(starts):
            return brand
    return "unknown"


def valid_number(number: str) -> bool:
    """Whether the digits pass the Luhn check and have a card's length."""
    if not number.isdigit() or not 12 <= len(number) <= 19:
        return False
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
