"""No file keeps workers for ever: how long it may be, how many a shop may have, when it is given up."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from catalogue import slices, staging
from catalogue.admin.import_forms import ImportForm
from catalogue.encodings import UnreadableFile
from catalogue.imported import Writer
from catalogue.models import Import, Merchant, Product
from catalogue.staging import MOST_FILE_ROWS, MOST_KEPT, MOST_OPEN, NotNow
from tests.catalogue.test_importing import HEADER, LAMP, MUG, SAND
from tests.catalogue.test_staged_imports import TOTE, imported, upload, worked_off


@pytest.fixture(autouse=True)
def private_root(tmp_path: Any, settings: Any) -> Path:
    settings.PRIVATE_ROOT = tmp_path
    return Path(tmp_path)


def files(root: Path) -> int:
    return len(list(root.rglob("*.csv")))


def due() -> None:
    """The wait is over, or the worker that had it is dead."""
    before = timezone.now() - timedelta(hours=1)
    Import.objects.filter(lease_until__isnull=False).update(lease_until=before)


# Rows ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ["a", "", ",,,", '"a"b'])
def test_a_file_of_too_many_rows_is_refused_when_it_is_uploaded(
    plage: Merchant, private_root: Path, row: str
) -> None:
    content = ContentFile((HEADER + "\n" + f"{row}\n" * (MOST_FILE_ROWS + 1)).encode())
    with pytest.raises(UnreadableFile, match="at most 200,000 rows"):
        staging.upload(plage, content=content, name="long.csv", actor=None)
    assert not Import.objects.exists()
    assert files(private_root) == 0
    assert f"{MOST_FILE_ROWS:,} rows" in str(ImportForm.base_fields["upload"].help_text)


def test_as_many_rows_as_a_file_may_have_are_taken(plage: Merchant, monkeypatch: Any) -> None:
    monkeypatch.setattr(staging, "MOST_FILE_ROWS", 3)
    assert worked_off(upload(plage, MUG, SAND, LAMP)).state == "ready"
    with pytest.raises(UnreadableFile):
        upload(plage, MUG, SAND, LAMP, TOTE)


def test_a_file_that_is_too_long_and_lies_there_already_fails_in_words(
    plage: Merchant, monkeypatch: Any
) -> None:
    of = upload(plage, MUG, SAND, LAMP, TOTE)
    monkeypatch.setattr(staging, "MOST_FILE_ROWS", 3)
    of = worked_off(of)
    assert of.state == "failed"
    assert of.problem.startswith("A file has at most 3 rows")
    assert not of.is_given_up


# How many --------------------------------------------------------------------------------------


def test_a_shop_has_a_few_open_imports_at_a_time(
    plage: Merchant, rayon: Merchant, private_root: Path
) -> None:
    first, *_others = [upload(plage, LAMP) for _ in range(MOST_OPEN)]
    with pytest.raises(NotNow, match="Finish or cancel one of them first"):
        upload(plage, LAMP)
    assert files(private_root) == MOST_OPEN
    assert upload(rayon, LAMP).state == "reading"
    staging.cancel(first, actor=None)
    assert upload(plage, LAMP).state == "reading"
    with pytest.raises(NotNow, match="Finish or cancel one of them first"):
        staging.resume(first, actor=None)
    first.refresh_from_db()
    assert first.state == "cancelled"


def test_of_what_is_over_the_newest_files_are_kept(plage: Merchant, private_root: Path) -> None:
    waits = worked_off(upload(plage, TOTE))
    ended = []
    for _ in range(MOST_KEPT + 1):
        of = upload(plage, LAMP)
        ended.append(staging.cancel(of, actor=None))
    while staging.forget_old():
        pass
    assert files(private_root) == MOST_KEPT + 1
    kept = [each.pk for each in Import.objects.exclude(file="").order_by("pk")]
    assert kept == [waits.pk, *(each.pk for each in ended[1:])]


# Given up --------------------------------------------------------------------------------------


def test_an_import_that_kills_its_workers_is_given_up(plage: Merchant) -> None:
    of = upload(plage, LAMP)
    for _ in range(slices.MOST_ATTEMPTS):
        assert slices.claim() is not None
        due()
    assert slices.work()
    of.refresh_from_db()
    assert (of.state, of.is_given_up, of.lease_until) == ("failed", True, None)
    assert of.problem.startswith("We tried several times and could not go on")
    assert [each.state for each in of.history.all()] == ["uploaded", "reading", "failed"]
    due()
    assert not slices.work()


def test_one_that_fails_while_it_is_written_says_what_is_written(
    plage: Merchant, monkeypatch: Any
) -> None:
    monkeypatch.setattr("catalogue.slices.MOST_PRODUCTS", 1)
    of = staging.start(worked_off(upload(plage, MUG, LAMP, TOTE)), actor=None)
    write = Writer.write

    def broken(self: Writer, batch: Any, book: Any) -> Any:
        if batch[0].handle == "lamp":
            raise RuntimeError("no room\0")
        return write(self, batch, book)

    monkeypatch.setattr(Writer, "write", broken)
    leases = []
    for number in range(slices.MOST_ATTEMPTS + 1):
        assert slices.work(seconds=0 if number == 0 else 60)
        of.refresh_from_db()
        if number:
            assert (of.state, of.last_error) == ("applying", "RuntimeError: no room")
            leases.append(of.lease_until)
            assert not slices.work()
        due()
    # The database's clock stands still in a test: 10, 20, 40 … seconds.
    longer = [(after - before).seconds for before, after in pairwise(leases)]
    assert longer == [10 * 2**number for number in range(slices.MOST_ATTEMPTS - 1)]
    assert slices.work()
    of.refresh_from_db()
    assert (of.state, of.last_error, of.applied_to) == ("failed", "RuntimeError: no room", 1)
    assert "1 product is as it says" in of.problem
    assert list(Product.objects.values_list("external_id", flat=True)) == ["mug"]
    assert not slices.work()


def test_whatever_goes_on_is_not_given_up_however_often_its_workers_die(
    plage: Merchant, monkeypatch: Any
) -> None:
    for place in ("catalogue.imports.MOST_PRODUCTS", "catalogue.slices.MOST_PRODUCTS"):
        monkeypatch.setattr(place, 1)
    monkeypatch.setattr(slices, "MOST_ATTEMPTS", 2)
    of = upload(plage, MUG, LAMP, TOTE)
    for state in ("ready", "done"):
        while True:
            assert slices.claim() is not None  # This one dies.
            due()
            assert slices.work(seconds=0)
            of.refresh_from_db()
            if not of.is_busy:
                break
        assert of.state == state
        if state == "ready":
            staging.start(of, actor=None)
    assert Product.objects.count() == 3


def test_a_failure_that_passes_is_forgotten(plage: Merchant, monkeypatch: Any) -> None:
    of = upload(plage, LAMP)
    with monkeypatch.context() as broken:
        broken.setattr(slices, "_stage", lambda *given, **words: 1 / 0)
        assert slices.work()
    of.refresh_from_db()
    assert of.last_error.startswith("ZeroDivisionError")
    due()
    of = imported(of)
    assert (of.state, of.last_error) == ("done", "")
