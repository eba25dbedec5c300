"""What may be taken along: one's own rows, of the days that were asked for, and nobody else's."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.utils import timezone

from catalogue.models import Membership, Merchant
from checkout.models import LedgerEntry, LedgerTransaction, Order
from tests.admin.filled import elsewhere

BASE = "/admin/checkout/merchantexports/"


def days(**others):
    today = timezone.now().date()
    first = {"first": (today - timedelta(days=3)).isoformat()}
    return first | {"last": (today + timedelta(days=1)).isoformat()} | others


def table(answer):
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline="")))


def fetched(client, merchant, what, **words):
    return table(client.get(f"{BASE}{merchant.pk}/{what}/", days(**words)))


@pytest.mark.parametrize("role", list(Membership.Role))
@pytest.mark.parametrize("what", ["products", "stock", "orders", "ledger"])
def test_each_member_takes_along_what_they_see(browser, world, role, what):
    movement = LedgerTransaction.objects.get()
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            transaction=movement,
            account="merchant",
            merchant=merchant,
            amount=amount,
            currency="EUR",
        )
        for merchant, amount in ((world.plage.merchant, -3490), (world.rayon.merchant, 3490))
    )
    rows = fetched(browser(world.plage.members[role]), world.plage.merchant, what)
    assert rows
    assert "rayon" not in str(rows).lower()


def test_orders_are_ones_own_lines_and_hold_nothing_of_the_shopper_but_the_country(browser, world):
    [line] = fetched(browser(world.plage.owner), world.plage.merchant, "orders")
    assert line == {
        "order": world.order.reference,
        "status": "paid",
        "country": "FR",
        "currency": "EUR",
        "title": "Plage flip-flops",
        "options": "41",
        "sku": "plage-41",
        "quantity": "1",
        "refunded_quantity": "0",
        "unit_price": "34.90",
        "total": "34.90",
        "discount": "0.00",
        "tax": "0.00",
        "tax_percent": "0.0",
        "tax_is_included": "true",
        "paid_at": f"{world.order.paid_at:%Y-%m-%dT%H:%M:%SZ}",
    }


def test_only_what_was_paid_in_the_days_is_there(browser, world):
    client, shop = browser(world.plage.owner), world.plage.merchant
    # Ten minutes into the first of March in Paris is still February in UTC.
    Order.objects.update(paid_at="2026-02-28T23:10:00Z")
    march = {"first": "2026-03-01", "last": "2026-03-01"}
    assert len(fetched(client, shop, "orders", **march)) == 1
    february = {"first": "2026-02-01", "last": "2026-02-28"}
    assert fetched(client, shop, "orders", **february) == []


def test_the_days_to_begin_with_end_with_the_shops_own_today(browser, world):
    shop = world.plage.merchant
    zone, today = elsewhere()
    Merchant.objects.filter(pk=shop.pk).update(time_zone=zone)
    shown = browser(world.plage.owner).get(f"{BASE}{shop.pk}/change/")
    assert shown.context["days"].initial["last"] == today.isoformat()


def test_an_order_that_nobody_paid_is_not_the_shops_to_see(browser, world):
    Order.objects.filter(pk=world.order.pk).update(
        status="awaiting_payment",
        paid_at=None,
        cancelled_at=None,
        reserved_until=timezone.now(),
        fulfilment_opened_at=None,
    )
    rows = fetched(browser(world.plage.owner), world.plage.merchant, "orders")
    assert world.order.reference not in str(rows)


def test_the_operator_takes_along_all_of_the_ledger_and_nobody_else_does(browser, world):
    movement = LedgerTransaction.objects.get()
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            transaction=movement, account=account, merchant=who, amount=amount, currency="EUR"
        )
        for account, who, amount in (
            ("stripe", None, 3790),
            ("merchant", world.plage.merchant, -3790),
        )
    )
    url = "/admin/checkout/ledgertransaction/export/"
    rows = table(browser(world.staff).get(url, days()))
    assert [(each["account"], each["shop"], each["amount"]) for each in rows] == [
        *[("stripe", "", "37.90"), ("merchant", "Plage", "-37.90")]
    ]
    assert rows[0]["reference"] == "pi_1"
    assert browser(world.plage.owner).get(url, days()).status_code == 403
    [own] = fetched(browser(world.plage.owner), world.plage.merchant, "ledger")
    assert (own["amount"], own["reference"]) == ("-37.90", "")


@pytest.mark.parametrize(
    "asked",
    [
        {"first": "x"},
        {"first": ""},
        {"first": "2026-03-02", "last": "2026-03-01"},
        {"first": "1800-01-01"},
        {"last": "9999-12-31"},
    ],
)
def test_days_that_make_no_sense_are_told_on_the_page(browser, world, asked):
    client = browser(world.plage.owner)
    url = f"{BASE}{world.plage.merchant.pk}/"
    answer = client.get(f"{url}orders/", days(**asked), follow=True)
    assert answer.redirect_chain == [(f"{url}change/", 302)]
    assert len(list(answer.context["messages"])) == 1


@pytest.mark.parametrize("what", ["products", "stock", "orders", "ledger"])
def test_nobody_takes_along_what_is_anothers(browser, world, what):
    url = f"{BASE}{world.rayon.merchant.pk}/{what}/"
    assert browser(world.plage.owner).get(url, days()).status_code == 404
    assert browser(world.mai).get(url, days()).status_code == 302
