"""What the API answers where the verbs of buying say no: a status each, and the figures to go on with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from catalogue.models import Variant
from checkout.api import quote_shapes
from checkout.cart_orders import CartIsBeingPaid
from checkout.codes import CodeRefused
from checkout.errors import (
    BadAddress,
    CheckoutError,
    FewerLeft,
    NotInCart,
    PersonLimit,
    QueueFirst,
    SoldOut,
    TotalChanged,
)
from checkout.limits import TooOften
from checkout.outcomes import Outcome
from checkout.refund_errors import RefundChanged, TooManyPieces, TooMuch
from checkout.tax_errors import NeedsTax, TaxUnknown
from partners.shapes import money


class PaymentDeclined(CheckoutError):
    """The order of a `purchase`, as it is shown, is there and not paid, by what `outcome` says."""

    code = "payment_declined"

    def __init__(self, outcome: Outcome, purchase: dict[str, Any]) -> None:
        super().__init__(outcome.decline_code)
        self.outcome = outcome
        self.purchase = purchase

    @property
    def message(self) -> str:
        return self.outcome.message


class AmountChanged(RefundChanged):
    """A refund comes to another amount than was seen; `preview` has the new figures, as shown."""

    def __init__(self, preview: dict[str, Any]) -> None:
        super().__init__()
        self.preview = preview


# The first that fits. What may be otherwise in a moment is a conflict, and its answer is not kept.
REFUSALS: dict[type[Exception], int] = {
    PaymentDeclined: 402,
    NotInCart: 404,
    CartIsBeingPaid: 409,
    FewerLeft: 409,
    NeedsTax: 409,
    QueueFirst: 409,
    SoldOut: 409,
    TotalChanged: 409,
    RefundChanged: 409,
    TooOften: 429,
    TaxUnknown: 503,
    CheckoutError: 422,
}


def figures(error: CheckoutError) -> dict[str, Any]:
    """What a program needs of `error`, beside its code."""
    return next((tell(error) for kind, tell in FIGURES.items() if isinstance(error, kind)), {})


def _shortages(error: SoldOut) -> list[dict[str, Any]]:
    """How many are left of each variant that falls short."""
    found = Variant.objects.filter(pk__in=error.shortages).values_list("pk", "public_id")
    return [{"variant_id": str(name), "left": error.shortages[pk]} for pk, name in found]


# What a purchase calls a field that a page's form has under another roof.
OUTSIDE = {"email": "#/email", "note": "#/note", "address": "#/address_id"}


def _wrong(name: str, said: str) -> dict[str, str]:
    pointer = OUTSIDE.get(name, f"#/address/{name}")
    return {"pointer": pointer, "detail": said, "code": "invalid"}


FIGURES: dict[type[CheckoutError], Callable[[Any], dict[str, Any]]] = {
    PaymentDeclined: lambda error: {
        "decline_code": error.outcome.decline_code,
        "purchase": error.purchase,
    },
    TotalChanged: lambda error: {"quote": quote_shapes.shown(error.quote)},
    SoldOut: lambda error: {"shortages": _shortages(error)},
    AmountChanged: lambda error: {"preview": error.preview},
    FewerLeft: lambda error: {"left": error.left},
    TooManyPieces: lambda error: {"left": error.left},
    TooMuch: lambda error: {"left": money(error.left.amount, error.left.currency)},
    PersonLimit: lambda error: {"most": error.most, "held": error.held},
    QueueFirst: lambda error: {"drop_id": str(error.drop)},
    CodeRefused: lambda error: {"reason": error.reason},
    BadAddress: lambda error: {
        "errors": [_wrong(name, said) for name, said in error.fields.items()]
    },
}
