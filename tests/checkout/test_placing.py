"""Placing: one key, one order; all of the stock or none; what is refused leaves no trace."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalogue.arrivals import add_working
from catalogue.models import Drop, Merchant, Product, StockItem, TaxRate, Variant
from checkout import orders
from checkout.buyers import Buyer
from checkout.errors import (
    BadAddress,
    BadKey,
    BadQuantity,
    CheckoutError,
    EmptyOrder,
    KeyReused,
    MixedCurrencies,
    NotDelivered,
    NothingToPay,
    SoldOut,
    TooManyLines,
    TotalChanged,
    UnknownProduct,
)
from checkout.models import Order, OrderEvent, OrderLine, Payment
from checkout.quotes import Item
from feeds.models import Post, ProductCard
from shopping.money import Money
from tests.buying import HOME, NOWHERE, Basket, history, open_shop, shelf, stock_shelf
from webhooks.models import Event

pytestmark = pytest.mark.django_db


def assert_no_trace(variant: Variant, *, on_hand: int = 10) -> None:
    for model in (Order, OrderLine, OrderEvent, Payment, Event):
        assert not model._default_manager.exists(), model
    assert shelf(variant) == (on_hand, 0)


def test_an_order_holds_what_was_seen(basket: Basket, flipflops: Variant, buyer: Buyer) -> None:
    order = basket.place()
    assert order.number >= 20001
    assert order.reference == f"É-{order.number}"
    assert (order.status, order.user, order.email) == ("awaiting_payment", buyer.user, buyer.email)
    assert (order.items_total, order.delivery_total, order.total) == (3400, 390, 3790)
    assert (order.tax_included, order.tax_added) == (567 + 65, 0)
    assert (order.name, order.city, order.country) == ("Maï Lefort", "Rennes", "FR")
    line = order.lines.get()
    assert (line.title, line.quantity, line.unit_price, line.total) == (
        "Corniche flip-flops",
        1,
        3400,
        3400,
    )
    assert (line.tax_bps, line.tax, line.image) == (2000, 567, "products/corniche-flip-flops.webp")
    delivery = order.deliveries.get()
    assert (delivery.name, delivery.amount) == ("Home", 390)
    assert delivery.arrives_to == add_working(delivery.arrives_from, 2)
    payment = order.payments.get()
    assert (payment.amount, payment.currency, payment.status) == (3790, "EUR", "created")
    assert shelf(flipflops) == (10, 1)
    assert history(order) == ["order.placed"]
    event = Event.objects.get()
    assert (event.type, event.subject) == ("order.placed", str(order.public_id))
    assert event.merchant_id == flipflops.merchant_id


def test_tax_on_top_of_prices(basket: Basket) -> None:
    TaxRate.objects.create(country="DE", category=None, basis_points=1900, inclusive=False)
    order = basket.with_(address=replace(HOME, country="DE")).place()
    assert (order.tax_added, order.tax_included) == (646 + 74, 0)
    assert order.total == 3400 + 390 + 720


def test_the_post_that_showed_the_product_is_credited(
    basket: Basket, flipflops: Variant, bookcase: Variant, buyer: Buyer
) -> None:
    assert buyer.user
    post = Post.objects.create(author=buyer.user, body="Look!", created_at=buyer.user.created_at)
    ProductCard.objects.create(post=post, product=flipflops.product, position=0)
    items = (
        Item(flipflops.public_id, 1, post.public_id),
        Item(bookcase.public_id, 1, post.public_id),
    )
    order = basket.with_(items=items).place()
    assert [line.post for line in order.lines.all()] == [post, None]


def test_the_same_variant_twice_is_one_line(basket: Basket, flipflops: Variant) -> None:
    order = basket.with_(items=(*basket.items, *basket.items)).place()
    assert [line.quantity for line in order.lines.all()] == [2]
    assert shelf(flipflops) == (10, 2)


def test_the_same_form_again_is_the_same_order(basket: Basket, flipflops: Variant) -> None:
    total = basket.total()
    first = basket.with_(seen_total=total).place()
    Variant.objects.update(price=9900)
    StockItem.objects.update(on_hand=1)
    assert basket.with_(seen_total=total).place() == first
    assert Order.objects.count() == 1
    assert shelf(flipflops) == (1, 1)


def test_a_used_key_with_other_contents(basket: Basket, flipflops: Variant) -> None:
    basket.place()
    with pytest.raises(KeyReused):
        basket.with_(items=(Item(flipflops.public_id, 2),)).place()
    assert Order.objects.count() == 1
    assert shelf(flipflops) == (10, 1)


def test_somebody_elses_key_is_ones_own(basket: Basket, stranger: Buyer) -> None:
    first = basket.place()
    second = basket.with_(buyer=stranger).place()
    assert first != second
    assert (second.user, second.principal) == (None, "guest:stranger")


def test_a_tampered_total(basket: Basket, flipflops: Variant) -> None:
    with pytest.raises(TotalChanged) as refused:
        basket.with_(seen_total=Money(100, "EUR")).place()
    assert refused.value.quote.total == Money(3790, "EUR")
    assert "nothing was charged" in refused.value.message
    assert_no_trace(flipflops)


def test_the_price_has_changed_since_it_was_seen(basket: Basket, flipflops: Variant) -> None:
    seen = basket.total()
    Variant.objects.update(price=3900)
    with pytest.raises(TotalChanged) as refused:
        basket.with_(seen_total=seen).place()
    assert refused.value.quote.total == Money(4290, "EUR")
    assert_no_trace(flipflops)


def test_more_than_there_is(basket: Basket, flipflops: Variant, bookcase: Variant) -> None:
    items = (Item(flipflops.public_id, 1), Item(bookcase.public_id, 4))
    with pytest.raises(SoldOut) as refused:
        basket.with_(items=items).place()
    assert refused.value.shortages == {bookcase.pk: 3}
    assert refused.value.message == "Only 3 are left. Nothing was charged."
    assert_no_trace(flipflops)


def test_more_different_things_than_one_order_holds(basket: Basket) -> None:
    things = tuple(Item(uuid4(), 1) for _ in range(51))
    with pytest.raises(TooManyLines) as refused:
        basket.with_(items=things, seen_total=Money(1, "EUR")).place()
    assert refused.value.message == (
        "One order holds 50 different products. Order the others after it."
    )


@pytest.mark.parametrize("quantity", [0, -1, 100, 10_000])
def test_a_quantity_that_is_none(quantity: int, basket: Basket, flipflops: Variant) -> None:
    with pytest.raises(BadQuantity) as refused:
        basket.with_(
            items=(Item(flipflops.public_id, quantity),), seen_total=Money(1, "EUR")
        ).place()
    assert refused.value.message == "Choose a quantity from 1 to 99."
    assert_no_trace(flipflops)


@pytest.mark.parametrize(
    "hide",
    [
        lambda variant: Product.objects.update(status="archived"),
        lambda variant: Product.objects.update(status="draft"),
        lambda variant: Variant.objects.update(active=False),
        lambda variant: Merchant.objects.update(status="suspended"),
        lambda variant: Variant.objects.update(public_id=UUID(int=7)),
    ],
)
def test_a_product_that_is_not_on_sale(hide, basket: Basket, flipflops: Variant) -> None:
    seen = basket.total()
    hide(flipflops)
    with pytest.raises(UnknownProduct) as refused:
        basket.with_(seen_total=seen).place()
    assert refused.value.message == "This product is not on sale."
    assert_no_trace(flipflops)


def test_nothing_and_nowhere(basket: Basket, flipflops: Variant) -> None:
    for items, error in (((), EmptyOrder), ((Item(NOWHERE, 1),), UnknownProduct)):
        with pytest.raises(error):
            basket.with_(items=items, seen_total=Money(1, "EUR")).place()
    assert_no_trace(flipflops)


def test_two_currencies_are_two_orders(basket: Basket, flipflops: Variant) -> None:
    pounds = stock_shelf(
        open_shop("harbour", currency="GBP"), "Mug", price=1200, pieces=5, currency="GBP"
    )
    with pytest.raises(MixedCurrencies):
        basket.with_(
            items=(*basket.items, Item(pounds.public_id, 1)), seen_total=Money(1, "EUR")
        ).place()
    assert_no_trace(flipflops)


def test_a_country_that_the_merchant_does_not_serve(basket: Basket, flipflops: Variant) -> None:
    with pytest.raises(NotDelivered) as refused:
        basket.with_(address=replace(HOME, country="US"), seen_total=Money(1, "EUR")).place()
    assert refused.value.message == "Plage does not deliver to this country."
    assert_no_trace(flipflops)


def test_a_free_thing_cannot_be_paid(basket: Basket, flipflops: Variant) -> None:
    Variant.objects.update(price=0, requires_shipping=False)
    with pytest.raises(NothingToPay):
        basket.place()
    assert_no_trace(flipflops)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("line1", "   "),
        ("city", ""),
        ("country", "Fr"),
        ("name", "x" * 121),
        ("line1", "x" * 201),
        ("postal_code", "9" * 21),
        ("phone", "0" * 31),
        ("line2", "a\0b"),
    ],
)
def test_an_address_that_is_none(
    field: str, value: str, basket: Basket, flipflops: Variant
) -> None:
    with pytest.raises(BadAddress) as refused:
        basket.with_(address=replace(HOME, **{field: value}), seen_total=Money(3790, "EUR")).place()
    assert set(refused.value.fields) == {field}
    assert_no_trace(flipflops)


def test_a_drop_is_not_sold_before_it_opens(basket: Basket, flipflops: Variant) -> None:
    seen = basket.with_(seen_total=basket.total())
    opens_at = timezone.now() + timedelta(hours=1)
    drop = Drop.objects.create(product=flipflops.product, opens_at=opens_at)
    with pytest.raises(UnknownProduct):
        seen.place()
    assert_no_trace(flipflops)
    drop.opens_at = timezone.now() - timedelta(seconds=1)
    drop.save()
    assert seen.place().total == 3790


LONG = f"{'m' * 60}@{'.'.join(['a' * 60] * 3)}.{{}}.example"


@pytest.mark.parametrize("email", ["mai@", "", LONG.format("b" * 3), LONG.format("b" * 60)])
def test_an_email_that_is_none(
    email: str, basket: Basket, flipflops: Variant, buyer: Buyer
) -> None:
    with pytest.raises(BadAddress) as refused:
        basket.with_(buyer=replace(buyer, email=email)).place()
    assert set(refused.value.fields) == {"email"}
    assert_no_trace(flipflops)


def test_the_longest_email(basket: Basket, buyer: Buyer) -> None:
    email = LONG.format("bb")
    assert len(email) == 254
    assert basket.with_(buyer=replace(buyer, email=email)).place().email == email


@pytest.mark.parametrize("key", ["", "k" * 256, "a\0b"])
def test_a_key_that_is_none(key: str, basket: Basket, flipflops: Variant) -> None:
    with pytest.raises((BadKey, ValueError)):
        basket.with_(key=key).place()
    assert_no_trace(flipflops)


def test_every_refusal_has_a_sentence() -> None:
    kinds = [CheckoutError]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        assert str(kind.text).endswith("."), kind


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("pieces", [1, 5])
def test_an_order_costs_a_constant_number_of_statements(pieces: int, basket: Basket) -> None:
    """BEGIN, the key, the quote, the stock, the order with all its rows, the event, COMMIT."""
    merchant = Merchant.objects.get()
    items = tuple(
        Item(stock_shelf(merchant, f"{n} things", price=1000, pieces=5).public_id, 1)
        for n in range(pieces)
    )
    seen = basket.with_(items=items).total()
    # The first time, each statement is prepared besides.
    basket.with_(items=items, seen_total=seen, key="warm-up").place()
    with CaptureQueriesContext(connection) as captured:
        basket.with_(items=items, seen_total=seen).place()
    assert len(captured) == 7, [query["sql"][:60] for query in captured]


@pytest.mark.django_db(transaction=True)
def test_without_prepared_statements_it_is_the_same_order(
    basket: Basket, flipflops: Variant, settings
) -> None:
    settings.PREPARED_STATEMENTS = False
    order = basket.place()
    assert Order.objects.get() == order
    assert order.number == Order.objects.get().number
    assert [line.total for line in order.lines.all()] == [3400]
    assert shelf(flipflops) == (10, 1)


def test_the_token_of_an_order_is_not_guessed(order: Order) -> None:
    token = orders.token(order)
    assert orders.by_token(token) == order
    for wrong in (order.public_id.hex, f"{order.public_id.hex}.x", token[:-1], "", "a.b", "é.ü"):
        with pytest.raises(Order.DoesNotExist):
            orders.by_token(wrong)
