"""Tax: rounded once a line, in every currency; an order's totals are their parts to the last unit."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue import rates
from catalogue.models import Merchant, Product, TaxRate, Variant
from checkout import taxes
from checkout.quotes import Item, QuoteDelivery, QuoteLine, quote
from shopping.money import Money, step
from tests.buying import Basket, open_shop, stock_shelf

AMOUNTS = st.integers(min_value=0, max_value=99_999_999)
BASIS_POINTS = st.integers(min_value=0, max_value=10_000)
# None, two and three decimals.
CURRENCIES = st.sampled_from(["JPY", "EUR", "KWD"])


@given(AMOUNTS, BASIS_POINTS, CURRENCIES)
def test_tax_on_top_is_the_exact_tax_to_the_nearest_amount_that_can_be_paid(
    amount: int, basis_points: int, currency: str
) -> None:
    tax = taxes.of(Money(amount, currency), basis_points=basis_points, included=False)
    exact = Fraction(amount * basis_points, 10_000)
    assert tax.currency == currency
    assert tax.amount % step(currency) == 0
    assert -Fraction(step(currency), 2) < tax.amount - exact <= Fraction(step(currency), 2)


@given(AMOUNTS, BASIS_POINTS, CURRENCIES)
def test_tax_inside_a_price_and_the_rest_are_the_price(
    amount: int, basis_points: int, currency: str
) -> None:
    gross = Money(amount, currency)
    tax = taxes.of(gross, basis_points=basis_points, included=True)
    exact = Fraction(amount * basis_points, 10_000 + basis_points)
    assert -Fraction(1, 2) < tax.amount - exact <= Fraction(1, 2)
    assert 0 <= tax.amount <= amount
    # The same rate on what is left gives the same tax, but for the rounding of the rest.
    again = taxes.of(gross - tax, basis_points=basis_points, included=False)
    assert abs(again.amount - tax.amount) <= step(currency)


@given(st.lists(st.tuples(BASIS_POINTS, st.booleans()), max_size=5))
def test_delivery_is_taxed_at_the_highest_rate_of_what_it_brings(goods: list[taxes.Rate]) -> None:
    found = taxes.of_delivery(goods)
    assert found in (goods or [taxes.NONE])
    assert all(basis_points <= found[0] for basis_points, _included in goods)


@pytest.mark.parametrize("inclusive", [True, False])
@pytest.mark.parametrize("currency", ["JPY", "EUR", "KWD"])
def test_the_totals_of_an_order_are_its_parts(db: None, inclusive: bool, currency: str) -> None:
    shop = open_shop("parts", currency=currency, delivery=391)
    TaxRate.objects.create(country="FR", basis_points=2000, inclusive=inclusive)
    TaxRate.objects.create(country="FR", kind="books", basis_points=550, inclusive=inclusive)
    goods = [
        stock_shelf(shop, f"{n} things", price=333 + n, pieces=50, currency=currency)
        for n in range(3)
    ]
    Product.objects.filter(pk=goods[0].product_id).update(tax_kind="books")
    quoted = quote([Item(each.public_id, 3) for each in goods], country="FR")
    parts: list[QuoteLine | QuoteDelivery] = [*quoted.lines, *quoted.deliveries]
    assert [part.tax_bps for part in parts] == [550, 2000, 2000, 2000]
    tax = sum(part.tax.amount for part in parts)
    assert (quoted.tax_included.amount, quoted.tax_added.amount) == (
        (tax, 0) if inclusive else (0, tax)
    )
    goods_total = sum(line.total.amount for line in quoted.lines)
    assert quoted.total.amount == goods_total + 391 + (0 if inclusive else tax)


def test_a_kind_of_goods_has_its_rate_or_the_standard_one(plage: Merchant) -> None:
    book = stock_shelf(plage, "A book", price=1000, pieces=5)
    book.product.tax_kind = Product.TaxKind.BOOKS
    book.product.save()
    item = [Item(book.public_id, 1)]
    assert quote(item, country="FR").lines[0].tax_bps == 2000
    TaxRate.objects.create(country="FR", kind="food", basis_points=1000)
    reduced = TaxRate.objects.create(country="FR", kind="books", basis_points=550)
    assert rates.tax_in("FR", product=book.product) == reduced
    quoted = quote(item, country="FR")
    assert (quoted.lines[0].tax.amount, quoted.deliveries[0].tax_bps) == (52, 550)


def test_a_placed_order_keeps_its_rate_and_its_promise(
    basket: Basket, flipflops: Variant, plage: Merchant
) -> None:
    order = basket.place()
    before = (
        list(order.lines.values_list("tax_bps", "tax")),
        list(
            order.deliveries.values_list("tax_bps", "tax", "amount", "arrives_from", "arrives_to")
        ),
    )
    TaxRate.objects.update(basis_points=2500)
    plage.shipping_rates.update(price=999, min_days=20, max_days=30)
    plage.shipping_rates.all().delete()
    order.refresh_from_db()
    assert before == (
        list(order.lines.values_list("tax_bps", "tax")),
        list(
            order.deliveries.values_list("tax_bps", "tax", "amount", "arrives_from", "arrives_to")
        ),
    )
    assert (order.total, order.tax_included) == (3790, 567 + 65)


def test_an_order_to_a_special_zone_costs_what_was_quoted_for_it(
    basket: Basket, plage: Merchant
) -> None:
    plage.shipping_rates.create(name="Corsica", countries=["FR"], postcodes=["20"], price=900)
    island = replace(basket.address, postal_code="20 000")
    total = quote(basket.items, country="FR", postcode="20000").total
    assert total.amount == 4300
    order = basket.with_(address=island, seen_total=total).place()
    assert (order.total, order.delivery_total, order.deliveries.get().name) == (
        4300,
        900,
        "Corsica",
    )
