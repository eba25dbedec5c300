"""The form's field: what people write, and what is shown to them again."""

from __future__ import annotations

import pytest
from django import forms

from shopping.amounts import MoneyFormField


def form(text, *, currency="EUR", initial=None, required=True):
    class Form(forms.Form):
        price = MoneyFormField(currency=currency, required=required)

    return Form(None if text is None else {"price": text}, initial={"price": initial})


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        *[("34.90", "EUR", 3490), ("34,90", "EUR", 3490), (" 34 ", "EUR", 3400)],
        *[("3490", "JPY", 3490), ("3.490", "KWD", 3490), ("0", "EUR", 0)],
    ],
)
def test_it_cleans_to_minor_units(text, currency, amount):
    filled = form(text, currency=currency)
    assert filled.is_valid()
    assert filled.cleaned_data == {"price": amount}


@pytest.mark.parametrize(
    "text",
    [
        *["34.905", "34..9", "1,234.50", "1 234", "-1", "+1", "1e3", "0x10", "NaN", "1_000"],
        *["٣٤", "34.90 €", "<b>", "9" * 40],
    ],
)
def test_it_says_how_to_write_it_and_keeps_what_was_typed(text):
    refused = form(text)
    assert refused.errors == {"price": ["Write an amount in EUR, for example 34.90."]}
    assert refused["price"].value() == text


def test_the_example_has_the_currencys_decimals():
    assert form("x", currency="JPY").errors == {
        "price": ["Write an amount in JPY, for example 35."]
    }


def test_it_shows_major_units():
    assert form(None, initial=3490)["price"].value() == "34.90"
    assert form(None, initial=3490, currency="JPY")["price"].value() == "3490"
    assert form(None, initial=None)["price"].value() is None


def test_the_same_amount_written_otherwise_is_no_change():
    assert not form("34,9", initial=3490).has_changed()
    assert form("34.91", initial=3490).has_changed()
    assert form("x", initial=3490).has_changed()


def test_empty_is_none_where_it_may_be():
    filled = form("", required=False)
    assert filled.is_valid()
    assert filled.cleaned_data == {"price": None}
