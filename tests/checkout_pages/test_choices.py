"""Which variant a shopper means, from what was picked and what is left."""

from __future__ import annotations

import pytest

from catalogue.models import StockItem, Variant
from checkout.choices import choose, exact

NAMES = ["Colour", "Size"]


def variant(colour: str, size: str, pieces: int) -> Variant:
    made = Variant(option_values=[colour, size], price=100)
    made.stock = StockItem(on_hand=pieces)
    return made


@pytest.fixture
def shelf() -> list[Variant]:
    return [
        variant("Coral", "41", 0),
        variant("Coral", "42", 2),
        variant("Coral", "43", 2),
        variant("Lagoon", "42", 0),
        variant("Lagoon", "43", 0),
    ]


def chosen(shelf, *picks, remembered=None):
    return choose(shelf, names=NAMES, images=[], picks=picks, remembered=remembered)


def test_a_size_is_never_guessed(shelf):
    choice = chosen(shelf)
    assert [option.picked for option in choice.options] == ["Coral", None]
    assert choice.variant is None
    assert choice.missing is choice.options[1]


def test_the_shown_variant_can_be_bought(shelf):
    assert chosen(shelf).shown.option_values == ["Coral", "42"]


def test_what_is_picked_is_meant(shelf):
    choice = chosen(shelf, "Coral", "43")
    assert choice.variant is shelf[2]
    assert choice.lost is None


def test_a_sold_out_pick_is_lost_and_nothing_takes_its_place(shelf):
    choice = chosen(shelf, "Coral", "41")
    assert choice.variant is None
    assert (choice.lost.name, choice.lost.text, choice.lost.left) == ("Size", "41", ("42", "43"))


def test_a_sold_out_colour_is_lost_too(shelf):
    choice = chosen(shelf, "Lagoon", "42")
    assert (choice.lost.text, choice.lost.left) == ("Lagoon", ("Coral",))
    assert choice.variant is None


def test_the_last_order_is_remembered(shelf):
    choice = chosen(shelf, "Coral", "42", remembered=shelf[1])
    assert [option.remembered for option in choice.options] == [True, True]


def test_a_product_of_one_kind_has_no_options():
    only = variant("Coral", "41", 1)
    only.option_values = ["Default Title"]
    choice = choose([only], names=["Title"], images=[], picks=[])
    assert (choice.options, choice.variant) == ((), only)


def test_exact_ignores_what_is_left(shelf):
    assert exact(shelf, names=NAMES, picks=["Lagoon", "43", ""]) is shelf[4]
    assert exact(shelf, names=NAMES, picks=["Lagoon", "44", ""]) is None
