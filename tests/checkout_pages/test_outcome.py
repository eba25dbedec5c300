"""What became of a press, asked for by its key: the truth about the money, and how long it waits."""

from __future__ import annotations

import pytest

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
    ("seconds", "language", "words"),
    [
        (210, "en", "Nothing was charged. It is held for you for 3 minutes."),
        (90, "en", "Nothing was charged. It is held for you for 1 minute."),
        (50, "en", "Nothing was charged. It is held for you for less than a minute."),
        (-1, "en", "There is not enough money on this card. Nothing was charged. <"),
        (210, "fr", "Rien n’a été débité. L’article vous est réservé pendant 3 minutes."),
        (50, "fr", "L’article vous est réservé pendant moins d’une minute."),
    ],
)
def test_a_declined_card_says_how_long_the_goods_still_wait(guest, order, seconds, language, words):
    shelves.hold(order, seconds=seconds)
    answer = outcome(guest, HTTP_ACCEPT_LANGUAGE=language)
    assert answer["kind"] == "declined"
    assert words in answer["html"]


def test_a_bank_that_waits_for_its_customer_is_named(guest, order):
    shelves.set_payment(order, Payment.Status.REQUIRES_ACTION)
    assert outcome(guest) == {"kind": "asks"}


def test_a_payment_under_way_is_pending(guest, order):
    shelves.set_payment(order, Payment.Status.PROCESSING)
    assert outcome(guest) == {"kind": "pending"}
