"""Offers to the cent: how an amount spreads, which offers come together, and what no cart can break."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout.discounts import Part, Rule, Taken, spread, take
from shopping.money import Money

SHOES, LAMP, POST = Part(1, 3400), Part(2, 8400), Part(1, 390, is_parcel=True)


def totals(taken: list[Taken]) -> list[tuple[int, int]]:
    return [(each.rule.key, each.total) for each in taken]


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (2, [1, 1, 1], [1, 1, 0]),
        (10, [999, 1], [10, 0]),
        (5, [0, 7, 0], [0, 5, 0]),
        (7, [3, 4], [3, 4]),
        (1000, [3333, 3333, 3334], [333, 333, 334]),
        (0, [5, 5], [0, 0]),
        (0, [0, 0], [0, 0]),
        (0, [], []),
    ],
)
def test_an_amount_spreads_by_largest_remainder(
    amount: int, weights: list[int], parts: list[int]
) -> None:
    assert spread(amount, weights) == parts


def test_a_percentage_is_of_goods_and_rounded_once() -> None:
    parts = [Part(1, 333), Part(1, 333), Part(1, 333), POST]
    [taken] = take(parts, automatic=[Rule(1, merchant=1, basis_points=1000)])
    assert (taken.total, taken.shares) == (100, (34, 33, 33, 0))


def test_an_amount_takes_no_more_than_the_goods() -> None:
    [taken] = take([SHOES, POST], automatic=[], codes=[Rule(1, amount=5000)])
    assert taken.shares == (3400, 0)


def test_free_delivery_is_of_parcels() -> None:
    parts = [SHOES, LAMP, POST, Part(2, 500, is_parcel=True)]
    assert take(parts, automatic=[Rule(1, free_delivery=True)])[0].shares == (0, 0, 390, 500)
    own = Rule(1, merchant=2, free_delivery=True)
    assert take(parts, automatic=[own])[0].shares == (0, 0, 0, 500)


def test_an_offer_takes_no_more_than_its_most_off_one_order() -> None:
    parts = [SHOES, LAMP, POST, Part(2, 500, is_parcel=True)]
    [taken] = take(parts, automatic=[Rule(1, basis_points=5000, most=1180)])
    assert taken.shares == (340, 840, 0, 0)
    [taken] = take(parts, automatic=[Rule(1, free_delivery=True, most=89)])
    assert taken.shares == (0, 0, 39, 50)
    [taken] = take(parts, automatic=[Rule(1, free_delivery=True, most=890)])
    assert taken.shares == (0, 0, 390, 500)
    # Of Kuwaiti dinars tens of fils are paid.
    [taken] = take(parts, automatic=[Rule(1, amount=500, most=119)], step=10)
    assert taken.shares == (30, 80, 0, 0)


def test_a_minimum_is_of_the_goods_that_the_offer_is_about() -> None:
    enough, more = Rule(1, merchant=1, minimum=3400, amount=100), Rule(1, minimum=11801, amount=100)
    assert totals(take([SHOES, LAMP], automatic=[enough])) == [(1, 100)]
    assert take([SHOES, LAMP], automatic=[more]) == []


def test_of_a_shops_own_offers_the_best_counts() -> None:
    rules = [
        Rule(1, merchant=1, amount=300),
        Rule(2, merchant=1, basis_points=1000),
        Rule(3, merchant=1, free_delivery=True),
        Rule(4, merchant=2, amount=1),
    ]
    assert totals(take([SHOES, LAMP, POST], automatic=rules)) == [(3, 390), (4, 1)]


def test_of_two_that_take_off_the_same_the_older_counts() -> None:
    rules = [Rule(2, merchant=1, amount=340), Rule(1, merchant=1, basis_points=1000)]
    assert totals(take([SHOES], automatic=rules)) == [(1, 340)]


def test_each_round_is_of_what_the_one_before_left() -> None:
    rules = [Rule(1, merchant=1, basis_points=1000), Rule(2, basis_points=1000)]
    taken = take([SHOES], automatic=rules, codes=[Rule(3, basis_points=1000)])
    assert totals(taken) == [(1, 340), (2, 306), (3, 275)]


def test_an_offer_that_takes_nothing_is_no_line() -> None:
    assert take([Part(1, 0), POST], automatic=[Rule(1, basis_points=5000)]) == []


# What no cart can break --------------------------------------------------------------------------
AMOUNTS = st.integers(0, 10**9)
MERCHANTS = st.integers(1, 3)
PARTS = st.lists(st.builds(Part, MERCHANTS, AMOUNTS, is_parcel=st.booleans()), max_size=12)
RULES = st.builds(
    lambda key, whose, minimum, most, kind: Rule(key, whose, minimum, most=most, **kind),
    st.integers(1, 99),
    st.none() | MERCHANTS,
    st.just(0) | AMOUNTS,
    st.none() | st.integers(1, 10**9),
    st.one_of(
        st.builds(lambda share: {"basis_points": share}, st.integers(1, 10_000)),
        st.builds(lambda amount: {"amount": amount}, st.integers(1, 10**9)),
        st.just({"free_delivery": True}),
    ),
)


@given(st.integers(0, 10**9), st.lists(AMOUNTS, max_size=20))
def test_parts_of_any_amount_add_up_to_it(amount: int, weights: list[int]) -> None:
    amount = min(amount, sum(weights))
    parts = spread(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert 0 <= part <= weight
        # Never a whole unit away from its exact share.
        assert abs(part * sum(weights) - amount * weight) < max(sum(weights), 1)


@given(
    PARTS,
    st.lists(RULES, max_size=6, unique_by=lambda rule: rule.key),
    st.lists(RULES, max_size=2, unique_by=lambda rule: rule.key),
    st.sampled_from(["JPY", "EUR", "KWD"]),
    st.integers(0, 10_000),
    st.booleans(),
)
def test_totals_are_their_parts_and_nothing_is_negative(
    parts: list[Part],
    automatic: list[Rule],
    codes: list[Rule],
    currency: str,
    tax_bps: int,
    included: bool,
) -> None:
    taken = take(parts, automatic=automatic, codes=codes)
    cut = [sum(shares) for shares in zip(*(each.shares for each in taken), strict=True)]
    cut = cut or [0] * len(parts)
    paid = [Money(part.amount - share, currency) for part, share in zip(parts, cut, strict=True)]
    tax = [each.tax_included(tax_bps) if included else each.share(tax_bps) for each in paid]
    assert all(each.amount >= 0 for each in [*paid, *tax])
    assert all(share >= 0 for each in taken for share in each.shares)
    assert sum(cut) == sum(each.total for each in taken)
    total = sum(part.amount for part in parts) - sum(cut)
    assert sum(each.amount for each in paid) == total
    # One offer a round: each shop's, the operator's, each code's.
    assert len(taken) <= len({rule.merchant for rule in automatic}) + len(codes)
    for each in taken:
        assert 0 < each.total <= (each.rule.most or each.total)
        for part, share in zip(parts, each.shares, strict=True):
            assert not share or (
                each.rule.is_about(part) and part.is_parcel == each.rule.free_delivery
            )
