"""What is looked for in a list is found by its index, among the many of several shops."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.admin.many import PRODUCTS, VARIANTS, fill, statements
from tests.shared import built_once
from tests.shops import Cast, cast

MANY = 5_000
READ = "catalogue_product, catalogue_variant, catalogue_stockitem, catalogue_merchant"


def full() -> Cast:
    """Two shops of the same size, so that reading what is of both costs twice as much as it must."""
    world = cast()
    fill(world.plage, many=MANY)
    fill(world.rayon, many=MANY)
    with connection.cursor() as cursor:
        # The sample is larger than the tables, so that nothing is by chance.
        cursor.execute(f"ANALYZE {READ}")
    return world


@pytest.fixture(scope="module")
def filled_for_all(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[bytes]:
    with built_once(full, blocker=django_db_blocker) as world:
        yield world


@pytest.fixture
def filled(filled_for_all: bytes, db: None) -> Cast:
    world: Cast = pickle.loads(filled_for_all)
    return world


def plan_of(client, address: str, table: str) -> str:
    """How PostgreSQL reads the page's rows."""
    (listed,) = [
        sql
        for sql in statements(client, address)
        if sql.startswith("SELECT") and f'FROM "{table}"' in sql and "LIMIT 50" in sql
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {listed}")
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.parametrize(
    ("address", "table", "index"),
    [
        (f"{PRODUCTS}?q=number 4711", "catalogue_product", "product_title_part"),
        (f"{PRODUCTS}?q=EXT-4711", "catalogue_product", "product_external_id_part"),
        (f"{PRODUCTS}?q=SKU-4711-M", "catalogue_product", "variant_sku_part"),
        (f"{PRODUCTS}?status__exact=draft", "catalogue_product", "product_of_status"),
        (f"{PRODUCTS}?schedule=waiting", "catalogue_product", "product_begins"),
        (f"{PRODUCTS}?schedule=over", "catalogue_product", "product_ends"),
        (f"{VARIANTS}?q=SKU-4711-M", "catalogue_variant", "variant_sku_part"),
        (f"{VARIANTS}?q=number 4711", "catalogue_variant", "product_title_part"),
    ],
)
def test_what_is_looked_for_is_found_by_its_index(browser, filled, address, table, index):
    plan = plan_of(browser(filled.plage.owner), address, table)
    assert index in plan, plan
    assert f"Seq Scan on {table}" not in plan


def titles(client, query: str) -> list[str]:
    found = client.get(f"{PRODUCTS}?q={query}").context["cl"].result_list
    return [product.title for product in found]


def test_a_search_finds_by_title_sku_and_external_id_and_all_its_words_count(browser, filled):
    client = browser(filled.plage.owner)
    assert titles(client, "number 4711") == ["Thing number 4711"]
    assert titles(client, "ext-4711") == ["Thing number 4711"]
    assert titles(client, "sku-4711-m") == ["Thing number 4711"]
    assert titles(client, "flip-flops 4711") == []
    assert titles(client, "4711 SKU-4711") == ["Thing number 4711"]
    shown = client.get(f"{VARIANTS}?q=sku-4711").context["cl"].result_list
    assert sorted(variant.sku for variant in shown) == ["SKU-4711-M", "SKU-4711-S"]
