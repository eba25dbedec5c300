"""What we export comes back as it was: cell by cell, and whole shops."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from catalogue import exports, products, stock, variants
from catalogue.imports import ImportReport, import_products
from catalogue.models import Category, Merchant, Product, StockMovement, Variant
from catalogue.products import NewVariant
from shopping.csv_files import FORMULAS, escaped, lines, unescaped
from webhooks.models import Event

# Whatever a database keeps.
TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30)
NASTY = st.one_of(
    TEXTS,
    st.builds("".join, st.lists(st.sampled_from([*FORMULAS, "'", '"', ",", ";", "a", "é"]))),
)
# As forms leave them: without spaces around.
WORDS = NASTY.map(str.strip).filter(bool)


@given(NASTY)
def test_a_cell_comes_back_as_it_was(text: str) -> None:
    assert unescaped(escaped(text)) == text


@given(NASTY)
def test_no_cell_is_a_formula(text: str) -> None:
    assert not escaped(text).startswith(FORMULAS)


@given(st.lists(st.lists(NASTY, min_size=2, max_size=4), min_size=1, max_size=4))
def test_a_table_comes_back_as_it_was(rows: list[list[str]]) -> None:
    text = "".join(lines(rows)).removeprefix("\ufeff")
    read = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert [[unescaped(cell) for cell in row] for row in read] == rows


def file_of(merchant: Merchant, *, rows: Any = exports.products) -> bytes:
    return "".join(lines(rows(merchant))).encode()


def come_back(merchant: Merchant, content: bytes) -> ImportReport:
    return import_products(merchant, io.BytesIO(content), currency="EUR")


def everything(merchant: Merchant) -> list[Any]:
    """All that a file could have changed."""
    kept = ("id", "slug", "title", "description", "category", "tax_kind", "tags", "status")
    of_variants = (
        *("id", "sku", "option_values", "price", "compare_at_price", "weight_grams"),
        *("barcode", "requires_shipping", "position", "active", "retired_by_import"),
    )
    return [
        *merchant.products.order_by("pk").values(*kept, "external_id", "option_names", "currency"),
        *merchant.variants.order_by("pk").values(*of_variants, "stock__on_hand"),
        *merchant.products.order_by("images").values("images", "images__alt", "images__variant"),
    ]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    title=WORDS,
    sku=WORDS,
    options=st.lists(WORDS, min_size=1, max_size=3, unique=True),
    price=st.integers(0, 99_999_998),
    pieces=st.integers(0, 10_000),
)
def test_a_shop_comes_back_as_it_was(
    plage: Merchant, title: str, sku: str, options: list[str], price: int, pieces: int
) -> None:
    with transaction.atomic():
        made = products.create(
            plage,
            title=title,
            description=f"<p>{'&amp;'.join(options)}</p>",
            category=Category.objects.get_or_create(slug="odd", defaults={"name": "=Odd"})[0],
            option_names=["Size"],
            variants=[
                NewVariant(
                    price=price,
                    compare_at_price=price + 1,
                    option_values=(option,),
                    sku=f"{sku}{place}"[:100],
                    on_hand=pieces,
                )
                for place, option in enumerate(options)
            ],
            actor=None,
        )
        variants.set_active(made.variants.all()[0], active=False, actor=None)
        before, events = everything(plage), Event.objects.count()
        for rows in (exports.products, exports.stock):
            report = come_back(plage, file_of(plage, rows=rows))
            assert [str(error) for error in report.errors] == []
            assert (report.created, report.updated) == (0, 0)
        assert everything(plage) == before
        assert Event.objects.count() == events
        transaction.set_rollback(True)


def test_products_without_ids_or_skus_come_back_changed_where_the_file_is(
    plage: Merchant, owner: User
) -> None:
    for title in ("First", "Second"):
        products.create(plage, title=title, variants=[NewVariant(price=100)], actor=owner)
    changed = file_of(plage).replace(b"Second", b"Third").replace(b",1.00,", b",2.50,")
    report = come_back(plage, changed)
    assert (report.created, report.updated, report.failed) == (0, 2, 0)
    titles = plage.products.order_by("pk").values_list("title", "variants__price")
    assert list(titles) == [("First", 250), ("Third", 250)]


def test_a_list_of_stock_counts_pieces_and_takes_no_variant_off(
    plage: Merchant, flipflops: Product, owner: User
) -> None:
    text = file_of(plage, rows=exports.stock).decode()
    header, first, _second = text.splitlines()
    assert ",COR-41,10,0,10" in first
    report = come_back(plage, "\r\n".join([header, first.replace(",10,0,", ",7,0,")]).encode())
    assert (report.updated, report.failed) == (1, 0)
    assert [each.active for each in flipflops.variants.all()] == [True, True]
    assert Variant.objects.get(sku="COR-41").stock.on_hand == 7
    movement = StockMovement.objects.latest("pk")
    assert (movement.before, movement.after, movement.reason) == (10, 7, "import")


def test_another_shops_ids_are_nobodys(
    plage: Merchant, rayon: Merchant, flipflops: Product
) -> None:
    before = everything(plage)
    report = come_back(rayon, file_of(plage))
    assert (report.created, report.updated, report.failed) == (0, 0, 1)
    assert report.errors[0].column == "id"
    assert everything(plage) == before


def test_what_is_switched_off_in_the_file_is_off_here(
    plage: Merchant, flipflops: Product, owner: User
) -> None:
    products.publish(flipflops, actor=owner)
    text = file_of(plage).decode()
    one_off = text.replace("10,true", "10,false", 1)
    assert one_off != text
    assert come_back(plage, one_off.encode()).updated == 1
    assert [each.active for each in flipflops.variants.all()] == [False, True]
    all_off = text.replace(",true,,", ",false,,")
    report = come_back(plage, all_off.encode())
    assert report.failed == 1
    assert "a variant that is on sale" in report.errors[0].message


def test_promised_pieces_are_told_apart(plage: Merchant, flipflops: Product) -> None:
    with transaction.atomic():
        stock.reserve({flipflops.variants.get(sku="COR-41").pk: 4})
    assert ",COR-41,10,4,6" in file_of(plage, rows=exports.stock).decode()


@pytest.mark.parametrize("products_there", [2, 30])
def test_an_export_reads_pages_and_not_products(
    plage: Merchant, products_there: int, django_assert_num_queries: Any
) -> None:
    for number in range(products_there):
        products.create(plage, title=f"P{number}", variants=[NewVariant(price=1)], actor=None)
    with django_assert_num_queries(3):
        assert file_of(plage).count(b"\r\n") == products_there + 1
