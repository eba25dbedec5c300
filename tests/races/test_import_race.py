"""Several workers at one import, and a shop's imports beside each other and beside shoppers."""

from __future__ import annotations

import io
import random
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction

from catalogue import slices, staging, stock
from catalogue.imports import ImportReport, import_products
from catalogue.models import Import, Merchant, StagedProduct, StockMovement, Variant
from tests.races.crowd import at_once
from tests.shops import open_shop
from webhooks.models import Event

COUNT = 60
HEADER = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price"


@pytest.fixture
def shop(transactional_db: None, tmp_path: Any, settings: Any) -> Merchant:
    settings.PRIVATE_ROOT = tmp_path
    return open_shop("atelier")


def file_of(order: list[int], *, pieces: int = 50) -> bytes:
    rows = [f"bowl-{n},Bowl {n},Glaze,Teal,B-{n},{pieces},24.00" for n in order]
    return "\n".join([HEADER, *rows, ""]).encode()


def once(shop: Merchant) -> None:
    assert shop.products.count() == COUNT
    assert Event.objects.filter(type="product.created").count() == COUNT
    assert StockMovement.objects.count() == COUNT


def work_off(of: Import, *, workers: int) -> None:
    while of.is_busy:
        said = at_once([lambda: slices.work(seconds=0)] * workers)
        assert all(isinstance(each, bool) for each in said), said
        of.refresh_from_db()


def test_many_workers_at_one_import_write_each_product_once(
    shop: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("catalogue.imports.MOST_PRODUCTS", "catalogue.slices.MOST_PRODUCTS"):
        monkeypatch.setattr(place, 7)
    content = ContentFile(file_of(list(range(COUNT))))
    of = staging.upload(shop, content=content, name="bowls.csv", actor=None)
    work_off(of, workers=6)
    assert StagedProduct.objects.count() == of.read_to == COUNT
    of = staging.start(of, actor=None)
    work_off(of, workers=6)
    assert (of.state, of.applied_to) == ("done", COUNT)
    assert [each.state for each in of.history.all()].count("done") == 1
    once(shop)


def test_a_shops_imports_at_once_write_each_product_once(shop: Merchant) -> None:
    """The same products in other orders: nobody deadlocks, and nobody's file is refused."""

    def load() -> ImportReport:
        order = random.sample(range(COUNT), COUNT)
        return import_products(shop, io.BytesIO(file_of(order)), currency="EUR")

    reports = at_once([load] * 4)
    assert all(isinstance(each, ImportReport) for each in reports), reports
    found = [each for each in reports if isinstance(each, ImportReport)]
    assert sum(each.created for each in found) == COUNT
    assert sum(each.failed for each in found) == 0
    once(shop)


def test_shoppers_and_an_import_wait_for_each_other_instead_of_deadlocking(shop: Merchant) -> None:
    import_products(shop, io.BytesIO(file_of(list(range(COUNT)))), currency="EUR")
    ids = list(Variant.objects.order_by("-pk").values_list("pk", flat=True))

    def count() -> None:
        for pieces in (60, 70, 80):
            order = random.sample(range(COUNT), COUNT)
            content = file_of(order, pieces=pieces)
            report = import_products(shop, io.BytesIO(content), currency="EUR")
            assert report.updated == COUNT, report.errors

    def buy() -> None:
        for _ in range(10):
            with transaction.atomic():
                stock.reserve(dict.fromkeys(random.sample(ids, 20), 1))

    said = at_once([count, buy, buy, buy])
    assert said == [None] * 4
    assert set(Variant.objects.values_list("stock__on_hand", flat=True)) == {80}


def test_uploads_at_once_leave_no_more_open_imports_than_a_shop_may_have(
    shop: Merchant, tmp_path: Any
) -> None:
    def upload() -> str:
        content = ContentFile(file_of([1]))
        try:
            return str(staging.upload(shop, content=content, name="b.csv", actor=None).state)
        except staging.NotNow:
            return "refused"

    for _ in range(staging.MOST_OPEN - 2):
        upload()
    said = at_once([upload] * 8)
    assert sorted(map(str, said)) == ["reading"] * 2 + ["refused"] * 6
    assert Import.objects.count() == len(list(tmp_path.rglob("*.csv"))) == staging.MOST_OPEN
