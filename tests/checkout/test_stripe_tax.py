"""Taxes by Stripe: the figure shown before paying is the figure charged, to the cent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalogue.models import Merchant, Product, ShippingRate, TaxRate
from checkout import tax_calculations
from checkout.errors import TotalChanged
from checkout.models import Offer, Order, Payment, TaxCalculation
from checkout.offers import Claim
from checkout.quotes import Item, Quote, QuoteDelivery, QuoteLine, quote
from checkout.tax_calculations import once_more
from checkout.tax_errors import NeedsTax, TaxAddressUnclear, TaxUnknown
from shopping.money import Money
from tests.buying import HOME, Basket, Sandbox, open_shop, pay, stock_shelf

CREATE = "tax.calculations.create"
LONG_AGO = timezone.now() - timedelta(days=1)
NEW_YORK = replace(
    HOME, line1="354 W 4th St", city="New York", region="NY", postal_code="10001", country="US"
)
TEXAS = replace(NEW_YORK, city="Austin", region="TX", postal_code="78701")


@pytest.fixture(autouse=True)
def by_stripe(settings: Any, sandbox: Sandbox) -> None:
    settings.TAXES = "stripe"


@pytest.fixture
def in_america(plage: Merchant) -> Merchant:
    """A shop that sends to the US as well, where the tax comes on top."""
    TaxRate.objects.create(country="US", basis_points=0, inclusive=False)
    ShippingRate.objects.filter(merchant=plage).update(countries=["FR", "DE", "US"])
    return plage


def look(basket: Basket) -> Quote:
    """What a page shows: Stripe is asked if need be."""
    return once_more(partial(_quote, basket))


def _quote(basket: Basket) -> Quote:
    to = basket.address
    claim = Claim("", basket.buyer.principal, basket.buyer.email)
    place = {"country": to.country, "region": to.region, "postcode": to.postal_code}
    return quote(basket.items, claim=claim, **place)


def place(basket: Basket) -> Order:
    """The press on Pay, for what the page shows."""
    seen = look(basket).total
    return once_more(basket.with_(seen_total=seen).place)


def taxed(quoted: Quote) -> list[QuoteLine | QuoteDelivery]:
    return [*quoted.lines, *quoted.deliveries]


def parts_of(order: Order) -> list[Any]:
    return [*order.lines.all(), *order.deliveries.all()]


# Prices in minor units, of a book and of something else, and of a parcel. Stripe charges no single
# thousandths of a dinar.
PRICES = {"JPY": (3331, 3332, 391), "EUR": (3331, 3332, 391), "KWD": (2000, 3350, 400)}


@pytest.mark.parametrize("included", [True, False])
@pytest.mark.parametrize("currency", ["JPY", "EUR", "KWD"])
def test_the_figure_shown_is_the_figure_charged(
    currency: str, included: bool, basket: Basket, sandbox: Sandbox
) -> None:
    TaxRate.objects.update(inclusive=included)
    *prices, parcel = PRICES[currency]
    shops = [open_shop(name, currency=currency, delivery=parcel) for name in ("un", "deux")]
    goods = [
        stock_shelf(shop, f"{n}. {shop.name}", price=price, pieces=9, currency=currency)
        for shop in shops
        for n, price in enumerate(prices)
    ]
    Product.objects.filter(pk=goods[0].product_id).update(tax_kind="books")
    basket = basket.with_(items=tuple(Item(each.public_id, 3) for each in goods))
    seen = look(basket)
    order = place(basket)
    payment = order.payments.get()
    assert pay(payment, sandbox.token()).kind == "succeeded"
    [intent] = sandbox.intents()
    assert intent["amount"] == intent["amount_received"] == order.total == seen.total.amount
    tax = sum(part.tax for part in parts_of(order))
    assert tax > 0
    assert (order.tax_included, order.tax_added) == ((tax, 0) if included else (0, tax))
    assert order.total == order.items_total + 2 * parcel + order.tax_added
    assert [line.tax_bps for line in order.lines.all()] == [550, 2000, 2000, 2000]
    stripes = sandbox.get(f"/v1/tax/calculations/{order.tax_calculation}")
    assert stripes["amount_total"] == order.total
    assert stripes["shipping_cost"]["amount_tax"] == sum(
        delivery.tax for delivery in order.deliveries.all()
    )


def test_our_own_rates_do_not_count(basket: Basket) -> None:
    TaxRate.objects.update(basis_points=7777)
    found = look(basket)
    assert [part.tax_bps for part in taxed(found)] == [2000, 2000]
    assert (found.tax_included, found.total) == (Money(567 + 65, "EUR"), Money(3790, "EUR"))


def test_no_tax_is_on_what_is_not_paid(basket: Basket, in_america: Merchant) -> None:
    Offer.objects.create(merchant=in_america, name="Half", kind="percentage", basis_points=5000)
    found = look(basket.with_(address=TEXAS))
    assert found.lines[0].discount == 1700
    assert [part.tax.amount for part in taxed(found)] == [106, 24]
    assert found.total == Money(1700 + 390 + 106 + 24, "EUR")


def test_goods_that_cost_nothing_are_sent_and_their_delivery_is_taxed(
    basket: Basket, in_america: Merchant, sandbox: Sandbox
) -> None:
    Offer.objects.create(merchant=in_america, name="Gift", kind="percentage", basis_points=10_000)
    order = place(basket.with_(address=TEXAS))
    assert [part.tax for part in parts_of(order)] == [0, 24]
    assert pay(order.payments.get(), sandbox.token()).kind == "succeeded"
    assert sandbox.intents()[0]["amount"] == order.total == 390 + 24


def test_the_page_the_changes_and_the_press_cost_one_call(basket: Basket, sandbox: Sandbox) -> None:
    look(basket)
    sandbox.fault("error", CREATE, times=9)
    assert look(basket) == look(basket)
    assert place(basket).tax_calculation
    with pytest.raises(TaxUnknown):
        look(basket)


def test_an_answer_prices_one_order(basket: Basket) -> None:
    first = place(basket)
    seen = look(basket)
    assert TaxCalculation.objects.count() == 1
    assert not Order.objects.filter(tax_calculation=TaxCalculation.objects.get().stripe_id).exists()
    second = basket.with_(key="key-2", seen_total=seen.total).place()
    assert first.tax_calculation != second.tax_calculation
    assert first.total == second.total
    assert not TaxCalculation.objects.exists()


def test_the_same_press_again_asks_nobody(basket: Basket, sandbox: Sandbox) -> None:
    basket = basket.with_(seen_total=look(basket).total)
    order = once_more(basket.place)
    sandbox.fault("error", CREATE, times=9)
    assert once_more(basket.place) == order


def test_another_address_at_the_press_is_another_total(
    basket: Basket, in_america: Merchant
) -> None:
    seen = look(basket.with_(address=NEW_YORK)).total
    texan = basket.with_(address=TEXAS, seen_total=seen)
    with pytest.raises(TotalChanged) as changed:
        once_more(texan.place)
    assert seen == Money(3790 + 136 + 16, "EUR")
    assert changed.value.quote.total == Money(3790 + 213 + 24, "EUR")
    assert not Order.objects.exists()
    assert once_more(texan.with_(seen_total=changed.value.quote.total).place).total == 4027


def test_an_answer_that_has_expired_at_the_press_is_asked_for_anew(basket: Basket) -> None:
    seen = look(basket).total
    before = TaxCalculation.objects.get().stripe_id
    TaxCalculation.objects.update(expires_at=LONG_AGO)
    basket = basket.with_(seen_total=seen)
    with pytest.raises(NeedsTax):
        basket.place()
    assert not Order.objects.exists()
    order = once_more(basket.place)
    assert order.tax_calculation != before
    assert order.total == seen.amount


def test_where_stripe_cannot_say_nothing_is_sold_and_it_is_not_asked_at_once_again(
    basket: Basket, sandbox: Sandbox
) -> None:
    basket = basket.with_(seen_total=Money(3790, "EUR"))
    sandbox.fault("error", CREATE, times=2)
    with pytest.raises(TaxUnknown) as error:
        once_more(basket.place)
    assert "nothing was charged" in error.value.message
    assert error.value.before.tax_included == Money(0, "EUR")
    with pytest.raises(TaxUnknown):
        once_more(basket.place)
    assert (Order.objects.count(), Payment.objects.count()) == (0, 0)
    TaxCalculation.objects.update(expires_at=LONG_AGO)
    order = once_more(basket.place)
    assert (order.total, order.tax_included) == (3790, 632)


def test_an_address_that_says_too_little_is_refused_until_it_says_more(
    basket: Basket, in_america: Merchant, sandbox: Sandbox
) -> None:
    vague = basket.with_(address=replace(NEW_YORK, region="", postal_code=""))
    with pytest.raises(TaxAddressUnclear) as error:
        look(vague)
    assert error.value.is_on_top
    assert "Enter the postcode" in error.value.message
    sandbox.fault("error", CREATE)
    with pytest.raises(TaxAddressUnclear):
        look(vague)
    sandbox.http.delete("/_sandbox/faults").raise_for_status()
    assert look(basket.with_(address=NEW_YORK)).tax_added == Money(152, "EUR")


def test_a_postcode_is_one_however_it_is_written(
    basket: Basket, in_america: Merchant, sandbox: Sandbox
) -> None:
    look(basket)
    look(basket.with_(address=NEW_YORK))
    sandbox.fault("error", CREATE, times=9)
    look(basket.with_(address=replace(HOME, postal_code=" 35000 ")))
    look(basket.with_(address=replace(NEW_YORK, region="New York")))


def test_stripe_is_not_asked_while_locks_may_be_held(
    transactional_db: None, basket: Basket
) -> None:
    with pytest.raises(NeedsTax) as needed:
        _quote(basket)
    with pytest.raises(RuntimeError), transaction.atomic():
        tax_calculations.fetch(needed.value)
    assert not TaxCalculation.objects.exists()


def test_a_quote_is_one_statement_and_one_more_for_the_tax(basket: Basket, settings: Any) -> None:
    look(basket)
    counts = []
    for taxes in ("stripe", "rates"):
        settings.TAXES = taxes
        with CaptureQueriesContext(connection) as statements:
            _quote(basket)
        counts.append(len(statements))
    assert counts[0] == counts[1] + 1


def test_expired_answers_are_swept_and_others_stay(basket: Basket) -> None:
    look(basket)
    assert tax_calculations.forget_expired() == 0
    assert TaxCalculation.objects.get().expires_at <= timezone.now() + timedelta(hours=1)
    TaxCalculation.objects.update(expires_at=LONG_AGO)
    assert tax_calculations.forget_expired() == 1
    assert not TaxCalculation.objects.exists()


def test_more_lines_than_stripe_answers_with_at_once(basket: Basket, plage: Merchant) -> None:
    goods = [stock_shelf(plage, f"{n:02} things", price=100 + n, pieces=3) for n in range(14)]
    found = look(basket.with_(items=tuple(Item(each.public_id, 1) for each in goods)))
    assert [line.tax_bps for line in found.lines] == [2000] * 14
    assert found.tax_included.amount == sum(part.tax.amount for part in taxed(found))
