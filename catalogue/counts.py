"""The pieces of many variants at once, each by itself: what will not do keeps no other from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from catalogue import stock
from catalogue.models import StockMovement
from catalogue.stock import OutOfStock


@dataclass(frozen=True, slots=True)
class Done:
    """The ids of the variants of which there are more or fewer now; and those that were left alone,
    because more of them is promised, with the pieces that are free."""

    changed: frozenset[int]
    short: Mapping[int, int]


def set_each(
    counts: Mapping[int, int],
    *,
    reason: StockMovement.Reason,
    actor: User | None,
    reference: str = "",
) -> Done:
    """Set how many there are (variant id → pieces).

    One transaction, which locks the stock in key order.
    """

    def work(some: Mapping[int, int]) -> Iterable[int]:
        return stock.stocktake(some, reason=reason, actor=actor, reference=reference)

    return _each(counts, work)


def shift_each(
    moves: Mapping[int, int],
    *,
    reason: StockMovement.Reason,
    actor: User | None,
    reference: str = "",
    call_key: str = "",
) -> Done:
    """Change how many there are by `moves` (variant id → pieces, none of them 0), as `set_each`. What
    the call that `call_key` names has moved before counts as changed, and is not moved again."""

    def work(some: Mapping[int, int]) -> Iterable[int]:
        before = stock.moved_by(call_key, some)
        rest = {key: value for key, value in some.items() if key not in before}
        if rest:
            stock.shift(rest, reason=reason, actor=actor, reference=reference, call_key=call_key)
        return some

    return _each(moves, work)


def _each(figures: Mapping[int, int], work: Callable[[Mapping[int, int]], Iterable[int]]) -> Done:
    """The verbs do all or nothing, and say which are short; their locks are kept between the two."""
    if not figures:
        return Done(frozenset(), {})
    with transaction.atomic():
        try:
            return Done(frozenset(work(figures)), {})
        except OutOfStock as error:
            short = error.shortages
            rest = {key: value for key, value in figures.items() if key not in short}
            return Done(frozenset(work(rest) if rest else ()), short)
