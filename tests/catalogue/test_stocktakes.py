"""A count is of a moment: what moved since is kept, and what was counted is applied once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from catalogue import products, stock, stocktakes, tasks
from catalogue.models import (
    Category,
    Merchant,
    Product,
    StockItem,
    StockMovement,
    Stocktake,
    StocktakeLine,
    Variant,
)
from catalogue.products import NewVariant
from webhooks.models import Event

Outcome = StocktakeLine.Outcome


@pytest.fixture
def there(flipflops: Product) -> Variant:
    return flipflops.variants.get(sku="COR-41")


@pytest.fixture
def gone(flipflops: Product) -> Variant:
    return flipflops.variants.get(sku="COR-42")


@pytest.fixture
def count(plage: Merchant, flipflops: Product, owner: User) -> Stocktake:
    return stocktakes.begin(plage, actor=owner)


def on_hand(variant: Variant) -> int:
    return StockItem.objects.get(pk=variant.pk).on_hand


def outcome(count: Stocktake, variant: Variant) -> str:
    return count.lines.get(variant=variant).outcome


def applied(count: Stocktake, actor: User) -> Stocktake:
    stocktakes.apply(count, actor=actor)
    while stocktakes.apply_slice(count.pk):
        pass
    count.refresh_from_db()
    return count


def sell(variant: Variant, pieces: int) -> None:
    stock.reserve({variant.pk: pieces})
    stock.sell({variant.pk: pieces}, reference="1001")


def test_it_is_of_the_shop_or_a_category_or_what_was_chosen(
    plage: Merchant, rayon: Merchant, flipflops: Product, owner: User
) -> None:
    shoes = Category.objects.create(name="Shoes", slug="shoes")
    mat = products.create(plage, title="A mat", variants=[NewVariant(price=1, sku="M")], actor=None)
    products.create(rayon, title="Not mine", variants=[NewVariant(price=1, sku="M")], actor=None)
    products.edit(flipflops, actor=owner, fields={"category": shoes})

    def skus(made: Stocktake) -> list[str]:
        assert made.size == made.lines.count()
        return list(made.lines.order_by("pk").values_list("variant__sku", flat=True))

    assert skus(stocktakes.begin(plage, actor=owner)) == ["M", "COR-41", "COR-42"]
    assert skus(stocktakes.begin(plage, actor=owner, category=shoes)) == ["COR-41", "COR-42"]
    chosen = [mat.variants.get().pk, Variant.objects.get(merchant=rayon).pk]
    assert skus(stocktakes.begin(plage, actor=owner, variants=chosen)) == ["M"]
    products.archive(mat, actor=owner)
    assert skus(stocktakes.begin(plage, actor=owner)) == ["COR-41", "COR-42"]
    with pytest.raises(ValidationError, match="nothing to count"):
        stocktakes.begin(rayon, actor=owner, category=shoes)


def test_the_books_become_what_was_counted(
    count: Stocktake, there: Variant, gone: Variant, owner: User
) -> None:
    assert stocktakes.record(count, {there.pk: 8, gone.pk: 0}, actor=owner) == {there.pk, gone.pk}
    assert on_hand(there) == 10
    assert applied(count, owner).status == Stocktake.Status.APPLIED
    assert on_hand(there) == 8
    movement = there.movements.latest("created_at")
    assert (movement.reason, movement.before, movement.after) == ("count", 10, 8)
    assert (movement.actor, movement.reference) == (owner, f"stocktake {count.pk}")
    assert gone.movements.count() == 0
    assert Event.objects.filter(type="stock.changed", subject=there.public_id).exists()
    assert {outcome(count, there), outcome(count, gone)} == {Outcome.APPLIED}


def test_what_is_sold_after_the_count_stays_sold(
    count: Stocktake, there: Variant, owner: User
) -> None:
    stocktakes.record(count, {there.pk: 8}, actor=owner)
    sell(there, 3)
    applied(count, owner)
    assert on_hand(there) == 5  # Eight were on the shelf, and three of them are sold.


def test_what_came_in_after_the_count_stays_there(
    count: Stocktake, there: Variant, owner: User
) -> None:
    stocktakes.record(count, {there.pk: 11}, actor=owner)
    stock.adjust(there, delta=20, reason=StockMovement.Reason.RECEIVED, actor=owner)
    applied(count, owner)
    assert on_hand(there) == 31


def test_a_count_of_an_earlier_moment_is_compared_with_that_moment(
    count: Stocktake, there: Variant, owner: User
) -> None:
    """Counted, then two were sold, then typed in: the books of then said ten."""
    moment = timezone.now()
    sell(there, 2)
    stocktakes.record(count, {there.pk: 9}, actor=owner, at=moment)
    assert count.lines.get(variant=there).expected == 10
    applied(count, owner)
    assert on_hand(there) == 7


def test_a_moment_before_the_first_movement_had_what_that_one_found(
    count: Stocktake, there: Variant, owner: User
) -> None:
    stocktakes.record(count, {there.pk: 0}, actor=owner, at=timezone.now() - timedelta(days=6))
    line = count.lines.get(variant=there)
    assert (line.expected, line.last_movement) == (0, 0)


@pytest.mark.parametrize("days", [-1, 8])
def test_a_moment_that_is_not_yet_or_too_long_ago_is_refused(
    count: Stocktake, there: Variant, owner: User, days: int
) -> None:
    with pytest.raises(ValidationError, match="within the last seven days"):
        stocktakes.record(
            count, {there.pk: 1}, actor=owner, at=timezone.now() - timedelta(days=days)
        )
    assert not count.lines.counted().exists()


def test_less_than_is_promised_is_refused_and_nothing_else_is(
    count: Stocktake, there: Variant, gone: Variant, owner: User
) -> None:
    stock.reserve({there.pk: 4})
    stocktakes.record(count, {there.pk: 3, gone.pk: 6}, actor=owner)
    applied(count, owner)
    assert (on_hand(there), on_hand(gone)) == (10, 6)
    assert outcome(count, there) == Outcome.RESERVED
    assert list(count.lines.refused().values_list("variant", flat=True)) == [there.pk]


def test_what_is_no_longer_promised_when_it_is_applied_is_not_refused(
    count: Stocktake, there: Variant, owner: User
) -> None:
    stock.reserve({there.pk: 4})
    stocktakes.record(count, {there.pk: 3}, actor=owner)
    stock.release({there.pk: 4})
    applied(count, owner)
    assert on_hand(there) == 3


def test_books_that_were_corrected_since_are_not_corrected_again(
    plage: Merchant, count: Stocktake, there: Variant, owner: User
) -> None:
    """Two people count the same shelf; the second one's difference is in the books by then."""
    second = stocktakes.begin(plage, actor=owner)
    stocktakes.record(count, {there.pk: 8}, actor=owner)
    stocktakes.record(second, {there.pk: 8}, actor=owner)
    applied(count, owner)
    applied(second, owner)
    assert on_hand(there) == 8
    assert outcome(second, there) == Outcome.STALE


def test_where_more_has_left_than_was_counted_it_is_counted_again(
    count: Stocktake, there: Variant, owner: User
) -> None:
    stocktakes.record(count, {there.pk: 0}, actor=owner)
    stock.adjust(there, delta=-3, reason=StockMovement.Reason.DAMAGED, actor=owner)
    applied(count, owner)
    assert (on_hand(there), outcome(count, there)) == (7, Outcome.STALE)


def test_the_later_count_of_a_variant_counts(count: Stocktake, there: Variant, owner: User) -> None:
    stocktakes.record(count, {there.pk: 2}, actor=owner)
    sell(there, 1)
    stocktakes.record(count, {there.pk: 8}, actor=owner)
    assert count.lines.get(variant=there).expected == 9
    applied(count, owner)
    assert on_hand(there) == 8


def test_a_variant_of_another_shop_is_left_out(
    rayon: Merchant, count: Stocktake, owner: User
) -> None:
    mat = products.create(rayon, title="Mat", variants=[NewVariant(price=1)], actor=None)
    assert stocktakes.record(count, {mat.variants.get().pk: 5}, actor=owner) == set()


def test_an_empty_count_is_not_applied_and_a_closed_one_takes_none(
    count: Stocktake, there: Variant, owner: User
) -> None:
    with pytest.raises(stocktakes.NothingCounted):
        stocktakes.apply(count, actor=owner)
    stocktakes.record(count, {there.pk: 8}, actor=owner)
    stocktakes.cancel(count, actor=owner)
    for verb in (
        lambda: stocktakes.record(count, {there.pk: 7}, actor=owner),
        lambda: stocktakes.apply(count, actor=owner),
        lambda: stocktakes.cancel(count, actor=owner),
    ):
        with pytest.raises(stocktakes.StocktakeClosed):
            verb()
    assert not stocktakes.apply_slice(count.pk)
    assert on_hand(there) == 10


def test_a_worker_that_dies_leaves_whole_slices_and_another_goes_on(
    count: Stocktake,
    there: Variant,
    gone: Variant,
    owner: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stocktakes, "SLICE", 1)
    stocktakes.record(count, {there.pk: 8, gone.pk: 4}, actor=owner)
    stocktakes.apply(count, actor=owner)
    assert stocktakes.apply_slice(count.pk)
    assert (on_hand(there), on_hand(gone)) == (8, 0)
    with monkeypatch.context() as patch:
        patch.setattr(stock, "_tell", lambda keys: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            stocktakes.apply_slice(count.pk)
    assert (on_hand(gone), outcome(count, gone)) == (0, "")
    assert stocktakes.applying() == [count.pk]
    while stocktakes.apply_slice(count.pk):
        pass
    assert (on_hand(there), on_hand(gone)) == (8, 4)
    assert stocktakes.applying() == []


def test_a_task_applies_one_slice_and_leaves_the_rest_to_the_next(
    count: Stocktake,
    there: Variant,
    gone: Variant,
    owner: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However long a count is, no task is: the broker would deliver it again, and end it."""
    woken: list[tuple[str, int]] = []
    monkeypatch.setattr(tasks, "wake", lambda *asked: woken.append(asked))
    monkeypatch.setattr(stocktakes, "SLICE", 1)
    stocktakes.record(count, {there.pk: 8, gone.pk: 4}, actor=owner)
    stocktakes.apply(count, actor=owner)
    tasks.apply_stocktake(count.pk)
    assert (on_hand(there), on_hand(gone)) == (8, 0)
    assert woken == [("catalogue.apply_stocktake", count.pk)]
    tasks.sweep_stocktakes()
    tasks.sweep_stocktakes()
    assert (on_hand(gone), stocktakes.applying()) == (4, [])
    assert len(woken) == 2


def test_a_count_that_cannot_be_applied_keeps_no_other_waiting(
    plage: Merchant,
    count: Stocktake,
    there: Variant,
    gone: Variant,
    owner: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    later = stocktakes.begin(plage, actor=owner)
    for each, variant in ((count, there), (later, gone)):
        stocktakes.record(each, {variant.pk: 4}, actor=owner)
        stocktakes.apply(each, actor=owner)
    apply_slice = stocktakes.apply_slice

    def broken(pk: int) -> bool:
        return 1 / 0 > 0 if pk == count.pk else apply_slice(pk)

    monkeypatch.setattr(stocktakes, "apply_slice", broken)
    tasks.sweep_stocktakes()
    assert (on_hand(there), on_hand(gone)) == (10, 4)


def test_who_began_applied_and_cancelled_it_is_kept(
    plage: Merchant, count: Stocktake, there: Variant, owner: User
) -> None:
    stocktakes.record(count, {there.pk: 8}, actor=owner)
    applied(count, owner)
    assert list(count.history.values_list("status", "actor")) == [
        *[("open", owner.pk), ("applying", owner.pk), ("applied", None)]
    ]
    given_up = stocktakes.begin(plage, actor=None)
    stocktakes.cancel(given_up, actor=owner)
    assert list(given_up.history.values_list("status", "actor")) == [
        *[("open", None), ("cancelled", owner.pk)]
    ]
    with pytest.raises(IntegrityError, match="append-only"):
        count.history.all().delete()


@pytest.mark.parametrize(
    "change",
    [
        *[{"status": "applied"}, {"status": "cancelled"}, {"ended_at": timezone.now()}],
        {"applied_by": True},
    ],
)
def test_the_database_knows_when_a_count_has_ended_and_who_applied_it(
    count: Stocktake, owner: User, change: dict[str, object]
) -> None:
    if "applied_by" in change:
        change = {"applied_by": owner}
    with pytest.raises(IntegrityError, match="violates check constraint"):
        Stocktake.objects.filter(pk=count.pk).update(**change)


def test_a_slice_costs_the_same_statements_whatever_its_size(plage: Merchant, owner: User) -> None:
    new = [NewVariant(price=1, option_values=(str(n),), sku=f"S{n}") for n in range(30)]
    products.create(plage, title="Socks", option_names=["Size"], variants=new, actor=owner)
    few = list(Variant.objects.filter(sku__in=["S1", "S2"]).values_list("pk", flat=True))
    rest = list(Variant.objects.exclude(pk__in=few).values_list("pk", flat=True))
    spent = []
    for keys in (few, rest):
        count = stocktakes.begin(plage, actor=owner, variants=keys)
        stocktakes.record(count, dict.fromkeys(keys, 3), actor=owner)
        stocktakes.apply(count, actor=owner)
        with CaptureQueriesContext(connection) as seen:
            stocktakes.apply_slice(count.pk)
        spent.append(len(seen))
    assert spent[0] == spent[1]
