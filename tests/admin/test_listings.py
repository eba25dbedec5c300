"""Lists of products and variants cost the same statements, by index, however many there are."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalogue.models import Product, Variant
from tests.admin.filled import opened

PRODUCTS = "/admin/catalogue/product/"
VARIANTS = "/admin/catalogue/variant/"
MANY = 5_000
FILL = f"""
WITH made AS (
    INSERT INTO catalogue_product (public_id, merchant_id, external_id, title, slug, description,
        tax_kind, tags, option_names, currency, status, created_at, updated_at)
    SELECT gen_random_uuid(), %(merchant)s, 'EXT-' || n, 'Thing number ' || n, 'thing', 'Words',
           'standard', '{{}}', '{{Size}}', 'EUR', CASE WHEN n %% 50 = 0 THEN 'draft' ELSE 'active' END,
           now(), now()
    FROM generate_series(1, {MANY}) n
    RETURNING id, merchant_id, external_id
), forms AS (
    INSERT INTO catalogue_variant (public_id, product_id, merchant_id, sku, option_values, price,
        weight_grams, barcode, requires_shipping, position, active)
    SELECT gen_random_uuid(), id, merchant_id, 'SKU-' || substr(external_id, 5) || '-' || size,
           ARRAY[size], 1000 + (id %% 900), 0, '', true, 0, true
    FROM made, unnest(ARRAY['S', 'M']) size
    RETURNING id
)
INSERT INTO catalogue_stockitem (variant_id, on_hand, reserved) SELECT id, 3, 0 FROM forms
"""


@pytest.fixture
def filled(world):
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"merchant": world.plage.merchant.pk})
        cursor.execute("ANALYZE catalogue_product, catalogue_variant, catalogue_stockitem")
    return world


def statements(client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in seen.captured_queries]


@pytest.mark.parametrize("who", ["owner", "staff"])
@pytest.mark.parametrize(
    "address",
    [
        PRODUCTS,
        f"{PRODUCTS}?p=3",
        f"{PRODUCTS}?q=number",
        f"{PRODUCTS}?status__exact=active",
        f"{PRODUCTS}?schedule=waiting",
        VARIANTS,
        f"{VARIANTS}?q=number",
        f"{VARIANTS}?active__exact=1",
    ],
)
def test_a_list_costs_as_many_statements_as_a_short_one_and_counts_nothing(
    browser, world, address, who
):
    client = browser(world.plage.owner if who == "owner" else world.staff)
    short = statements(client, address)
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"merchant": world.plage.merchant.pk})
    long = statements(client, address)
    # A page without rows has no figures to read.
    assert len(short) <= len(long) <= len(short) + 1
    assert len(long) <= 8
    assert not [sql for sql in long if "COUNT(*)" in sql.upper().split("FROM")[0]]


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


def test_a_list_says_prices_and_pieces_of_each_product(browser, world):
    Variant.objects.filter(sku="plage-42").update(price=3990)
    page = browser(world.plage.owner).get(PRODUCTS)
    (row,) = page.context["cl"].result_list
    assert (row.figures.lowest, row.figures.highest, row.figures.available) == (3490, 3990, 12)
    assert "from €34.90" in page.content.decode()


def test_the_variants_of_one_product_are_listed_from_its_page(browser, world):
    client = browser(world.plage.owner)
    other = Product.objects.create(
        merchant=world.plage.merchant, title="Mug", slug="mug", currency="EUR"
    )
    Variant.objects.create(product=other, merchant=other.merchant, price=900, sku="MUG")
    listed = f"{VARIANTS}?product={world.plage.product.pk}"
    assert f'href="{listed}"' in client.get(f"{PRODUCTS}{world.plage.product.pk}/change/").text
    skus = {variant.sku for variant in client.get(listed).context["cl"].result_list}
    assert skus == {"plage-41", "plage-42"}


def test_a_product_of_many_variants_shows_them_on_pages_of_their_own(browser, world):
    product = world.plage.product
    Variant.objects.bulk_create(
        Variant(product=product, merchant=product.merchant, price=900, option_values=[str(size)])
        for size in range(50, 250)
    )
    client = browser(world.plage.owner)
    url = f"{PRODUCTS}{product.pk}/change/"
    data = opened(client, url)
    assert "variants-TOTAL_FORMS" not in data
    assert client.post(url, data | {"title": "Renamed"}).status_code == 302
    assert Product.objects.get(pk=product.pk).title == "Renamed"
    assert len(client.get(f"{VARIANTS}?product={product.pk}").context["cl"].result_list) == 50


def test_a_variant_is_corrected_on_its_page(browser, world):
    client, variant = browser(world.plage.owner), world.plage.variant
    url = f"{VARIANTS}{variant.pk}/change/"
    data = opened(client, url)
    assert data["price"] == "34.90"
    data |= {"price": "29,90", "compare_at_price": "34.90", "sku": "P-41"}
    assert client.post(url, data).status_code == 302
    variant.refresh_from_db()
    assert (variant.price, variant.compare_at_price, variant.sku) == (2990, 3490, "P-41")
    refused = client.post(url, data | {"compare_at_price": "29.90"})
    assert refused.status_code == 200
    assert "compare_at_price" in refused.context["adminform"].form.errors


# What fields suggest ------------------------------------------------------------------------------


def suggested(client, model: str, field: str, term: str, **more: str) -> list[str]:
    asked = {"app_label": "catalogue", "model_name": model, "field_name": field, "term": term}
    answer = client.get(reverse("admin:autocomplete"), asked | more)
    assert answer.status_code == 200
    return [row["text"] for row in json.loads(answer.content)["results"]]


def test_fields_suggest_own_products_that_the_form_would_take(browser, world):
    Product.objects.create(merchant=world.plage.merchant, title="Mug", slug="mug", currency="EUR")
    Product.objects.create(merchant=world.rayon.merchant, title="Mug R", slug="m", currency="EUR")
    client = browser(world.plage.owner)
    # The flip-flops are a drop already.
    assert suggested(client, "drop", "product", "") == ["Mug"]
    assert suggested(client, "drop", "product", "mug r") == []
    assert suggested(client, "drop", "product", "mu\0g") == ["Mug"]


def test_a_picture_is_suggested_its_own_products_variants(browser, world):
    client = browser(world.plage.owner)
    own = {"of_product": str(world.plage.product.pk)}
    found = suggested(client, "productimage", "variant", "", **own)
    assert sorted(found) == ["Plage flip-flops 41", "Plage flip-flops 42"]
    assert suggested(client, "productimage", "variant", "plage-42", **own) == [
        "Plage flip-flops 42"
    ]
    foreign = {"of_product": str(world.rayon.product.pk)}
    assert suggested(client, "productimage", "variant", "", **foreign) == []


def test_members_are_suggested_categories_though_their_pages_are_staffs(browser, world):
    assert suggested(browser(world.plage.owner), "product", "category", "") == [
        world.rows["category"].name
    ]


def test_staff_is_suggested_shops_and_members_choose_among_their_own(browser, world):
    add = f"{PRODUCTS}add/"
    assert 'data-field-name="merchant"' in browser(world.staff).get(add).text
    page = browser(world.plage.owner).get(add).text
    assert 'data-field-name="merchant"' not in page
    assert "Rayon" not in page
