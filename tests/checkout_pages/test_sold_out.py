"""A press on Pay for what nobody can have any more: told at once and cheaply, and nothing is kept."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from catalogue import products
from catalogue.models import Drop, Product, Variant
from checkout.models import Order
from checkout.views import sheet
from shopping import limits as counting
from shopping.limits import Limit
from tests.checkout_pages import shelves
from tests.checkout_pages.conftest import Visitor
from tests.journeys.cast import Market, set_stock

SOLD_OUT = "This has just sold out. Nothing was charged."


def text_of(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.json()["html"]).split())


def expect_sold_out(answer) -> None:
    assert (answer.status_code, answer.json()["kind"]) == (409, "sold_out")
    assert SOLD_OUT in answer.json()["html"]


@pytest.fixture
def lamp(market: Market) -> Variant:
    return market.lamp.variants.get()


@pytest.fixture
def last_pair(guest: Visitor, market: Market) -> dict[str, str]:
    """A filled-in sheet for the coral pair of size 42, which then sells out."""
    form = guest.form(market.flipflops, option0="Coral", option1="42")
    set_stock(market.variant("Coral", "42"), pieces=0)
    return form


def test_the_answer_changes_choices_note_and_button_and_nothing_else(guest, market, lamp):
    form = guest.form(market.lamp)
    set_stock(lamp, pieces=0)
    answer = guest.place(market.lamp, form)
    expect_sold_out(answer)
    assert "Phare lamp Plage &amp; Fils Sold out €84.00" in text_of(answer)
    html = answer.json()["html"]
    assert 'id="buy-pay" hx-swap-oob="true" type="submit" aria-disabled="true"' in html
    parts = re.findall(r'id="(buy-\w+)"(?: hx-post| hx-swap-oob)', html)
    assert parts == ["buy-choices", "buy-note", "buy-pay"]
    assert not Order.objects.exists()


def test_a_size_names_those_that_are_left(guest, market, last_pair):
    answer = guest.place(market.flipflops, last_pair)
    assert (answer.status_code, answer.json()["kind"]) == (409, "sold_out")
    assert "Size 42 has just sold out. 39, 41, 43 and 44 are left." in text_of(answer)
    html = answer.json()["html"]
    assert 'value="Coral" data-requote checked' in html
    assert 'value="42" data-requote disabled' in html
    assert 'data-choose="buy-option1"><span class="to">Choose a size' in html


def test_it_is_known_by_product_variants_pictures_and_the_key(guest, market, last_pair, statements):
    guest.place(market.flipflops, last_pair)
    with statements(4):
        guest.place(market.flipflops, last_pair)


def test_a_member_is_told_the_same(returning, market, lamp):
    form = returning.form(market.lamp)
    set_stock(lamp, pieces=0)
    expect_sold_out(returning.place(market.lamp, form))


def test_fields_that_are_wrong_do_not_matter_any_more(guest, market, lamp):
    form = guest.form(market.lamp, postal_code="", email="camille")
    set_stock(lamp, pieces=0)
    expect_sold_out(guest.place(market.lamp, form))


def test_a_page_without_scripts_is_whole_and_keeps_what_was_typed(guest, market, lamp):
    form = guest.form(market.lamp)
    set_stock(lamp, pieces=0)
    answer = guest.client.post(f"/buy/{market.lamp.public_id}/place/", form)
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("<!doctype html>", SOLD_OUT, 'value="3 quai Lamartine"'):
        assert words in page


def test_a_repeated_press_finds_its_own_order_that_holds_the_last_piece(
    guest, market, lamp, monkeypatch, transactional_db
):
    """Whichever moment it is placed at: here as late as between two reads of the second press."""
    set_stock(lamp, pieces=1)
    form = guest.form(market.lamp)
    look = sheet.ProductTill.lost

    def placed_just_before(till, request, asked):
        shelves.place(market.lamp, principal=shelves.guest_name(guest), key=form["key"])
        return look(till, request, asked)

    monkeypatch.setattr(sheet.ProductTill, "lost", placed_just_before)
    answer = guest.place(market.lamp, {**form, "line1": "4 quai Lamartine"})
    # Its contents are others, so the order is given up: the piece is to be had again.
    assert (answer.status_code, answer.json()["kind"]) == (409, "renewed")


def test_whoever_comes_a_moment_too_late_is_told_the_same(guest, market, lamp, monkeypatch):
    form = guest.form(market.lamp)
    look = sheet.ProductTill.lost

    def gone_just_after(till, request, asked):
        html = look(till, request, asked)
        set_stock(lamp, pieces=0)
        return html

    monkeypatch.setattr(sheet.ProductTill, "lost", gone_just_after)
    answer = guest.place(market.lamp, form)
    expect_sold_out(answer)
    assert 'id="buy-foot"' not in answer.json()["html"]


def test_too_few_left_is_no_end_of_it(guest, market, lamp):
    form = guest.form(market.lamp, quantity="2", seen_amount=str(2 * 8400 + 390))
    set_stock(lamp, pieces=1)
    answer = guest.place(market.lamp, form)
    assert answer.json()["kind"] == "sold_out"
    assert "Only 1 is left. Nothing was charged." in text_of(answer)
    assert 'id="buy-foot"' in answer.json()["html"]


def _archive(product: Product) -> None:
    products.archive(product, actor=None)


def _wait(product: Product) -> None:
    Drop.objects.create(product=product, opens_at=timezone.now() + timedelta(hours=1))


def _end(product: Product) -> None:
    now = timezone.now()
    opened, ended = now - timedelta(hours=2), now - timedelta(hours=1)
    Drop.objects.create(product=product, opens_at=opened, ends_at=ended)


@pytest.mark.parametrize("withdraw", [_archive, _wait, _end])
def test_of_what_is_not_on_sale_nobody_learns_what_is_left(guest, market, lamp, withdraw):
    form = guest.form(market.lamp)
    set_stock(lamp, pieces=0)
    withdraw(market.lamp)
    answer = guest.place(market.lamp, form)
    assert (answer.status_code, answer.json()["kind"]) == (422, "refused")
    assert "This product is not on sale." in text_of(answer)


def test_it_counts_as_an_order_that_was_tried(guest, market, lamp, settings, monkeypatch):
    settings.LIMIT_VISITORS = True
    counted = []

    def count(limit: Limit, who: str) -> int:
        counted.append((limit.name, who))
        return 0

    monkeypatch.setattr(counting, "count", count)
    form = guest.form(market.lamp)
    set_stock(lamp, pieces=0)
    expect_sold_out(guest.place(market.lamp, form))
    assert counted == [
        ("orders", shelves.guest_name(guest)),
        ("orders-address", "127.0.0.1"),
    ]
