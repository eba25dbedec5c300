"""What became of a press, asked for by its key: the truth about the money, and how long it waits."""

from __future__ import annotations

import pytest
from django.utils import timezone

from checkout.models import Order, Payment
from tests.checkout_pages import shelves

KEY = "a" * 32


@pytest.fixture
def order(guest, market) -> Order:
    """A guest's order whose payment was declined."""
    guest.open(market.lamp)
    order = shelves.place(market.lamp, principal=shelves.guest_name(guest), key=KEY)
    shelves.set_payment(order, Payment.Status.DECLINED, code="insufficient_funds")
    return order


def outcome(visitor, **headers):
    return visitor.client.get(f"/payments/outcome/?key={KEY}", **headers).json()


@pytest.mark.parametrize(
    ("seconds", "language", "before", "clocks"),
    [
        (210, "en", "Your items are held for you for <time", ("3:29", "3:28")),
        (65, "en", "Your items are held for you for <time", ("1:04", "1:03")),
        (210, "fr", "Vos articles vous sont réservés encore <time", ("3:29", "3:28")),
    ],
)
def test_a_declined_card_says_how_long_the_goods_still_wait(
    guest, order, seconds, language, before, clocks
):
    shelves.hold(order, seconds=seconds)
    answer = outcome(guest, HTTP_ACCEPT_LANGUAGE=language)
    assert answer["kind"] == "declined"
    assert before in answer["html"]
    assert 'role="timer"' in answer["html"]
    assert any(f">{clock}</time>" in answer["html"] for clock in clocks)


def test_nothing_is_counted_down_once_the_time_is_over(guest, order):
    shelves.hold(order, seconds=-1)
    html = outcome(guest)["html"]
    assert "There is not enough money on this card. Nothing was charged. <" in html
    assert "timer" not in html


def test_a_bank_that_waits_for_its_customer_is_named(guest, order):
    shelves.set_payment(order, Payment.Status.REQUIRES_ACTION)
    assert outcome(guest) == {"kind": "asks"}


def test_a_payment_under_way_is_pending(guest, order):
    shelves.set_payment(order, Payment.Status.PROCESSING)
    assert outcome(guest) == {"kind": "pending"}


def test_nobody_is_told_that_an_order_is_paid_which_was_cancelled(guest, order):
    """Its payment came too late, or its shop cancelled it: the money goes back."""
    shelves.mark_paid(order)
    assert outcome(guest)["kind"] == "paid"
    Order.objects.filter(pk=order.pk).update(
        status=Order.Status.CANCELLED, cancelled_at=timezone.now()
    )
    settled = guest.client.post("/payments/settle/", {"key": KEY}, HTTP_ACCEPT="application/json")
    for answer in (settled.json(), outcome(guest)):
        assert answer["kind"] == "cancelled"
        assert (
            "This order was cancelled. What was charged goes back to your card." in answer["html"]
        )
    page = guest.client.post("/payments/settle/", {"key": KEY})
    assert (page.status_code, "thanks" in page["Location"]) == (302, False)
