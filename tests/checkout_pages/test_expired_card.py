"""A saved card that has expired: seen, and never the one that two taps would fail with."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from checkout.models import SavedCard
from tests.checkout_pages import shelves


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    ("month", "year", "expired"),
    [(5, 2026, True), (6, 2026, False), (7, 2026, False), (12, 2025, True), (1, 2027, False)],
)
def test_a_card_is_good_to_the_end_of_its_month(monkeypatch, month, year, expired):
    monkeypatch.setattr(
        "checkout.models.customers.timezone.now", lambda: datetime(2026, 6, 30, tzinfo=UTC)
    )
    assert SavedCard(exp_month=month, exp_year=year).is_expired is expired


def test_the_first_card_that_can_pay_is_offered(returning, mai, market):
    shelves.card(mai, "1111", year=2020, first=True)
    good = shelves.card(mai, "4242")
    page = text_of(returning.open(market.lamp))
    assert f'value="{good.public_id}" checked' in page
    assert "Visa ending 4242<small>Expires 08/99</small>" in page


def test_an_only_card_that_has_expired_leaves_the_card_fields_open(returning, mai, market):
    old = shelves.card(mai, "1111", year=2020, first=True)
    page = text_of(returning.open(market.lamp))
    assert f'value="{old.public_id}" disabled' in page
    assert "Visa ending 1111<small>Expired 08/20</small>" in page
    assert "Another card<small>Visa ending 1111 has expired</small>" in page
    assert 'name="card" value="new" checked' in page
    assert 'id="buy-payment" aria-labelledby="buy-with">' in page


def test_an_expired_card_that_is_asked_for_is_not_chosen(returning, mai, market):
    old = shelves.card(mai, "1111", year=2020, first=True)
    shelves.card(mai, "4242")
    form = returning.form(market.lamp, card=str(old.public_id))
    answer = returning.client.post(f"/buy/{market.lamp.public_id}/quote/", form)
    assert 'name="card" value="new" checked' in text_of(answer)
