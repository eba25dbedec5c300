"""What a browser may send where a row's key or public id is meant."""

from __future__ import annotations

import pytest

from shopping.ids import key_of, public_id, uuid_of


@pytest.mark.parametrize(
    ("text", "key"), [("57", 57), ("0057", 57), ("9" * 18, 10**18 - 1), ("0", 0)]
)
def test_plain_digits_are_a_key(text, key):
    assert key_of(text) == key


@pytest.mark.parametrize(
    "text", ["", " 57", "57 ", "+57", "-57", "5_7", "²", "5²", "٥٧", "9" * 19, "0" * 18 + "57", "x"]
)
def test_anything_else_is_none(text):
    assert key_of(text) == 0


def test_a_public_id_is_read_however_it_is_written():
    name = public_id()
    assert {uuid_of(str(name)), uuid_of(name.hex.upper())} == {name}
    assert uuid_of("57") is None
