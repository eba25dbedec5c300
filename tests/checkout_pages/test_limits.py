"""Whoever tries too often waits, is told for how long, and keeps what they typed; others go on."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.test import Client

from checkout import limits, looks, offers
from checkout.models import Offer, Order, Payment
from shopping import limits as counting
from shopping.limits import Limit
from tests.checkout_pages import shelves
from tests.checkout_pages.conftest import PART, SCRIPT, Visitor
from tests.journeys.cast import Market, set_stock

WAIT = "This was tried too often. Nothing was charged; wait "
KEY = "d" * 32
NOW = 1_700_000_000  # 200 seconds into ten minutes, 800 into an hour


@pytest.fixture(autouse=True)
def limited(settings, monkeypatch):
    """The counts of other tests' visitors, who all come from one address, are not ours.

    Time stands still: no window ends during a test.
    """
    settings.LIMIT_VISITORS = True
    monkeypatch.setattr(counting, "time", SimpleNamespace(time=lambda: NOW))
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def no_redis(settings, limited):
    dead = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    living = settings.CACHES
    settings.CACHES = {**living, "default": dead}
    yield
    settings.CACHES = living


def guess(visitor: Visitor, market: Market, code: str, **headers: str):
    form = visitor.form(market.lamp, code=code)
    return visitor.client.post(f"/buy/{market.lamp.public_id}/quote/", form, **(headers or PART))


def use_up(rule: limits.Rule, who: str) -> None:
    for _ in range(rule.visitor.most):
        counting.count(rule.visitor, who)


def test_ten_wrong_codes_are_answered_and_the_next_one_waits(
    guest: Visitor, market: Market
) -> None:
    offers.save(Offer(name="Welcome", code="MARKET5", kind="amount", amount=500, currency="EUR"))
    for number in range(10):
        answer = guess(guest, market, f"WRONG{number}")
        assert answer.status_code == 200
    refused = guess(guest, market, "MARKET5")
    page = refused.content.decode()
    assert refused.status_code == 429
    assert refused["Retry-After"] == "400"
    assert f"{WAIT}7 minutes, then try again." in page
    assert 'value="MARKET5"' in page
    assert "Pay €87.90" in page
    assert "is applied." not in page
    without = guess(guest, market, "")
    assert (without.status_code, WAIT in without.content.decode()) == (200, False)


def test_a_wrong_code_that_stays_in_its_field_counts_once(guest: Visitor, market: Market) -> None:
    for _ in range(12):
        assert guess(guest, market, "TYPO").status_code == 200
    assert guess(guest, market, "OTHER").status_code == 200


def test_a_right_code_does_not_count(guest: Visitor, market: Market) -> None:
    for number in range(12):
        name = f"RIGHT{number}"
        offers.save(Offer(name=name, code=name, kind="amount", amount=500, currency="EUR"))
        assert f"{name} is applied." in guess(guest, market, name).content.decode()


def test_another_visitor_is_not_held_up(guest: Visitor, market: Market) -> None:
    for number in range(11):
        guess(guest, market, f"WRONG{number}")
    assert guess(Visitor(Client()), market, "WRONG").status_code == 200


def test_whoever_throws_their_cookie_away_is_known_by_their_address(market: Market) -> None:
    for number in range(limits.CODES.address.most):
        limits.count_code(f"WRONG{number}", limits.Visitor("", "127.0.0.1"))
    assert guess(Visitor(Client()), market, "WRONG").status_code == 429


def test_a_press_with_a_guess_too_many_places_nothing(guest: Visitor, market: Market) -> None:
    form = guest.form(market.lamp, code="WRONG")
    use_up(limits.CODES, shelves.guest_name(guest))
    answer = guest.place(market.lamp, form)
    assert (answer.status_code, answer.json()["kind"]) == (429, "refused")
    assert WAIT in answer.json()["html"]
    assert answer["Retry-After"] == "400"
    assert not Order.objects.exists()


def test_without_a_script_it_is_a_page_that_keeps_what_was_typed(
    guest: Visitor, market: Market
) -> None:
    guest.open(market.lamp)
    use_up(limits.CODES, shelves.guest_name(guest))
    answer = guess(guest, market, "WRONG", HTTP_ACCEPT="text/html")
    assert answer.status_code == 429
    for words in (WAIT, 'value="WRONG"', 'value="3 quai Lamartine"'):
        assert words in answer.content.decode(), words


@pytest.mark.django_db(transaction=True)
def test_thirty_orders_and_no_more_in_ten_minutes(guest: Visitor, market: Market) -> None:
    """The provider does not answer in these tests."""
    set_stock(market.lamp.variants.get(), pieces=99)
    sent = guest.form(market.lamp)
    for _ in range(limits.ORDERS.visitor.most - 1):
        counting.count(limits.ORDERS.visitor, shelves.guest_name(guest))
    assert guest.place(market.lamp, sent).status_code == 200
    form = {**sent, "key": "f" * 32}
    answer = guest.place(market.lamp, form)
    assert (answer.status_code, answer.json()["kind"]) == (429, "refused")
    assert answer["Retry-After"] == "400"
    assert WAIT in answer.json()["html"]
    assert Order.objects.count() == 1
    page = guest.client.post(f"/buy/{market.lamp.public_id}/place/", form, HTTP_ACCEPT="text/html")
    assert page.status_code == 429
    assert 'value="3 quai Lamartine"' in page.content.decode()
    assert Visitor(Client()).place(market.lamp, form).status_code == 409  # A stranger's own press.


def test_a_press_with_a_mistake_in_it_does_not_count(guest: Visitor, market: Market) -> None:
    form = guest.form(market.lamp, postal_code="1")
    for _ in range(limits.ORDERS.visitor.most + 1):
        assert guest.place(market.lamp, form).status_code == 422


def test_a_card_too_many_is_not_set_up(returning: Visitor, mai) -> None:
    use_up(limits.CARDS, f"user:{mai.pk}")
    answer = returning.client.post("/account/cards/set-up/", {"key": KEY}, **SCRIPT)
    assert answer.status_code == 429
    assert answer.json()["message"] == f"{WAIT}47 minutes, then try again."
    assert answer["Retry-After"] == "2800"


def test_in_french(guest: Visitor, market: Market) -> None:
    guest.open(market.lamp)
    use_up(limits.CODES, shelves.guest_name(guest))
    answer = guess(guest, market, "WRONG", HTTP_ACCEPT_LANGUAGE="fr", **PART)
    assert "Trop de tentatives." in answer.content.decode()


def test_without_redis_nobody_is_refused(guest: Visitor, market: Market, no_redis) -> None:
    for number in range(12):
        assert guess(guest, market, f"WRONG{number}").status_code == 200
    assert counting.count(Limit("one", 0, 60), "somebody") == 0
    assert counting.is_first("kind", "something", seconds=60)


# Asking the provider ---------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_the_provider_is_asked_once_a_second_and_the_row_in_between(
    guest: Visitor, market: Market
) -> None:
    """The provider does not answer in these tests: whoever asks it is told so."""
    guest.open(market.lamp)
    order = shelves.place(market.lamp, principal=shelves.guest_name(guest), key=KEY)
    Payment.objects.filter(order=order).update(
        status=Payment.Status.REQUIRES_ACTION, intent_id="pi_1", attempt=1
    )
    payment = Payment.objects.get()
    assert looks.settled(payment).kind == "unknown"
    cache.clear()
    assert counting.is_first("settle", str(payment.public_id), seconds=60)
    assert looks.settled(payment).kind == "processing"
    answer = guest.client.post("/payments/settle/", {"key": KEY}, **SCRIPT).json()
    assert answer["kind"] == "pending"
    assert "still working on it" in answer["html"]
    shelves.mark_paid(order)
    assert guest.client.post("/payments/settle/", {"key": KEY}, **SCRIPT).json()["kind"] == "paid"


def test_the_first_to_ask_asks_for_all(limited) -> None:
    assert [counting.is_first("kind", "one", seconds=60) for _ in range(3)] == [True, False, False]
    assert counting.is_first("kind", "another", seconds=60)
    assert counting.is_first("other", "one", seconds=60)
