"""What became of an attempt to pay, as the page that made it needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from checkout import declines
from checkout.models import Payment

Kind = Literal["succeeded", "needs_action", "declined", "unknown", "processing"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`client_secret` is for the browser, which leads the shopper through 3-D Secure with it.

    "declined": nothing was charged, and `message` says why. "processing": the bank is at it.
    "unknown": we were not told; the shopper must not pay again, and a worker finds out.
    """

    kind: Kind
    client_secret: str | None = None
    decline_code: str = ""
    message: str = ""


UNKNOWN = Outcome("unknown")


def declined(code: str) -> Outcome:
    return Outcome("declined", decline_code=code, message=declines.message(code))


def of(payment: Payment, *, client_secret: str = "") -> Outcome:
    """The outcome that a payment's status stands for."""
    match payment.status:
        case Payment.Status.SUCCEEDED:
            return Outcome("succeeded")
        case Payment.Status.REQUIRES_ACTION:
            return Outcome("needs_action", client_secret=client_secret)
        case Payment.Status.PROCESSING:
            return Outcome("processing")
        case Payment.Status.CANCELLED:
            return declined(declines.ORDER_CLOSED)
        case Payment.Status.DECLINED:
            return declined(payment.decline_code)
    return declined(declines.NOT_STARTED)
