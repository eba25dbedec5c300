"""What the tables of the protocols hold of people: what was told of orders, which is taken out of it."""

from __future__ import annotations

from accounts.models import User
from checkout.models import Order
from protocols.models import (
    AcpConnection,
    AcpFeed,
    AcpFeedItem,
    AcpToldOrder,
    OrderNewsMark,
    Platform,
    ToldOrder,
)
from shopping.personal import Fate, Table, nobodys
from webhooks.models import Delivery

FORMS = ("acp", "ucp")


def empty_news(person: User) -> None:
    """What agents and platforms were told of their orders stands nowhere any more, and nothing more is
    told: an order document has its buyer's address."""
    for order in Order.objects.filter(user=person).iterator():
        told = Delivery.objects.filter(
            endpoint__form__in=FORMS, body__contains=str(order.public_id)
        )
        told.filter(status=Delivery.Status.PENDING).update(
            status=Delivery.Status.FAILED, next_attempt_at=None
        )
        told.update(body="{}")


BLOCKERS = ()
TABLES = (
    Table(
        model=ToldOrder,
        fate=Fate.KEEP,
        erase=empty_news,
        kept="as long as the order",
        why="nothing is told twice; it holds a digest alone",
    ),
    *nobodys(AcpToldOrder, kept="as long as the order"),
    *nobodys(Platform, AcpConnection, AcpFeed, kept="always: set by the operator, or by itself"),
    *nobodys(AcpFeedItem, kept="as long as the feed"),
    *nobodys(OrderNewsMark, kept="always: one row"),
)
