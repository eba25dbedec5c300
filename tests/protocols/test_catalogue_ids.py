"""What goods are called outside: their shop's code, where they had it first, else their public id."""

from __future__ import annotations

from uuid import uuid4

import pytest

from catalogue import products, stock
from catalogue.models import Merchant, Product, Variant
from catalogue.products import NewVariant
from protocols import catalogue_ids
from tests.shops import open_shop

pytestmark = pytest.mark.django_db


def made(
    merchant: Merchant, code: str, *skus: str, on_hand: int = 1
) -> tuple[Product, list[Variant]]:
    several = len(skus) > 1
    product = products.create(
        merchant,
        actor=None,
        title=f"{code} of {merchant.name}",
        external_id=code,
        option_names=["Size"] if several else [],
        variants=[NewVariant(100, (sku,) if several else (), sku, on_hand=on_hand) for sku in skus],
    )
    return product, list(product.variants.all())


def test_a_code_is_the_id_of_what_had_it_first():
    first, (rose,) = made(open_shop("plage"), "rose", "rose")
    second, (copy,) = made(open_shop("rayon"), "rose", "rose")
    assert catalogue_ids.of_products([first, second]) == {
        first.pk: "rose",
        second.pk: str(second.public_id),
    }
    assert catalogue_ids.of_variants([rose, copy]) == {
        rose.pk: "rose",
        copy.pk: str(copy.public_id),
    }
    assert catalogue_ids.find(["rose"])["rose"].variant_pk == rose.pk
    assert catalogue_ids.variants(["rose", str(copy.public_id)]) == {
        "rose": rose.public_id,
        str(copy.public_id): copy.public_id,
    }


def test_a_product_stands_for_the_form_that_can_be_had():
    product, (small, large) = made(open_shop("plage"), "tongs", "tongs-s", "tongs-l")
    stock.stocktake({small.pk: 0}, reference="count", actor=None)
    found = catalogue_ids.variants(["tongs", str(product.public_id), "tongs-s"])
    assert found == {
        "tongs": large.public_id,
        str(product.public_id): large.public_id,
        "tongs-s": small.public_id,
    }


def test_what_means_nothing_is_left_out():
    made(open_shop("plage"), "", "")
    assert catalogue_ids.find(["", "x" * 300, "nothing", str(uuid4())]) == {}


def test_a_code_that_reads_as_a_public_id_is_none():
    code = str(uuid4())
    product, (variant,) = made(open_shop("plage"), code, code)
    assert catalogue_ids.of_variants([variant]) == {variant.pk: str(variant.public_id)}
    assert catalogue_ids.of_products([product]) == {product.pk: str(product.public_id)}
    assert catalogue_ids.find([code]) == {}
