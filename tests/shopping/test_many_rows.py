"""Many rows by one statement: every value comes in as a save would put it there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from catalogue.models import Merchant, Product, ProductChange, Variant
from shopping import many_rows
from tests.shops import open_shop

BEGINS = datetime(2026, 3, 1, 8, 30, 0, 123_456, tzinfo=UTC)


@pytest.fixture
def merchant(db: None) -> Merchant:
    return open_shop("plage")


def cups(merchant: Merchant, *numbers: int) -> list[Product]:
    return [
        Product(
            merchant=merchant,
            title=f'Cup {number} “à café” \\ "\n☕',
            slug="cup",
            currency="EUR",
            tax_kind=Product.TaxKind.FOOD,
            tags=["a,b", 'c"d', "{e}"],
            on_sale_from=BEGINS if number else None,
        )
        for number in numbers
    ]


def test_every_value_comes_in_and_each_row_gets_its_key(merchant: Merchant) -> None:
    made = cups(merchant, 0, 1, 2)
    many_rows.insert_all(made)
    for product in made:
        there = Product.objects.get(pk=product.pk)
        for field in Product._meta.concrete_fields:
            assert getattr(there, field.attname) == getattr(product, field.attname), field.name
    assert made[1].on_sale_from == BEGINS
    noted = ProductChange(product=made[0], changes={"tags": [[], ["☕", None, 1]]})
    many_rows.insert_all([noted])
    assert ProductChange.objects.get().changes == {"tags": [[], ["☕", None, 1]]}


def test_fields_are_written_by_their_keys(merchant: Merchant) -> None:
    product, other = cups(merchant, 1, 2)
    many_rows.insert_all([product, other])
    product.title, product.tags, product.on_sale_from = "Mug", [], None
    other.title = "Never written"
    many_rows.update_all([product], "title", "tags", "on_sale_from")
    there = Product.objects.get(pk=product.pk)
    assert (there.title, there.tags, there.on_sale_from) == ("Mug", [], None)
    assert Product.objects.get(pk=other.pk).title.startswith("Cup 2")


def test_the_database_refuses_as_ever(merchant: Merchant) -> None:
    (product,) = cups(merchant, 1)
    many_rows.insert_all([product])
    with pytest.raises(IntegrityError), transaction.atomic():
        many_rows.insert_all([Variant(product=product, merchant=merchant, price=-1)])


def test_many_are_one_statement_and_none_are_none(merchant: Merchant) -> None:
    many_rows.insert_all(cups(merchant, 1))
    with CaptureQueriesContext(connection) as captured:
        many_rows.insert_all(cups(merchant, *range(50)))
        many_rows.insert_all([])
        many_rows.update_all([], "title")
    assert len(captured) == 1
