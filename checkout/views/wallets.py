"""What the browser's wallet is told of a purchase: its total, and the one way it is delivered."""

from __future__ import annotations

from http import HTTPStatus

from django.http import JsonResponse
from django.utils.translation import gettext as _

from checkout.quotes import Quote


def answer(quoted: Quote | None, *, can_pay: bool) -> JsonResponse:
    """The figures of `quoted`, in minor units, as Stripe's Express Checkout Element takes them.

    422 where it cannot be sold like this; the wallet then refuses the address.
    """
    if quoted is None or not can_pay:
        return JsonResponse({"kind": "refused"}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    names = dict.fromkeys(delivery.name for delivery in quoted.deliveries)
    rate = {
        "id": "delivery",
        "displayName": ", ".join(names) or _("Nothing to send"),
        "amount": quoted.delivery_total.amount,
    }
    return JsonResponse(
        {"amount": quoted.total.amount, "currency": quoted.currency, "shippingRates": [rate]}
    )
