"""Which barcodes are numbers that the whole world knows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.gtins import gtin
from tests.sizes import sized


@pytest.mark.parametrize(
    "barcode", ["4006381333931", "96385074", "036000291452", "10614141000415", "9780306406157"]
)
def test_a_number_that_checks_itself_is_one(barcode: str) -> None:
    assert gtin(barcode) == barcode
    assert gtin(f" {barcode[:4]}-{barcode[4:]} ") == barcode


@pytest.mark.parametrize(
    "barcode",
    [
        *("", "PLAGE-41", "4006381333932", "400638133393", "٤٠٠٦٣٨١٣٣٣٩٣١"),
        "00000000",
        "2012345678900",  # A shop's own.
        "0200000000004",
        "9912345678902",  # A coupon.
    ],
)
def test_what_is_wrong_or_a_shops_own_is_none(barcode: str) -> None:
    assert gtin(barcode) == ""


@sized(examples=50)
@given(digits=st.text("0123456789", min_size=12, max_size=12), place=st.integers(0, 12))
def test_one_mistyped_digit_makes_it_none(digits: str, place: int) -> None:
    good = next((n for n in map(str, range(10)) if gtin(digits + n)), None)
    if good is None:
        return
    whole = digits + good
    wrong = str((int(whole[place]) + 1) % 10)
    assert gtin(whole[:place] + wrong + whole[place + 1 :]) == ""
