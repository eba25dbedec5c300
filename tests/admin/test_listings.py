"""Lists of products and variants cost the same statements, by index, however many there are."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from catalogue.models import Product, Variant
from tests.admin.filled import opened
from tests.admin.many import PRODUCTS, VARIANTS, fill, statements

SEVERAL = 500  # pages of fifty


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
    fill(world.plage, many=SEVERAL)
    long = statements(client, address)
    # A page without rows has no figures to read.
    assert len(short) <= len(long) <= len(short) + 1
    assert len(long) <= 8
    assert not [sql for sql in long if "COUNT(*)" in sql.upper().split("FROM")[0]]


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
