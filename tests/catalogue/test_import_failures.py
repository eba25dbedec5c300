"""Imports that do not go on: what fails is tried again and given up in words, and states are kept."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from catalogue import dry_runs, products, slices, staging
from catalogue.models import Import, Merchant, Product
from catalogue.staging import NotNow
from tests.catalogue.test_importing import LAMP, MUG, SAND, load
from tests.catalogue.test_staged_imports import fates, upload, worked_off


@pytest.fixture(autouse=True)
def private_root(tmp_path: Any, settings: Any) -> None:
    settings.PRIVATE_ROOT = tmp_path


def test_a_shop_has_a_few_imports_under_way_and_no_more(plage: Merchant, rayon: Merchant) -> None:
    """However many files somebody sends, others' work comes to its turn."""
    first, *_others = [upload(plage, LAMP) for _each in range(staging.MOST_BUSY)]
    with pytest.raises(NotNow, match="3 imports of this shop are under way"):
        upload(plage, LAMP)
    assert upload(rayon, LAMP).state == "reading"
    staging.cancel(first, actor=None)
    assert upload(plage, LAMP).state == "reading"
    with pytest.raises(NotNow, match="under way"):
        staging.resume(first, actor=None)


def test_work_that_goes_wrong_waits_ever_longer_and_is_given_up_in_words(
    plage: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = staging.start(worked_off(upload(plage, LAMP)), actor=None)
    with monkeypatch.context() as patch:
        patch.setattr(slices.Writer, "write", lambda *_words: 1 / 0)
        waits = []
        for _try in range(slices.MOST_ATTEMPTS):
            assert slices.work()
            assert not slices.work(), "it waits"
            of.refresh_from_db()
            assert (of.state, of.last_error) == ("applying", "ZeroDivisionError: division by zero")
            assert of.lease_until is not None
            waits.append(of.lease_until - timezone.now())
            Import.objects.filter(pk=of.pk).update(lease_until=None)
        assert all(longer > wait * 1.5 for wait, longer in pairwise(waits))
        of = worked_off(of)
    assert of.state == "failed"
    assert of.problem.startswith("Something went wrong here")
    assert [each.state for each in of.history.all()][-2:] == ["applying", "failed"]
    assert not Product.objects.exists()


def test_what_went_wrong_once_and_goes_on_counts_no_longer(
    plage: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = upload(plage, LAMP)
    with monkeypatch.context() as patch:
        patch.setattr(slices.Writer, "try_out", lambda *_words: 1 / 0)
        assert slices.work()
    of.refresh_from_db()
    assert of.attempts == 1
    Import.objects.update(lease_until=None)
    of = worked_off(of)
    assert (of.state, of.attempts, of.last_error) == ("ready", 0, "")


def test_workers_that_die_at_it_again_and_again_leave_it(plage: Merchant) -> None:
    of = upload(plage, LAMP)
    for _death in range(slices.MOST_ATTEMPTS):
        assert slices.claim() is not None
        Import.objects.update(lease_until=None)
    assert worked_off(of).state == "failed"


def test_a_file_of_too_many_rows_is_refused(
    plage: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "MOST_FILE_ROWS", 3)
    assert worked_off(upload(plage, MUG, SAND)).state == "ready"
    of = worked_off(upload(plage, MUG, SAND, LAMP))
    assert (of.state, of.problem) == ("failed", "The file has more than 3 rows. Split it.")


def test_a_product_has_no_more_variants_than_its_page_reads(
    plage: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(products, "MOST_VARIANTS", 2)
    load(plage, MUG)
    of = worked_off(upload(plage, MUG, SAND, SAND.replace("M-S", "M-X").replace("Sand", "Tan")))
    assert fates(of) == [("mug", "refused")]
    [error] = dry_runs.errors_of(of.staged.get())
    assert error.message == "A product has at most 2 variants."


@pytest.mark.parametrize(
    "change",
    [{"state": "failed"}, {"problem": "x"}, {"state": "applying", "file": ""}, {"layout": ""}],
)
def test_the_database_knows_what_a_state_needs(plage: Merchant, change: dict[str, str]) -> None:
    of = upload(plage, LAMP)
    with pytest.raises(IntegrityError, match="violates check constraint"):
        Import.objects.filter(pk=of.pk).update(**change)


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_an_imports_history_is_only_added_to(plage: Merchant, verb: str) -> None:
    of = upload(plage, LAMP)
    with pytest.raises(IntegrityError, match="append-only"):
        getattr(of.history.all(), verb)(**({"state": "done"} if verb == "update" else {}))
