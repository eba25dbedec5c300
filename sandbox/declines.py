"""`card_error` answers (HTTP 402) and the same as it stands in `last_payment_error`."""

from __future__ import annotations

from typing import Any

from sandbox.cards import Decline
from sandbox.errors import StripeError, doc_url

ADVICE = {"processing_error": "try_again_later", "insufficient_funds": "try_again_later"}
FINAL = ("lost_card", "stolen_card", "expired_card")


def card_error(code: str, message: str, param: str) -> StripeError:
    """A card mistyped: refused before any issuer was asked."""
    detail = {"code": code, "message": message, "param": param, "type": "card_error"}
    return StripeError(402, detail)


def advice_code(decline: Decline) -> str | None:
    if decline.decline_code in FINAL:
        return "do_not_try_again"
    return ADVICE.get(decline.decline_code)


def decline_detail(decline: Decline, **extra: Any) -> dict[str, Any]:
    """The members of a decline as errors and `last_payment_error` carry them."""
    detail = {
        "code": decline.code,
        "decline_code": decline.decline_code,
        "doc_url": doc_url(decline.code),
        "message": decline.message,
        "type": "card_error",
        **extra,
    }
    advice = advice_code(decline)
    if advice:
        detail["advice_code"] = advice
    if decline.code == "incorrect_cvc":
        detail["param"] = "cvc"
    return detail


def decline_error(decline: Decline, **extra: Any) -> StripeError:
    """HTTP 402; what the attempt wrote (the failed charge, the intent's state) stays."""
    return StripeError(402, decline_detail(decline, **extra), keep=True)
