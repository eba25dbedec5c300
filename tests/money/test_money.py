"""Amounts: integers of minor units, one currency at a time, one way to round."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopping.money import (
    THREE_DECIMAL,
    ZERO_DECIMAL,
    BadAmount,
    CurrencyMismatch,
    Money,
    divide,
    exponent,
    split,
)


@pytest.mark.parametrize(
    ("currency", "decimals"), [("EUR", 2), ("USD", 2), ("JPY", 0), ("KWD", 3), ("ISK", 2)]
)
def test_how_many_decimals_a_currency_has(currency, decimals):
    assert exponent(currency) == decimals
    assert not ZERO_DECIMAL & THREE_DECIMAL


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("34.90", "EUR", 3490),
        ("34.9", "EUR", 3490),
        ("34", "EUR", 3400),
        ("0.01", "EUR", 1),
        ("0.07", "USD", 7),
        ("1.15", "EUR", 115),  # 1.15 × 100 is 114.99… in floats
        ("3490", "JPY", 3490),
        ("3.490", "KWD", 3490),
        ("90071992547409.93", "EUR", 9007199254740993),  # beyond what a float tells apart
        (" 34.90 ", "EUR", 3490),
        ("-5.00", "EUR", -500),
        ("34.900", "EUR", 3490),
    ],
)
def test_a_text_becomes_minor_units_exactly(text, currency, amount):
    assert Money.parse(text, currency) == Money(amount, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        *[("", "EUR"), ("x", "EUR"), ("34,90", "EUR"), ("€34.90", "EUR"), ("NaN", "EUR")],
        *[("Infinity", "EUR"), ("0.001", "EUR"), ("34.5", "JPY"), ("0.0001", "KWD")],
        *[("5.124", "KWD"), ("5.50", "ISK")],  # no card can be charged so
    ],
)
def test_what_is_no_amount_is_refused(text, currency):
    with pytest.raises(BadAmount):
        Money.parse(text, currency)


@pytest.mark.parametrize(
    ("numerator", "denominator", "nearest"),
    [
        *[(5, 10, 1), (4, 10, 0), (-5, 10, -1), (-4, 10, 0), (15, 10, 2), (25, 10, 3)],
        *[(5, -10, -1), (0, 7, 0), (7, 7, 1), (10**30 + 5 * 10**14, 10**15, 10**15 + 1)],
    ],
)
def test_halves_go_away_from_zero(numerator, denominator, nearest):
    assert divide(numerator, denominator) == nearest


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (100, [1, 1, 1], [33, 34, 33]),
        (-100, [1, 1, 1], [-33, -34, -33]),
        (1, [3620, 170], [1, 0]),
        (3790, [3620, 170], [3620, 170]),
        (5, [0, 0], [0, 0]),
        (5, [], []),
    ],
)
def test_a_split_adds_up_or_is_nothing_where_there_is_nothing_to_go_by(amount, weights, parts):
    assert split(amount, weights) == parts


def test_a_split_in_steps_leaves_the_rest_to_the_last():
    assert split(1_005, [1, 1, 1], step=10) == [340, 330, 335]


@given(st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_parts_are_in_proportion_and_add_up(data):
    weights = data.draw(st.lists(st.integers(0, 99_999_999), max_size=6))
    amount = data.draw(st.integers(0, sum(weights)))
    parts = split(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert 0 <= part <= weight
        assert abs(part * sum(weights) - amount * weight) <= sum(weights)


@pytest.mark.parametrize(
    "join", [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b, lambda a, b: a > b]
)
def test_two_currencies_never_mix(join):
    with pytest.raises(CurrencyMismatch):
        join(Money(1, "EUR"), Money(1, "USD"))


def test_equal_amounts_of_two_currencies_are_not_equal():
    assert Money(1, "EUR") != Money(1, "USD")


def test_sums_and_products():
    assert Money(3490, "EUR") * 3 + Money(390, "EUR") - Money(10, "EUR") == Money(10850, "EUR")
    assert -Money(5, "EUR") == Money(-5, "EUR")
    assert not Money(0, "EUR")
    assert Money(-1, "EUR")


def test_nothing_changes_an_amount():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Money(1, "EUR").amount = 2


@pytest.mark.parametrize(
    ("gross", "rate", "tax"), [(3490, 2000, 582), (12000, 2000, 2000), (100, 550, 5), (0, 2000, 0)]
)
def test_the_tax_inside_a_price(gross, rate, tax):
    assert Money(gross, "EUR").tax_included(rate) == Money(tax, "EUR")


@pytest.mark.parametrize(("amount", "rate", "share"), [(3490, 500, 175), (1, 500, 0), (10, 500, 1)])
def test_a_share_in_basis_points(amount, rate, share):
    assert Money(amount, "EUR").share(rate) == Money(share, "EUR")


@pytest.mark.parametrize(
    ("money", "locale", "written"),
    [
        (Money(3490, "EUR"), "en", "€34.90"),
        (Money(3490, "EUR"), "fr", "34,90\xa0€"),
        (Money(3490, "JPY"), "en", "¥3,490"),
        (Money(123456789, "USD"), "en", "$1,234,567.89"),
        (Money(3400, "GBP"), "en", "£34.00"),
        (Money(-500, "EUR"), "en", "-€5.00"),
    ],
)
def test_as_people_write_it(money, locale, written):
    assert money.format(locale) == written


def test_the_major_units_are_exact():
    assert Money(3490, "EUR").decimal == Decimal("34.90")
    assert Money(3490, "JPY").decimal == Decimal("3490")
    assert str(Money(5, "EUR")) == "0.05 EUR"


@pytest.mark.parametrize(
    ("amount", "currency", "share"), [(1230, "KWD", 20), (1230, "EUR", 15), (12300, "ISK", 200)]
)
def test_a_share_is_an_amount_that_stripe_takes(amount: int, currency: str, share: int) -> None:
    assert Money(amount, currency).share(125) == Money(share, currency)
