"""What is taken as it was sent is what the shape would have made of it."""

from __future__ import annotations

from typing import Any

import pytest

from catalogue.api.inputs import PriceItem, StockItemBody, UpsertProduct
from catalogue.api.plain import plainly
from tests.catalogue_api.conftest import euros

WHOLE = {
    "external_id": "mug-1",
    "sku": "MUG",
    "title": "Chope à café ☕",
    "description": "<p>Line\nand line</p>",
    "category": "mugs",
    "tax_kind": "reduced",
    "tags": ["a", "b"],
    "status": "active",
    "option_names": ["Size"],
    "variants": [
        {
            "sku": "",
            "option_values": ["M"],
            "price": euros(0),
            "compare_at_price": None,
            "weight_grams": 1,
            "barcode": "",
            "requires_shipping": False,
            "active": True,
            "on_hand": 10_000_000,
        }
    ],
}


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        (UpsertProduct, WHOLE),
        (UpsertProduct, {}),
        (UpsertProduct, {"category": None, "tags": [], "variants": []}),
        (PriceItem, {"sku": "a", "price": euros(99_999_999), "compare_at_price": euros(1)}),
        (StockItemBody, {"sku": "a", "delta": -3}),
    ],
)
def test_what_is_plain_is_taken_alike(shape: Any, told: dict[str, Any]) -> None:
    read = shape(data=told)
    assert plainly(shape)(told) is True
    assert read.is_valid(), read.errors
    assert read.validated_data == told


@pytest.mark.parametrize(
    "change",
    [
        {"title": 3},
        {"title": ""},
        {"title": " a"},
        {"title": "a\0b"},
        {"title": "\ud800"},
        {"title": "x" * 201},
        {"title": None},
        {"category": "not a slug"},
        {"status": "gone"},
        {"status": ["active"]},
        {"tags": "a"},
        {"tags": [1]},
        {"tags": ["a"] * 51},
        {"option_names": ["a"] * 4},
        {"colour": "red"},
        {"variants": {}},
        {"variants": [{"price": {"amount": 1}}]},
        {"variants": [{"price": {"amount": True, "currency": "EUR"}}]},
        {"variants": [{"price": {"amount": 1.0, "currency": "EUR"}}]},
        {"variants": [{"price": {"amount": -1, "currency": "EUR"}}]},
        {"variants": [{"price": euros(100_000_000)}]},
        {"variants": [{"price": {"amount": 1, "currency": "EUR\n"}}]},
        {"variants": [{"on_hand": "3"}]},
        {"variants": [{"active": 1}]},
        {"variants": [{"weight_grams": 2**31}]},
    ],
)
def test_what_is_not_is_left_to_the_shape(change: dict[str, Any]) -> None:
    told = {**WHOLE, **change}
    assert plainly(UpsertProduct)(told) is False
    read = UpsertProduct(data=told)
    assert not read.is_valid() or read.validated_data != told


def test_ids_and_moments_are_read_by_the_shape() -> None:
    told = {"variant_id": "019ad3f2-7f0a-7c41-9a64-8f2d6a1b3c55", "delta": 1}
    assert plainly(StockItemBody)(told) is False
    assert StockItemBody(data=told).is_valid()
