"""`kill -9` at any time of an import: each product is written once, and none is missing."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from catalogue import staging
from catalogue.models import Import, Product, StagedProduct, StockMovement, Variant
from tests.faults.world import World, wait_for
from webhooks.models import Event

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.timeout(600)]

# Between the writing of products and the note that they are written, and behind both.
PLACES = (
    "catalogue.imported:_put_images:before",
    "catalogue.imported:_put_images:after",
    "catalogue.slices:_move_on:before",
    "catalogue.slices:_move_on:after",
)
COUNT = 1_200
KILLS = 6
HEADER = "Handle,Title,Variant SKU,Variant Inventory Qty,Variant Price"


@pytest.fixture(autouse=True)
def private_root(world: World, settings: object) -> None:
    """Where the stack's worker finds what is uploaded here."""
    settings.PRIVATE_ROOT = Path(world.stack.environment["PRIVATE_ROOT"])  # type: ignore[attr-defined]


def upload(world: World, *, first: int, count: int) -> Import:
    rows = [f"bowl-{n},Bowl {n},B-{n},5,24.00" for n in range(first, first + count)]
    content = ContentFile("\n".join([HEADER, *rows, ""]).encode())
    return staging.upload(world.shop, content=content, name="bowls.csv", actor=None)


def wait_for_state(of: Import, state: str) -> None:
    def there() -> bool:
        of.refresh_from_db()
        return of.state == state

    wait_for(there, otherwise=f"the import did not become {state}")


def back_after_the_lease(world: World) -> None:
    """The worker starts anew, a minute after it died; nobody waits for that in the test."""
    Import.objects.filter(lease_until__isnull=False).update(lease_until=timezone.now())
    world.stack.start("worker")


def all_written_once(of: Import, *, of_all: int) -> None:
    assert Product.objects.filter(external_id__startswith="bowl-").count() == of_all
    assert Variant.objects.filter(sku__startswith="B-", stock__on_hand=5).count() == of_all
    moved = StockMovement.objects.filter(reason="import", before=0, after=5)
    assert moved.count() == of_all
    assert Event.objects.filter(type="product.created").count() == of_all
    assert not Event.objects.filter(type="product.updated").exists()
    assert Event.objects.filter(type="stock.changed").count() == of_all
    staged = StagedProduct.objects.filter(of=of)
    assert set(staged.values_list("fate", "applied")) == {("new", True)}
    assert of.applied_to == of.read_to == staged.count()


def test_a_worker_dies_between_two_steps_of_a_batch(
    world: World, subtests: pytest.Subtests
) -> None:
    for number, place in enumerate(PLACES):
        with subtests.test(place):
            of = upload(world, first=250 * number, count=250)
            wait_for_state(of, "ready")
            world.arm(place, process="worker")
            staging.start(of, actor=None)
            world.stack.restart("beat")
            world.dead_at(place, process="worker")
            back_after_the_lease(world)
            wait_for_state(of, "done")
            all_written_once(of, of_all=250 * (number + 1))


def test_a_worker_dies_again_and_again(world: World) -> None:
    of = upload(world, first=0, count=COUNT)
    for state in ("ready", "done"):
        for _ in range(KILLS):
            time.sleep(random.uniform(0.2, 1.0))
            world.stack.kill9("worker")
            back_after_the_lease(world)
        wait_for_state(of, state)
        if state == "ready":
            assert StagedProduct.objects.filter(of=of).count() == of.read_to == COUNT
            staging.start(of, actor=None)
    all_written_once(of, of_all=COUNT)
