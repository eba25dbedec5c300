"""Offers in an order: what is shown is what is placed, and limits and codes say when they do not count."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalogue.models import Merchant, ShippingRate, TaxRate, Variant
from checkout import offers, orders, payments
from checkout.buyers import Buyer
from checkout.codes import CodeRefused, tidy
from checkout.errors import KeyReused, NothingToPay, TotalChanged
from checkout.models import LedgerEntry, Offer, OfferUse, Order, OrderDiscount
from checkout.offers import Claim
from checkout.quotes import Item, Quote, quote
from shopping.money import Money
from tests.buying import HOME, Basket, Sandbox, open_shop, pay, shelf, stock_shelf

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


def offer(name: str = "Summer", **fields: Any) -> Offer:
    """Ten per cent for everybody, unless `fields` say otherwise."""
    if not fields.keys() & {"amount", "kind"}:
        fields.setdefault("basis_points", 1000)
    kind = "amount" if "amount" in fields else "percentage"
    if fields.keys() & {"amount", "minimum"}:
        fields.setdefault("currency", "EUR")
    if not fields.get("merchant"):
        fields.setdefault("most", 20_000)
    made = Offer(name=name, **{"kind": kind, **fields})
    offers.save(made)
    return made


def asked(basket: Basket, code: str = "") -> Quote:
    claim = Claim(code, basket.buyer.principal, basket.buyer.email)
    return quote(basket.items, country=basket.address.country, claim=claim)


def place(basket: Basket, code: str = "", *, seen: Money | None = None) -> Order:
    return orders.place(
        basket.items,
        buyer=basket.buyer,
        address=basket.address,
        key=basket.key,
        seen_total=seen or asked(basket, code).total,
        code=code,
    )


def refusal(basket: Basket, code: str) -> str:
    refused = asked(basket, code).cut.refusal
    assert refused
    return refused.message


def test_an_automatic_offer_is_a_line_of_the_order(basket: Basket, plage: Merchant) -> None:
    made = offer(merchant=plage)
    order = place(basket)
    assert (order.items_total, order.delivery_total, order.discount_total) == (3400, 390, 340)
    assert order.total == order.payments.get().amount == 3450
    assert (order.lines.get().discount, order.deliveries.get().discount) == (340, 0)
    # VAT is on what is paid: 30.60 and 3.90 hold 5.10 and 0.65.
    assert (order.lines.get().tax, order.tax_included) == (510, 575)
    line = order.discounts.get()
    assert (line.offer, line.merchant, line.label, line.amount) == (made, plage, "Summer", 340)
    assert not line.by_platform
    assert order.discount_lines == [("Summer", -340)]


def test_tax_on_top_is_of_what_is_paid(basket: Basket) -> None:
    TaxRate.objects.create(country="DE", category=None, basis_points=1900, inclusive=False)
    offer(kind="free_delivery", code="POST")
    abroad = basket.with_(address=replace(HOME, country="DE"))
    order = place(abroad, "POST")
    assert (order.discount_total, order.tax_added, order.total) == (390, 646, 3400 + 646)
    assert order.deliveries.get().discount == 390


def test_an_offer_for_all_shops_spreads_over_theirs(
    basket: Basket, flipflops: Variant, bookcase: Variant
) -> None:
    offer("Market day", amount=1000)
    items = (Item(flipflops.public_id, 1), Item(bookcase.public_id, 1))
    order = place(basket.with_(items=items))
    assert [line.discount for line in order.lines.all()] == [209, 791]
    given = [(each.merchant_id, each.amount, each.by_platform) for each in order.discounts.all()]
    assert given == [(flipflops.merchant_id, 209, True), (bookcase.merchant_id, 791, True)]
    assert order.discount_lines == [("Market day", -1000)]


def test_a_code_comes_on_top_of_what_holds_by_itself(basket: Basket, plage: Merchant) -> None:
    offer(merchant=plage)
    offer("Welcome", code="MARKET5", amount=500)
    order = place(basket, "MARKET5")
    assert order.discount_lines == [("Summer", -340), ("Welcome (MARKET5)", -500)]
    assert order.total == 3790 - 840


def test_codes_add_up_only_where_both_say_so(basket: Basket, plage: Merchant) -> None:
    offer("Ten", code="TEN", merchant=plage, combines=True)
    offer("Fifth", code="FIFTH", merchant=plage, basis_points=2000, combines=True)
    offer("Lonely", code="LONELY", merchant=plage)

    def said(*codes: str) -> tuple[list[int], list[str]]:
        claim = Claim(codes[0], basket.buyer.principal, more=codes[1:])
        cut = quote(basket.items, country="FR", claim=claim).cut
        return [line.amount.amount for line in cut.lines], [each.reason for each in cut.refusals]

    # A fifth of what ten per cent have left, and neither twice.
    assert said("TEN", "FIFTH", "TEN") == ([340, 612], [])
    assert said("FIFTH", "TEN") == ([680, 272], [])
    assert said("TEN", "LONELY") == ([340], ["alone"])
    assert said("LONELY", "TEN") == ([340], ["alone"])
    assert said("NONE", "TEN", "LONELY") == ([340], ["unknown", "alone"])
    order = orders.place(
        basket.items,
        buyer=basket.buyer,
        address=basket.address,
        key=basket.key,
        seen_total=Money(3790 - 952, "EUR"),
        code="TEN",
        more_codes=["FIFTH"],
    )
    assert order.discount_lines == [("Ten (TEN)", -340), ("Fifth (FIFTH)", -612)]


@pytest.mark.parametrize(
    "typed", ["market5", " MARKET5 ", "Market 5", "mar\u00a0ket5", "market5\x00\n"]
)
def test_a_code_is_read_as_people_write_it(typed: str) -> None:
    assert tidy(typed) == "MARKET5"


def test_offers_of_others_do_not_count(basket: Basket, rayon: Merchant) -> None:
    offer(merchant=rayon)
    offer("Off", active=False)
    offer("Early", starts_at=timezone.now() + timedelta(hours=1))
    offer("Over", ends_at=timezone.now() - timedelta(hours=1))
    offer("Pounds", amount=100, currency="GBP")
    offer("Much", minimum=3401)
    offer("Coded", code="CODED")
    assert asked(basket).cut.lines == ()
    assert place(basket).total == 3790


def test_every_code_that_does_not_count_says_why(basket: Basket, rayon: Merchant) -> None:
    starts = datetime(2099, 6, 1, 9, tzinfo=PARIS)
    offer(code="EARLY", starts_at=starts)
    offer(code="LATE", ends_at=timezone.now() - timedelta(hours=1))
    offer(code="OFF", active=False)
    offer(code="POUNDS", amount=100, currency="GBP")
    offer(code="MUCH", minimum=5000)
    offer(code="SHELF", merchant=rayon)
    offer(code="FREE", kind="free_delivery", merchant=None)
    Offer.objects.filter(pk=offer(code="GONE", total_limit=1).pk).update(used=1)
    assert refusal(basket, "NONE") == "There is no code NONE. Check how it is spelled."
    assert refusal(basket, "EARLY") == "The code EARLY counts from 1 Jun 2099 on."
    assert refusal(basket, "LATE") == "The code LATE is over."
    assert refusal(basket, "OFF") == "The code OFF is over."
    assert refusal(basket, "POUNDS") == "The code POUNDS is for things that are sold in GBP."
    assert refusal(basket, "MUCH") == (
        "The code MUCH counts from €50.00 of goods on; you have €34.00."
    )
    assert refusal(basket, "SHELF") == "The code SHELF is for things from Rayon."
    assert refusal(basket, "GONE") == "The code GONE is used up: others were faster."
    assert asked(basket, "FREE").cut.refusal is None
    Merchant.objects.get(name="Plage").shipping_rates.update(price=0)
    assert refusal(basket, "FREE") == "The code FREE takes nothing off this order."


def test_a_code_that_does_not_count_is_not_paid_without(basket: Basket, flipflops: Variant) -> None:
    with pytest.raises(CodeRefused) as refused:
        place(basket, "NONE")
    assert refused.value.with_way_out == (
        "There is no code NONE. Check how it is spelled. Empty the field of the code to pay "
        "without it. Nothing was charged."
    )
    assert not Order.objects.exists()
    assert shelf(flipflops) == (10, 0)


def test_an_offer_that_ended_since_it_was_seen(basket: Basket) -> None:
    made = offer()
    seen = asked(basket).total
    Offer.objects.filter(pk=made.pk).update(active=False)
    with pytest.raises(TotalChanged) as refused:
        place(basket, seen=seen)
    assert (seen.amount, refused.value.quote.total.amount) == (3450, 3790)


def test_another_code_under_a_used_key_is_another_order(basket: Basket) -> None:
    offer(code="ONE")
    offer(code="TWO")
    order = place(basket, "ONE")
    assert place(basket, "ONE", seen=Money(order.total, "EUR")) == order
    with pytest.raises(KeyReused):
        place(basket, "TWO", seen=Money(order.total, "EUR"))


def test_an_order_that_comes_to_nothing_cannot_be_paid(basket: Basket) -> None:
    offer(basis_points=10_000)
    offer("Post", kind="free_delivery", code="POST")
    assert asked(basket, "POST").total == Money(0, "EUR")
    with pytest.raises(NothingToPay):
        place(basket, "POST")


# Limits ------------------------------------------------------------------------------------------
def test_a_total_limit_is_taken_and_given_back(
    basket: Basket, stranger: Buyer, sandbox: Sandbox
) -> None:
    made = offer(code="ONE", total_limit=1)
    order = place(basket, "ONE")
    made.refresh_from_db()
    assert (made.used, order.offer_uses.get().offer) == (1, made)
    other = basket.with_(buyer=stranger, key="key-2")
    assert refusal(other, "ONE") == "The code ONE is used up: others were faster."
    assert payments.cancel_unpaid(order.pk, reason="expired")
    made.refresh_from_db()
    assert (made.used, OfferUse.objects.count()) == (0, 0)
    # What was offered then stays in the order's own lines.
    assert order.discounts.get().amount == 340
    assert place(other, "ONE").discount_total == 340


@pytest.mark.django_db(transaction=True)
def test_a_paid_order_keeps_what_it_used(basket: Basket, sandbox: Sandbox) -> None:
    made = offer(code="ONE", total_limit=1)
    order = place(basket, "ONE")
    assert pay(order.payments.get(), sandbox.token()).kind == "succeeded"
    payments.cancel_unpaid(order.pk, reason="expired")
    made.refresh_from_db()
    assert (made.used, OfferUse.objects.count()) == (1, 1)


def test_a_person_is_known_by_account_or_by_mail(basket: Basket, buyer: Buyer) -> None:
    offer(code="ONCE", person_limit=1)
    place(basket, "ONCE")
    said = "You have used the code ONCE as often as it may be."
    assert refusal(basket.with_(key="key-2"), "ONCE") == said
    elsewhere = replace(buyer, email="other@etal.example")
    assert refusal(basket.with_(buyer=elsewhere), "ONCE") == said
    as_guest = Buyer("guest:mai", user=None, email=" MAI@etal.example", locale="en")
    assert refusal(basket.with_(buyer=as_guest), "ONCE") == said
    other = replace(as_guest, email="theo@etal.example")
    assert asked(basket.with_(buyer=other), "ONCE").cut.refusal is None


def test_whoever_says_late_who_they_are_sees_the_new_total(basket: Basket) -> None:
    """A guest's address is typed after the price was shown."""
    offer(person_limit=1)
    place(basket)
    guest = Buyer("guest:mai", user=None, email=basket.buyer.email, locale="en")
    with pytest.raises(TotalChanged):
        place(basket.with_(buyer=guest, key="key-2"), seen=Money(3450, "EUR"))
    assert Order.objects.count() == 1


def test_a_limit_is_never_below_what_was_used(basket: Basket) -> None:
    made = offer(total_limit=2)
    place(basket)
    place(basket.with_(key="key-2"))
    made.refresh_from_db()
    made.total_limit = 1
    with pytest.raises(ValidationError):
        offers.save(made)
    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.objects.filter(pk=made.pk).update(total_limit=1)


def test_saving_an_offer_leaves_its_count_alone(basket: Basket) -> None:
    made = offer(total_limit=5)
    place(basket)
    made.name = "Autumn"
    offers.save(made)
    made.refresh_from_db()
    assert (made.name, made.used) == ("Autumn", 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"code": "lower"},
        {"code": "A"},
        {"basis_points": 0},
        {"basis_points": 10_001},
        {"basis_points": None},
        {"kind": "amount", "basis_points": None, "amount": 100},
        {"kind": "amount", "basis_points": None, "amount": 0, "currency": "EUR"},
        {"kind": "free_delivery"},
        {"minimum": 100},
        {"minimum": -1, "currency": "EUR"},
        {"total_limit": 0},
        {"person_limit": 0},
        {"most": 0},
        {"most": None},
        {"most": None, "kind": "free_delivery", "basis_points": None},
        {
            "starts_at": datetime(2025, 2, 1, tzinfo=PARIS),
            "ends_at": datetime(2025, 1, 1, tzinfo=PARIS),
        },
    ],
)
def test_an_offer_that_makes_no_sense(fields: dict[str, Any], db: None) -> None:
    made = Offer(**{"name": "x", "kind": "percentage", "basis_points": 1000, "most": 1, **fields})
    with pytest.raises(ValidationError):
        offers.save(made)
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save()


def test_what_a_shop_asks_for_its_parcel_costs_us_no_more_than_we_said(
    basket: Basket, plage: Merchant
) -> None:
    offer(kind="free_delivery", most=600)
    assert place(basket).discount_total == 390
    ShippingRate.objects.filter(merchant=plage).update(price=30_000)
    order = place(basket.with_(key="key-2"))
    assert [(each.amount, each.by_platform) for each in order.discounts.all()] == [(600, True)]
    assert order.total == 3400 + 30_000 - 600


# The books, and what it costs --------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_a_shop_pays_for_its_own_offers_and_we_for_ours(
    basket: Basket, plage: Merchant, sandbox: Sandbox
) -> None:
    offer(merchant=plage)
    offer("Welcome", code="MARKET5", amount=500)
    order = place(basket, "MARKET5")
    assert pay(order.payments.get(), sandbox.token()).kind == "succeeded"
    captured = LedgerEntry.objects.filter(transaction__kind="capture")
    booked = dict(captured.values_list("account", "amount"))
    fee = Money(3400 - 840, "EUR").share(plage.fee_bps).amount
    # 34.00 less 3.40 of their own and our fee, and the parcel; our 5.00 are owed to them.
    assert booked["merchant"] == -(3400 - 340 + 390 - fee)
    assert booked["fees"] == 500 - fee
    assert booked["stripe"] == 3790 - 840


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("limit", "more"), [(None, 0), (100, 2)])
def test_offers_cost_no_statement_and_limits_two(
    limit: int | None, more: int, basket: Basket, plage: Merchant
) -> None:
    """As in test_placing: seven, however many lines and offers."""
    offer(merchant=plage, total_limit=limit)
    offer(code="MORE", person_limit=limit)
    for count in (1, 5):
        items = tuple(
            Item(stock_shelf(plage, f"{count} {n}", price=1000, pieces=5).public_id, 1)
            for n in range(count)
        )
        full = basket.with_(items=items, key=f"key-{count}")
        seen = asked(full, "MORE").total
        place(full.with_(key=f"warm-{count}"), "MORE", seen=seen)
        with CaptureQueriesContext(connection) as captured:
            order = place(full, "MORE", seen=seen)
        assert order.discounts.count() == 2
        assert len(captured) == 7 + more, [query["sql"][:60] for query in captured]


@pytest.mark.parametrize(
    ("currency", "unit"),
    [("JPY", 1), ("KWD", 10)],  # Kuwaiti dinars are paid in tens of fils
)
def test_currencies_with_other_decimals(currency: str, unit: int, basket: Basket) -> None:
    TaxRate.objects.create(country="DE", category=None, basis_points=1000, inclusive=False)
    shop = open_shop("far", currency=currency, delivery=500 * unit)
    things = [
        stock_shelf(shop, name, price=3333 * unit, pieces=5, currency=currency)
        for name in ("A", "B")
    ]
    offer(merchant=shop, basis_points=1250)
    items = tuple(Item(thing.public_id, 1) for thing in things)
    order = place(basket.with_(items=items, address=replace(HOME, country="DE")))
    assert [line.discount for line in order.lines.all()] == [417 * unit, 416 * unit]
    assert order.discount_total == 833 * unit
    assert order.tax_added == (292 + 292 + 50) * unit
    assert order.total == (6666 + 500 - 833 + 634) * unit
    assert OrderDiscount.objects.get().amount == 833 * unit
