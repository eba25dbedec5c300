"""Pieces come and go for a reason, and no figure changes without its movement."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from catalogue import stock
from catalogue.models import Product, StockItem, StockMovement, Variant

Reason = StockMovement.Reason


@pytest.fixture
def there(flipflops: Product) -> Variant:
    return flipflops.variants.get(sku="COR-41")


@pytest.mark.parametrize(
    ("reason", "delta"),
    [
        (Reason.RECEIVED, 4),
        (Reason.RETURNED, 1),
        (Reason.DAMAGED, -2),
        (Reason.LOST, -3),
        (Reason.ADJUSTMENT, 5),
        (Reason.ADJUSTMENT, -5),
    ],
)
def test_a_movement_says_why_who_and_what_was_found(
    there: Variant, owner: User, reason: StockMovement.Reason, delta: int
) -> None:
    stock.adjust(there, delta=delta, reason=reason, actor=owner, reference="DN-7", note="wet box")
    movement = there.movements.latest("created_at")
    assert (movement.before, movement.after) == (10, 10 + delta)
    assert (movement.reason, movement.reference, movement.note) == (reason, "DN-7", "wet box")
    assert movement.actor == owner
    assert StockItem.objects.get(pk=there.pk).on_hand == 10 + delta


@pytest.mark.parametrize(
    ("reason", "delta"),
    [(Reason.RECEIVED, -1), (Reason.RETURNED, -1), (Reason.DAMAGED, 1), (Reason.LOST, 1)],
)
def test_goods_go_the_way_of_their_reason(
    there: Variant, owner: User, reason: StockMovement.Reason, delta: int
) -> None:
    with pytest.raises(stock.WrongWay):
        stock.adjust(there, delta=delta, reason=reason, actor=owner)
    assert there.movements.count() == 1
    with pytest.raises(IntegrityError, match="movement_goes_the_way"), transaction.atomic():
        StockMovement.objects.create(variant=there, reason=reason, before=10, after=10 + delta)


def test_the_database_knows_whose_a_movement_is(there: Variant, rayon: object) -> None:
    movement = StockMovement.objects.create(
        variant=there, merchant=rayon, reason="adjustment", before=10, after=11
    )
    movement.refresh_from_db()
    assert movement.merchant == there.merchant


def test_of_one_variant_the_later_movement_has_the_later_time(there: Variant, owner: User) -> None:
    """Also in one transaction, where the database's own now() stands still."""
    began = timezone.now() - timedelta(seconds=1)
    for _each in range(3):
        stock.adjust(there, delta=1, actor=owner)
    times = list(there.movements.order_by("id").values_list("created_at", flat=True))
    assert times == sorted(set(times))
    assert times[0] > began


def test_a_threshold_of_its_own_counts_before_the_shops(there: Variant) -> None:
    assert not StockItem.objects.low().filter(pk=there.pk).exists()
    stock.watch(there, low_at=10)
    assert StockItem.objects.low().filter(pk=there.pk).exists()
    stock.watch(there, low_at=None)
    type(there.merchant).objects.filter(pk=there.merchant_id).update(low_stock_at=10)
    assert StockItem.objects.low().filter(pk=there.pk).exists()
