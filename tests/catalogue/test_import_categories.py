"""Categories are the operator's: what merchants upload finds those that are there, and makes none."""

from __future__ import annotations

from typing import Any

import pytest

from catalogue import dry_runs
from catalogue.models import Category, Import, Merchant, Product
from tests.catalogue.test_importing import LAMP, MUG, load
from tests.catalogue.test_staged_imports import imported, upload, worked_off


@pytest.fixture(autouse=True)
def private_root(tmp_path: Any, settings: Any) -> None:
    settings.PRIVATE_ROOT = tmp_path


def notes(of: Import, fate: str) -> list[tuple[int, str, str]]:
    [shown] = dry_runs.page(of, fate=fate).products
    assert all("There is no such category" in note.message for note in shown.notes)
    return [(note.row, note.column, note.value) for note in shown.notes]


def test_a_file_makes_no_category_and_says_in_which_row_it_names_one(plage: Merchant) -> None:
    of = worked_off(upload(plage, MUG))
    assert notes(of, "new") == [(2, "Type", "Cups")]
    assert imported(of).state == "done"
    assert Product.objects.get().category is None
    assert not Category.objects.exists()
    again = worked_off(upload(plage, MUG))
    assert notes(again, "same") == [(2, "Type", "Cups")]


def test_one_that_is_there_is_found(plage: Merchant) -> None:
    cups = Category.objects.create(name="Cups & bowls", slug="cups")
    of = imported(upload(plage, MUG))
    assert Product.objects.get().category == cups
    assert not of.staged.get().notes
    assert Category.objects.count() == 1


def test_a_product_keeps_its_category_where_the_file_names_none_that_is_there(
    plage: Merchant,
) -> None:
    load(plage, MUG)
    cups = Category.objects.get()
    of = imported(upload(plage, MUG.replace("Cups", "Crockery").replace("24.00", "25.00"), LAMP))
    assert notes(of, "changed") == [(2, "Type", "Crockery")]
    assert Product.objects.get(external_id="mug").category == cups
    assert list(Category.objects.all()) == [cups]


def test_one_that_goes_between_the_dry_run_and_the_writing_is_said_then(plage: Merchant) -> None:
    Category.objects.create(name="Cups", slug="cups")
    of = worked_off(upload(plage, MUG))
    assert not of.staged.get().notes
    Category.objects.all().delete()
    of = imported(of)
    assert notes(of, "new") == [(2, "Type", "Cups")]
    assert Product.objects.get().category is None
