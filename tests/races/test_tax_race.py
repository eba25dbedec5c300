"""Stripe's answers about tax: each prices one order, and each entry in its books is told of once."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from checkout import tax_transactions
from checkout.models import Order, TaxCalculation
from checkout.quotes import quote
from checkout.tax_calculations import once_more
from checkout.tax_errors import NeedsTax
from tests.buying import HOME, Basket, Sandbox, history, pay
from tests.races.crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def seen(settings: Any, sandbox: Sandbox, basket: Basket) -> Basket:
    """A basket with its total as Stripe has just said it."""
    settings.TAXES = "stripe"
    ask = partial(quote, basket.items, country="FR", postcode=HOME.postal_code)
    return basket.with_(seen_total=once_more(ask).total)


def test_two_orders_at_once_do_not_share_an_answer(seen: Basket) -> None:
    both = [seen.with_(key=f"key-{n}") for n in range(4)]
    found = at_once([each.place for each in both])
    placed = [each for each in found if isinstance(each, Order)]
    refused = [each for each in found if isinstance(each, NeedsTax)]
    assert (len(placed), len(refused)) == (1, 3)
    assert Order.objects.count() == 1
    assert not TaxCalculation.objects.exists()
    rest = [once_more(each.place) for each in both]
    assert len({order.tax_calculation for order in rest}) == 4
    assert {order.total for order in rest} == {3790}


def test_an_entry_that_many_bring_home_is_told_of_once(seen: Basket, sandbox: Sandbox) -> None:
    order = seen.place()
    assert pay(order.payments.get(), sandbox.token()).kind == "succeeded"
    entry = order.tax_transactions.get()
    at_once([partial(tax_transactions.finish, entry.pk, stripe_id="tax_1")] * 8)
    entry.refresh_from_db()
    assert (entry.status, entry.stripe_id) == ("recorded", "tax_1")
    assert history(order).count("tax.recorded") == 1
