"""A file on its way through the worker: staged, shown, written; cancelled, gone on with, taken away."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile

from accounts.models import User
from catalogue import dry_runs, slices, staging
from catalogue.models import Import, Merchant, Product
from tests.catalogue.test_importing import HEADER, LAMP, MUG, SAND, load
from webhooks.models import Event


@pytest.fixture(autouse=True)
def private_root(tmp_path: Any, settings: Any) -> None:
    settings.PRIVATE_ROOT = tmp_path


def upload(
    merchant: Merchant, *lines: str, header: str = HEADER, actor: User | None = None
) -> Import:
    content = ContentFile("\n".join([header, *lines, ""]).encode())
    return staging.upload(merchant, content=content, name="shop.csv", actor=actor)


def worked_off(of: Import) -> Import:
    """The import when no worker finds anything more to do."""
    while slices.work():
        pass
    of.refresh_from_db()
    return of


def fates(of: Import) -> list[tuple[str, str]]:
    return list(of.staged.order_by("place").values_list("handle", "fate"))


def test_a_dry_run_shows_each_fate_and_writes_nothing(plage: Merchant, owner: User) -> None:
    load(plage, LAMP, "tote,Tote,,,,,,T-1,1,38.00,,")
    events = Event.objects.count()
    bad = "vinyl,Vinyl,,,,,,V-1,many,29.00,,"
    of = worked_off(
        upload(
            plage,
            MUG,
            SAND,
            LAMP.replace("89.00", "95.00"),
            bad,
            "tote,Tote,,,,,,T-1,1,38.00,,",
            actor=owner,
        )
    )
    assert (of.state, of.rows, of.read_to, of.percent) == ("ready", 5, 4, 0)
    assert fates(of) == [
        *[("mug", "new"), ("lamp", "changed"), ("vinyl", "refused"), ("tote", "same")]
    ]
    changed = of.staged.get(fate="changed")
    assert changed.changes == [
        {"row": 4, "field": "price", "of": "L-1", "before": "89.00", "after": "95.00"}
    ]
    [error] = dry_runs.errors_of(of.staged.get(fate="refused"))
    assert (error.row, error.column, error.value) == (5, "Variant Inventory Qty", "many")
    assert Event.objects.count() == events
    assert Product.objects.count() == 2
    assert [each.state for each in of.history.all()] == ["uploaded", "reading", "ready"]
