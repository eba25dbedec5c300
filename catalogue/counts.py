"""The pieces of many variants at once, each by itself: what will not do keeps no other from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from django.db import transaction

from accounts.models import User
from catalogue import stock
from catalogue.models import StockMovement
from catalogue.stock import OutOfStock


def set_each(
    counts: Mapping[int, int],
    *,
    reason: StockMovement.Reason,
    actor: User | None,
    reference: str = "",
) -> dict[int, int]:
    """Set how many there are (variant id → pieces). Returns those that were left alone, because more
    of them is promised: variant id → pieces that are free.

    One transaction, which locks the stock in key order.
    """
    work = partial(stock.stocktake, reason=reason, actor=actor, reference=reference)
    return _each(counts, work)


def shift_each(
    moves: Mapping[int, int],
    *,
    reason: StockMovement.Reason,
    actor: User | None,
    reference: str = "",
) -> dict[int, int]:
    """Change how many there are by `moves` (variant id → pieces, none of them 0), as `set_each`."""
    work = partial(stock.shift, reason=reason, actor=actor, reference=reference)
    return _each(moves, work)


def _each(
    figures: Mapping[int, int], work: Callable[[Mapping[int, int]], object]
) -> dict[int, int]:
    """The verbs do all or nothing, and say which are short; their locks are kept between the two."""
    with transaction.atomic():
        try:
            if figures:
                work(figures)
            return {}
        except OutOfStock as short:
            rest = {key: value for key, value in figures.items() if key not in short.shortages}
            if rest:
                work(rest)
            return dict(short.shortages)
