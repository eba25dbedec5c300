"""Shoppers with an account find the news of their orders among their notifications."""

from __future__ import annotations

import pytest

from checkout.models import Order
from feeds.models import Notification
from fulfilment import fulfilment_orders

pytestmark = pytest.mark.django_db


def test_paid_sent_and_delivered_are_told_once_each(order: Order) -> None:
    assert order.user is not None
    for parcel in fulfilment_orders.open_for(order.pk):
        fulfilment_orders.pack(parcel, actor=None)
        fulfilment_orders.ship(parcel, carrier="Colissimo", tracking_number="1", actor=None)
        fulfilment_orders.deliver(parcel, actor=None)
    told = Notification.objects.filter(user=order.user).order_by("pk")
    assert [notice.data["what"] for notice in told] == [
        "paid",
        *("sent", "delivered") * 2,
    ]
    assert all(notice.target.startswith("/orders/") for notice in told)
