"""A merchant's file has ten broken rows: the others go in, and the ten once they are mended."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from catalogue.models import Import, Product, StockMovement, Variant
from tests.journeys.conftest import tab_to
from tests.journeys.merchant import merchants_page

HEADER = ["Handle", "Title", "Option1 Name", "Option1 Value", "Variant SKU", "Variant Grams"]
HEADER += ["Variant Inventory Qty", "Variant Price", "Published", "Status", "Vendor"]
# What is wrong in one row, in which column, and what should have stood there.
BROKEN = [
    ("Variant Price", "12,50", "12.50"),
    ("Variant Price", "free", "3.00"),
    ("Variant Price", "1e3", "1000"),
    ("Variant Inventory Qty", "many", "7"),
    ("Variant Inventory Qty", "-2", "2"),
    ("Variant Grams", "1.5", "2"),
    ("Published", "perhaps", "true"),
    ("Status", "hidden", "draft"),
    ("Title", "", "A title"),
    ("Option1 Value", "", "Blue"),
]
SOUND = 15


def row(number: int) -> dict[str, str]:
    cells = [f"bowl-{number}", f"=Bowl {number}", "Glaze", "Teal", f"B-{number}", "400", "5"]
    return dict(zip(HEADER, [*cells, "24.00", "true", "active", "Plage"], strict=True))


def write(path: Path, rows: list[dict[str, str]], header: list[str]) -> None:
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        written = csv.DictWriter(file, header)
        written.writeheader()
        written.writerows(rows)


def upload(page: Page, path: Path) -> None:
    page.goto("/admin/catalogue/import/add/")
    page.locator("[name=upload]").set_input_files(path)
    page.get_by_role("button", name="Save", exact=True).click()


def fates(page: Page) -> list[str]:
    return (
        page.get_by_role("navigation", name="What comes of the rows").locator("a").all_inner_texts()
    )


@pytest.fixture
def page(visit, market) -> Page:
    return merchants_page(visit, market)


def test_ten_broken_rows_are_mended_and_uploaded_again(page, market, tmp_path):
    rows = [row(number) for number in range(SOUND + len(BROKEN))]
    for each, (column, wrong, _right) in zip(rows, BROKEN, strict=False):
        each[column] = wrong
    write(tmp_path / "bowls.csv", rows, HEADER)
    before = market.shop.products.count()

    upload(page, tmp_path / "bowls.csv")
    start = page.get_by_role("button", name=f"Import {SOUND} products")
    expect(start).to_be_visible(timeout=30_000)
    assert fates(page) == ["to mend: 10", f"new: {SOUND}"]
    expect(page.get_by_text("Columns that are not imported: Vendor")).to_be_visible()
    expect(page.get_by_text("Row 2, Variant Price “12,50”: Write a plain amount")).to_be_visible()
    expect(page.get_by_text("Row 11, Option1 Value: Each variant needs one value")).to_be_visible()
    assert market.shop.products.count() == before

    tab_to(page, start)
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{SOUND} products are as the file says.")).to_be_visible(
        timeout=30_000
    )
    assert market.shop.products.count() == before + SOUND

    with page.expect_download() as download:
        page.get_by_role("link", name="Download the rows to mend").click()
    assert download.value.suggested_filename == "bowls-to-mend.csv"
    with Path(download.value.path()).open(newline="", encoding="utf-8-sig") as file:
        read = csv.DictReader(file)
        to_mend = list(read)
    assert len(to_mend) == len(BROKEN)
    for each, (column, wrong, right) in zip(to_mend, BROKEN, strict=True):
        assert each["to_mend"].startswith(column)
        assert each[column].removeprefix("'") == wrong
        each[column] = right
    # No spreadsheet may take a title for a formula on the way.
    assert to_mend[0]["Title"] == "'=Bowl 0"
    write(tmp_path / "mended.csv", to_mend, list(read.fieldnames or []))

    upload(page, tmp_path / "mended.csv")
    start = page.get_by_role("button", name="Import 10 products")
    expect(start).to_be_visible(timeout=30_000)
    assert fates(page) == ["new: 10"]
    start.click()
    expect(page.get_by_text("10 products are as the file says.")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("link", name="Download the rows to mend")).to_have_count(0)

    bowls = Product.objects.filter(merchant=market.shop, external_id__startswith="bowl-")
    assert bowls.count() == SOUND + len(BROKEN)
    assert set(bowls.values_list("title", flat=True)) == {
        f"=Bowl {number}" for number in range(SOUND + len(BROKEN)) if number != 8
    } | {"A title"}
    assert Variant.objects.get(sku="B-0").price == 1250
    assert bowls.get(external_id="bowl-7").status == "draft"
    assert StockMovement.objects.filter(variant__product__in=bowls).count() == bowls.count()
    assert [each.state for each in Import.objects.all()] == ["done", "done"]


def test_a_workbook_is_told_from_a_table(page, tmp_path):
    (tmp_path / "bowls.xlsx").write_bytes(b"PK\x03\x04" + bytes(60))
    upload(page, tmp_path / "bowls.xlsx")
    said = page.get_by_text("This is a spreadsheet workbook. Save it as CSV (UTF-8).")
    expect(said).to_be_visible()
    assert not Import.objects.exists()
