"""Importing: what is new, what changed, what stayed, and what a broken row leaves behind."""

from __future__ import annotations

import io
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from catalogue import stock, variants
from catalogue.imports import ImportReport, import_products
from catalogue.models import (
    Category,
    Merchant,
    Product,
    ProductImage,
    StockItem,
    StockMovement,
    Variant,
)
from webhooks.models import Event

DATA = settings.BASE_DIR / "demo" / "data"
HEADER = "Handle,Title,Body (HTML),Type,Tags,Option1 Name,Option1 Value,Variant SKU"
HEADER += ",Variant Inventory Qty,Variant Price,Image Src,Image Alt Text"
MUG = "mug,Dune mug,<p>Stoneware</p>,Cups,kitchen,Glaze,Teal,M-T,5,24.00,https://p.example/t.jpg,"
SAND = "mug,,,,,,Sand,M-S,2,26.00,,"
LAMP = "lamp,Lueur lamp,,,,,,L-1,3,89.00,,"


def load(merchant: Merchant, *lines: str, dry_run: bool = False) -> ImportReport:
    content = "\n".join([HEADER, *lines, ""]).encode()
    return import_products(merchant, io.BytesIO(content), currency="EUR", dry_run=dry_run)


def tally(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, report.failed


def everything() -> list[int]:
    models = (Product, Variant, ProductImage, StockItem, StockMovement, Event)
    return [model.objects.count() for model in models]


@pytest.mark.parametrize(
    ("name", "created", "variants"), [("apparel", 20, 22), ("home-and-garden", 20, 21)]
)
def test_a_real_export_goes_in_whole(
    plage: Merchant, name: str, created: int, variants: int
) -> None:
    report = import_products(plage, DATA / f"{name}.csv", currency="USD")
    assert tally(report) == (created, 0, 0, 0)
    assert plage.variants.count() == variants
    assert Event.objects.filter(type="product.created").count() == created
    again = import_products(plage, DATA / f"{name}.csv", currency="USD")
    assert tally(again) == (0, 0, created, 0)


def test_words_prices_stock_and_pictures_arrive(plage: Merchant) -> None:
    assert tally(load(plage, MUG, SAND)) == (1, 0, 0, 0)
    product = Product.objects.get(merchant=plage, external_id="mug")
    assert (product.title, product.slug, product.currency) == ("Dune mug", "dune-mug", "EUR")
    assert (product.status, product.tags, product.option_names) == (
        "active",
        ["kitchen"],
        ["Glaze"],
    )
    assert [each.slug for each in Category.objects.all()] == ["cups"]
    assert product.category == Category.objects.get()
    teal, sand = product.variants.all()
    assert (teal.sku, teal.price, teal.stock.on_hand) == ("M-T", 2400, 5)
    assert (sand.sku, sand.price, sand.stock.on_hand) == ("M-S", 2600, 2)
    movement = StockMovement.objects.get(variant=teal)
    assert (movement.reason, movement.before, movement.after) == ("import", 0, 5)
    picture = product.images.get()
    assert (picture.source_url, picture.file.name) == ("https://p.example/t.jpg", "")


def test_a_description_keeps_its_words_and_loses_what_acts(plage: Merchant) -> None:
    body = (
        "<p onclick=x()>Soft <b>clay</b></p><script>x()</script>"
        "<img src=https://t.example/p.gif><a href=javascript:x()>here</a>"
    )
    load(plage, f"mug,Mug,{body},,,,,,1,1.00,,")
    html = Product.objects.get(external_id="mug").description
    assert html == '<p>Soft <b>clay</b></p><a rel="noopener noreferrer">here</a>'


def test_the_same_file_again_changes_nothing(plage: Merchant) -> None:
    load(plage, MUG, SAND, LAMP)
    before = everything()
    assert tally(load(plage, MUG, SAND, LAMP)) == (0, 0, 2, 0)
    assert everything() == before


def test_a_changed_price_updates_the_variant_it_means(plage: Merchant) -> None:
    load(plage, MUG, SAND, LAMP)
    sand = Variant.objects.get(sku="M-S")
    report = load(plage, MUG, SAND.replace("26.00", "27.50"), LAMP)
    assert tally(report) == (0, 1, 1, 0)
    sand.refresh_from_db()
    assert sand.price == 2750
    event = Event.objects.get(type="product.updated")
    assert event.payload["variants"][1]["price"] == 2750


def test_two_variants_may_swap_their_options(plage: Merchant) -> None:
    load(plage, MUG, SAND)
    swapped = [MUG.replace("Teal", "Sand"), SAND.replace("Sand", "Teal")]
    assert tally(load(plage, *swapped)) == (0, 1, 0, 0)
    assert Variant.objects.get(sku="M-T").option_values == ["Sand"]
    assert Variant.objects.get(sku="M-S").option_values == ["Teal"]


def test_a_variant_may_take_the_options_of_one_that_is_gone(plage: Merchant) -> None:
    load(plage, MUG, SAND)
    assert tally(load(plage, MUG.replace("Teal", "Sand"))) == (0, 1, 0, 0)
    kept, gone = Variant.objects.order_by("pk")
    assert (kept.option_values, kept.active) == (["Sand"], True)
    assert not gone.active


def test_a_variant_that_the_file_lost_goes_off_sale_and_can_return(plage: Merchant) -> None:
    load(plage, MUG, SAND)
    sand = Variant.objects.get(sku="M-S")
    assert tally(load(plage, MUG)) == (0, 1, 0, 0)
    sand.refresh_from_db()
    assert not sand.active
    assert tally(load(plage, MUG, SAND)) == (0, 1, 0, 0)
    sand.refresh_from_db()
    assert sand.active


def test_each_changed_count_of_a_file_is_told(plage: Merchant) -> None:
    load(plage, MUG, SAND, LAMP)
    told = Event.objects.filter(type="stock.changed").order_by("pk")
    known = [("M-T", 5), ("M-S", 2), ("L-1", 3)]
    assert [(each.payload["sku"], each.payload["available"]) for each in told] == known
    load(plage, MUG, SAND.replace(",2,", ",7,"), LAMP)
    (event,) = told.all()[len(known) :]
    sand = Variant.objects.get(sku="M-S")
    assert event.merchant == plage
    assert event.payload == {"variant": str(sand.public_id), "sku": "M-S", "available": 7}
    assert not Event.objects.filter(type="product.updated").exists()


def test_pieces_are_told_after_the_variant_that_they_are_of(plage: Merchant) -> None:
    load(plage, MUG)
    load(plage, MUG, SAND)
    assert list(Event.objects.order_by("pk").values_list("type", flat=True)) == [
        *("product.created", "stock.changed"),
        *("product.updated", "stock.changed"),
    ]


def test_a_file_with_many_variants_runs_as_many_statements_as_one_with_two(
    plage: Merchant, settings: Any
) -> None:
    settings.PREPARED_STATEMENTS = False

    def statements(handle: str, variants: int) -> int:
        first = f"{handle},Bowl,,,,Size,0,{handle}-0,1,9.00,,"
        rows = [f"{handle},,,,,,{n},{handle}-{n},1,9.00,," for n in range(1, variants)]
        with CaptureQueriesContext(connection) as ran:
            assert load(plage, first, *rows).created == 1
        return len(ran)

    assert statements("small", 2) == statements("large", 20)


def test_what_the_merchant_switched_off_stays_off_and_is_noted(
    plage: Merchant, owner: User
) -> None:
    load(plage, MUG, SAND)
    sand = Variant.objects.get(sku="M-S")
    variants.set_active(sand, active=False, actor=owner)
    report = load(plage, MUG, SAND.replace("26.00", "27.50"))
    assert tally(report) == (0, 1, 0, 0)
    sand.refresh_from_db()
    assert (sand.active, sand.price) == (False, 2750)
    assert report.kept_off == 1
    (note,) = report.notes
    assert str(note) == "Row 3 “M-S”: This variant was switched off in the shop and stays off sale."
    assert note.handle == "mug"


def test_switched_off_after_the_file_lost_it_and_brought_it_back_it_stays_off(
    plage: Merchant, owner: User
) -> None:
    load(plage, MUG, SAND)
    load(plage, MUG)
    load(plage, MUG, SAND)
    sand = Variant.objects.get(sku="M-S")
    variants.set_active(sand, active=False, actor=owner)
    assert load(plage, MUG, SAND).kept_off == 1
    sand.refresh_from_db()
    assert not sand.active


def test_what_was_off_before_the_file_lost_it_stays_off_when_it_returns(
    plage: Merchant, owner: User
) -> None:
    load(plage, MUG, SAND)
    sand = Variant.objects.get(sku="M-S")
    variants.set_active(sand, active=False, actor=owner)
    load(plage, MUG)
    assert load(plage, MUG, SAND).kept_off == 1
    sand.refresh_from_db()
    assert not sand.active


def test_a_broken_row_leaves_its_product_out_and_no_trace(plage: Merchant) -> None:
    report = load(plage, MUG, SAND.replace("26.00", "free"), LAMP)
    assert tally(report) == (1, 0, 0, 1)
    (error,) = report.errors
    assert (error.row, error.handle, error.column, error.value) == (
        3,
        "mug",
        "Variant Price",
        "free",
    )
    assert list(Product.objects.values_list("external_id", flat=True)) == ["lamp"]
    assert not Variant.objects.exclude(product__external_id="lamp").exists()


def test_a_broken_row_leaves_the_product_as_it_was(plage: Merchant) -> None:
    load(plage, MUG, SAND)
    before = everything()
    report = load(plage, MUG.replace("24.00", "25.00"), SAND.replace("26.00", "free"))
    assert tally(report) == (0, 0, 0, 1)
    assert everything() == before
    assert Variant.objects.get(sku="M-T").price == 2400


def test_a_sku_of_another_product_is_refused_whole(plage: Merchant) -> None:
    load(plage, LAMP)
    before = everything()
    report = load(plage, MUG.replace("M-T", "L-1"), SAND)
    assert tally(report) == (0, 0, 0, 1)
    assert (report.errors[0].handle, report.errors[0].column) == ("mug", "Variant SKU")
    assert everything() == before


def test_two_shops_may_use_the_same_handles_and_skus(plage: Merchant, rayon: Merchant) -> None:
    load(plage, MUG)
    assert tally(load(rayon, MUG)) == (1, 0, 0, 0)
    assert Variant.objects.filter(sku="M-T").count() == 2


def test_a_count_below_what_is_promised_is_refused(plage: Merchant) -> None:
    load(plage, MUG)
    teal = Variant.objects.get(sku="M-T")
    stock.reserve({teal.pk: 4})
    report = load(plage, MUG.replace(",5,", ",3,"))
    assert tally(report) == (0, 0, 0, 1)
    assert report.errors[0].column == "Variant Inventory Qty"
    assert StockItem.objects.get(pk=teal.pk).on_hand == 5


def test_another_currency_for_a_product_that_is_there_is_refused(plage: Merchant) -> None:
    load(plage, LAMP)
    content = "\n".join([HEADER, LAMP]).encode()
    report = import_products(plage, io.BytesIO(content), currency="USD")
    assert tally(report) == (0, 0, 0, 1)
    assert Product.objects.get().currency == "EUR"


def test_a_dry_run_reports_and_writes_nothing(plage: Merchant) -> None:
    load(plage, LAMP)
    before = everything()
    report = load(plage, MUG, SAND, LAMP.replace("89.00", "90.00"), dry_run=True)
    assert tally(report) == (1, 1, 0, 0)
    assert everything() == before
    assert Variant.objects.get(sku="L-1").price == 8900


def test_memory_does_not_grow_with_the_file(plage: Merchant, tmp_path: Path) -> None:
    def peak(products: int) -> int:
        path = tmp_path / f"{products}.csv"
        body = "words " * 2_000
        with path.open("w") as file:
            file.write(HEADER + "\n")
            file.writelines(f"p{n},P,{body},,,,,,1,bad,,\n" for n in range(products))
        tracemalloc.start()
        report = import_products(plage, path, currency="EUR", dry_run=True)
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert report.failed == products
        return top

    # Ten times the file, 12 MB more: well under a tenth of that is needed to notice repeats.
    assert peak(1_100) - peak(110) < 1_000_000


def test_the_command_prints_the_report_and_fails_on_a_broken_row(
    plage: Merchant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "shop.csv"
    file.write_text("\n".join([HEADER, MUG, SAND.replace("26.00", "free"), LAMP]))
    with pytest.raises(SystemExit) as end:
        call_command("import_products", "@plage", str(file), currency="eur")
    assert end.value.code == 1
    out, err = capsys.readouterr()
    assert out == "1 created, 0 updated, 0 unchanged, 1 left out\n"
    assert "mug: Row 3, Variant Price “free”" in err


def test_the_command_says_what_stays_off(
    plage: Merchant, owner: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load(plage, MUG, SAND)
    variants.set_active(Variant.objects.get(sku="M-S"), active=False, actor=owner)
    file = tmp_path / "shop.csv"
    file.write_text("\n".join([HEADER, MUG, SAND]))
    call_command("import_products", "plage", str(file), currency="eur")
    out, err = capsys.readouterr()
    assert out == (
        "0 created, 0 updated, 1 unchanged, 0 left out\n"
        "1 variant was switched off in the shop and stays off sale\n"
    )
    assert "mug: Row 3 “M-S”: This variant was switched off" in err


def test_the_command_names_an_unknown_shop_and_an_unreadable_file(
    plage: Merchant, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="There is no merchant @nobody"):
        call_command("import_products", "nobody", str(tmp_path / "x.csv"), currency="EUR")
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_products", "plage", str(tmp_path / "x.csv"), currency="EUR")
    (tmp_path / "empty.csv").touch()
    with pytest.raises(CommandError, match="The file is empty"):
        call_command("import_products", "plage", str(tmp_path / "empty.csv"), currency="EUR")
