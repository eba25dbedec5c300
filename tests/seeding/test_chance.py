"""Skewed choices that can be repeated."""

from __future__ import annotations

from random import Random
from uuid import UUID

import pytest

from demo.seeding import chance


def test_nearly_all_are_chosen_once_each_and_never_the_weightless() -> None:
    weights = [*chance.zipf(500, exponent=0.85), 1e-9]
    chosen = chance.without_replacement(weights, Random(1), 500)
    assert sorted(chosen) == list(range(500))
    few = chance.without_replacement(weights, Random(1), 20)
    assert len(set(few)) == 20
    assert sum(number < 100 for number in few) > 10


def test_distinct_choices_follow_their_weights() -> None:
    skewed = chance.Skewed(chance.zipf(100, exponent=1.0))
    counted = [number for seed in range(200) for number in skewed.distinct(Random(seed), 5)]
    assert len(counted) == 1000
    assert counted.count(0) > 5 * max(1, counted.count(90))


def test_shares_add_up_and_leave_none_to_the_weightless() -> None:
    counts = chance.shares([8.0, 4.0, 0.0, 1.0, 1.0], total=21, most=7)
    assert list(counts) == [7, 7, 0, 4, 3]
    with pytest.raises(ValueError, match="left over"):
        chance.shares([1.0, 0.0], total=9, most=8)


def test_ids_of_the_same_instant_grow_too() -> None:
    ids = chance.Ids(Random(1))
    made = [UUID(ids.of(1_700_000_000.0)) for _ in range(9000)]
    made.append(UUID(ids.of(1_699_999_999.0)))
    assert made == sorted(set(made))
    assert {(each.version, each.variant) for each in made} == {(7, "specified in RFC 4122")}
    assert made[0].int >> 80 == 1_700_000_000_000


def test_the_newest_of_all_is_a_moment_old_and_the_oldest_two_years() -> None:
    ages = [chance.age(number, 1000) for number in range(1000)]
    assert ages == sorted(ages, reverse=True)
    assert 0 < ages[-1] < 4 * 3600
    assert chance.SPAN * 0.99 < ages[0] < chance.SPAN
