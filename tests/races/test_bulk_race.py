"""A plan for many products that is confirmed twice at once is done once."""

from __future__ import annotations

from functools import partial

import pytest

from catalogue import bulk
from catalogue.bulk import How, PriceRule, StockRule
from catalogue.models import StockMovement, Variant
from catalogue.products import ProductError
from tests.buying import shelf
from tests.races.crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)
PRESSES = 4


def test_pieces_are_taken_off_once(flipflops: Variant) -> None:
    (part,) = bulk.plan_stock([flipflops.product], StockRule(How.BY, -2))
    press = partial(
        bulk.recount,
        part.product,
        part.steps,
        reason=StockMovement.Reason.ADJUSTMENT,
        reference="",
        actor=None,
    )
    answers = at_once([press] * PRESSES)
    assert sum(answer is None for answer in answers) == 1
    assert sum(isinstance(answer, ProductError) for answer in answers) == PRESSES - 1
    assert shelf(flipflops) == (8, 0)
    assert StockMovement.objects.filter(variant=flipflops).count() == 1


def test_a_price_falls_once(flipflops: Variant) -> None:
    (part,) = bulk.plan_prices([flipflops.product], PriceRule(How.PERCENT, -1_000))
    answers = at_once([partial(bulk.reprice, part.product, part.steps, actor=None)] * PRESSES)
    assert sum(answer is None for answer in answers) == 1
    assert sum(isinstance(answer, ProductError) for answer in answers) == PRESSES - 1
    flipflops.refresh_from_db()
    assert flipflops.price == 3060
    assert flipflops.product.history.count() == 1
