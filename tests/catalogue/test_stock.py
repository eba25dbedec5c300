"""Stock: promised, sold, given back and counted, each change with its movement."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from catalogue import stock
from catalogue.models import Product, StockItem, StockMovement, Variant
from webhooks.models import Event


def counts(variant: Variant) -> tuple[int, int]:
    item = StockItem.objects.get(pk=variant.pk)
    return item.on_hand, item.reserved


@pytest.fixture
def sizes(flipflops: Product) -> tuple[Variant, Variant]:
    forty_one, forty_two = flipflops.variants.all()
    return forty_one, forty_two


@pytest.fixture
def unprepared(settings) -> None:
    """Counts do not depend on what this connection has run, and so prepared, before."""
    settings.PREPARED_STATEMENTS = False


@pytest.mark.usefixtures("unprepared")
def test_reserving_is_one_statement_for_all_lines(
    sizes: tuple[Variant, Variant], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    there, gone = sizes
    stock.restock({gone.pk: 3}, reference="delivery note 7")
    with django_assert_num_queries(1):
        stock.reserve({gone.pk: 3, there.pk: 4})
    assert counts(there) == (10, 4)
    assert counts(gone) == (3, 3)


def test_one_short_line_leaves_all_lines_unreserved(sizes: tuple[Variant, Variant]) -> None:
    there, gone = sizes
    with pytest.raises(stock.OutOfStock) as refusal:
        stock.reserve({there.pk: 10, gone.pk: 1})
    assert refusal.value.shortages == {gone.pk: 0}
    assert counts(there) == (10, 0)
    assert counts(gone) == (0, 0)


def test_the_last_piece_goes_and_no_further(sizes: tuple[Variant, Variant]) -> None:
    there, _ = sizes
    stock.reserve({there.pk: 8})
    with pytest.raises(stock.OutOfStock) as refusal:
        stock.reserve({there.pk: 3})
    assert refusal.value.shortages == {there.pk: 2}
    stock.reserve({there.pk: 2})
    assert counts(there) == (10, 10)


def test_an_unknown_variant_has_nothing_left(sizes: tuple[Variant, Variant]) -> None:
    there, _ = sizes
    with pytest.raises(stock.OutOfStock) as refusal:
        stock.reserve({there.pk: 1, 999_999: 1})
    assert refusal.value.shortages == {999_999: 0}
    assert counts(there) == (10, 0)


@pytest.mark.usefixtures("unprepared")
def test_a_sale_leaves_both_counts_and_one_movement(
    sizes: tuple[Variant, Variant], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    there, _ = sizes
    stock.reserve({there.pk: 4})
    with django_assert_num_queries(1):
        stock.sell({there.pk: 4}, reference="E-1001")
    assert counts(there) == (6, 0)
    movement = StockMovement.objects.filter(variant=there).latest("pk")
    assert (movement.reason, movement.before, movement.after) == ("sale", 10, 6)
    assert (movement.reference, movement.actor) == ("E-1001", None)


def test_what_is_not_reserved_is_neither_sold_nor_released(
    sizes: tuple[Variant, Variant],
) -> None:
    there, _ = sizes
    stock.reserve({there.pk: 1})
    movements = StockMovement.objects.count()
    with pytest.raises(stock.NotReserved):
        stock.sell({there.pk: 2}, reference="E-1001")
    with pytest.raises(stock.NotReserved):
        stock.release({there.pk: 2})
    assert counts(there) == (10, 1)
    assert StockMovement.objects.count() == movements


def test_releasing_gives_the_promise_back(sizes: tuple[Variant, Variant]) -> None:
    there, _ = sizes
    stock.reserve({there.pk: 10})
    stock.release({there.pk: 10})
    stock.reserve({there.pk: 10})
    assert counts(there) == (10, 10)


def test_an_adjustment_says_who_why_and_what_was_before(
    sizes: tuple[Variant, Variant], owner: User
) -> None:
    there, _ = sizes
    stock.adjust(there, delta=-3, actor=owner, reference="water damage")
    movement = StockMovement.objects.filter(variant=there).latest("pk")
    assert (movement.reason, movement.before, movement.after) == ("adjustment", 10, 7)
    assert (movement.actor, movement.reference) == (owner, "water damage")
    event = Event.objects.filter(type="stock.changed").latest("pk")
    assert event.subject == str(there.public_id)
    assert event.payload["available"] == 7


def test_an_adjustment_never_takes_promised_pieces(
    sizes: tuple[Variant, Variant], owner: User
) -> None:
    there, _ = sizes
    stock.reserve({there.pk: 8})
    with pytest.raises(stock.OutOfStock) as refusal:
        stock.adjust(there, delta=-3, actor=owner)
    assert refusal.value.shortages == {there.pk: 2}
    assert counts(there) == (10, 8)


def test_a_stocktake_moves_only_what_differs(sizes: tuple[Variant, Variant], owner: User) -> None:
    there, gone = sizes
    movements = StockMovement.objects.count()
    changed = stock.stocktake({there.pk: 10, gone.pk: 5}, actor=owner, reference="stock.csv")
    assert changed == [gone.pk]
    assert counts(gone) == (5, 0)
    assert StockMovement.objects.count() == movements + 1


def test_a_stocktake_tells_what_is_left_of_each_changed_count(
    sizes: tuple[Variant, Variant],
) -> None:
    there, gone = sizes
    stock.reserve({there.pk: 4})
    before = Event.objects.count()
    with transaction.atomic():
        stock.stocktake({there.pk: 12, gone.pk: 0})
    (event,) = Event.objects.order_by("pk")[before:]
    assert (event.type, event.subject) == ("stock.changed", str(there.public_id))
    assert event.payload == {
        "variant": str(there.public_id),
        "sku": "COR-41",
        "available": 8,
    }


@pytest.mark.usefixtures("unprepared")
def test_a_stocktake_of_many_runs_as_many_statements_as_of_one(
    sizes: tuple[Variant, Variant],
) -> None:
    there, gone = sizes
    with CaptureQueriesContext(connection) as one:
        stock.stocktake({there.pk: 3})
    with CaptureQueriesContext(connection) as two:
        stock.stocktake({there.pk: 4, gone.pk: 5})
    assert len(one) == len(two)


def test_a_stocktake_below_what_is_promised_changes_nothing(
    sizes: tuple[Variant, Variant],
) -> None:
    there, gone = sizes
    stock.reserve({there.pk: 6})
    with pytest.raises(stock.OutOfStock), transaction.atomic():
        stock.stocktake({there.pk: 5, gone.pk: 9})
    assert counts(there) == (10, 6)
    assert counts(gone) == (0, 0)
