"""What shoppers with an account read of their orders among their notifications; the letters by mail
say the same to everybody."""

from __future__ import annotations

from django.urls import reverse

from checkout import orders
from checkout.models import Order, Refund
from feeds import notifications
from feeds.models import NoticeType


def paid(order: Order, *, agent: str = "") -> None:
    """`agent` is the program that bought it, where one did: the buyer may not have been there."""
    _tell(order, "paid", about=order.public_id, **({"agent": agent} if agent else {}))


def sent(order: Order, *, shop: str, parcel: object) -> None:
    """The shop named `shop` sent its part of `order`; `parcel` is the part's public id."""
    _tell(order, "sent", about=parcel, shop=shop)


def delivered(order: Order, *, shop: str, parcel: object) -> None:
    """See `sent`."""
    _tell(order, "delivered", about=parcel, shop=shop)


def refunded(refund: Refund) -> None:
    order = refund.payment.order
    _tell(
        order,
        "refunded",
        about=refund.public_id,
        amount=refund.amount,
        currency=order.currency,
    )


def _tell(order: Order, what: str, *, about: object, **facts: str | int) -> None:
    if order.user_id is None:
        return
    notifications.tell(
        order.user_id,
        NoticeType.ORDER,
        reference=f"order:{what}:{about}",
        data={
            "what": what,
            "number": order.reference,
            "link": reverse("checkout:order", args=[orders.token(order)]),
            **facts,
        },
    )
