"""What the server answers to a press on Pay that cannot be: a clear sentence, and no trace."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Address
from catalogue import prices, products
from catalogue.models import StockItem
from checkout.models import Customer, Order, SavedCard
from shopping.money import Money
from tests.checkout_pages.conftest import Visitor


@pytest.fixture(autouse=True)
def _no_trace(db):
    """Whatever a test here sends, nothing is kept of it."""
    yield
    assert not Order.objects.exists()
    assert not StockItem.objects.filter(reserved__gt=0).exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "", "The receipt needs an e-mail address"),
        ("email", "camille", "An e-mail address, for example mai@lefort.example"),
        ("name", "", "The parcel needs a name"),
        ("line1", " ", "The parcel needs a street and number"),
        ("city", "", "The parcel needs a town"),
        ("postal_code", "7100", "Five digits, for example 35000"),
        ("postal_code", "", "Five digits, for example 35000"),
        ("country", "XX", "The shop does not deliver there"),
        ("name", "x" * 121, "Ensure this value has at most 120 characters (it has 121)."),
        ("line1", "x" * 201, "Ensure this value has at most 200 characters (it has 201)."),
    ],
)
def test_a_bad_field_is_named(guest, market, field, value, words):
    answer = guest.place(market.lamp, guest.form(market.lamp, **{field: value}))
    assert answer.status_code == 422
    assert answer.json() == {"kind": "invalid", "errors": {field: words}}


def test_a_state_is_needed_where_parcels_need_one(guest, market):
    form = guest.form(market.lamp, country="US", postal_code="94103")
    assert guest.place(market.lamp, form).json()["errors"] == {
        "region": "The parcel needs a state or province"
    }


@pytest.mark.parametrize("amount", ["1", "0", "-8790", "8790.0", "87900000000000", ""])
def test_a_tampered_total_is_not_charged(guest, market, amount):
    answer = guest.place(market.lamp, guest.form(market.lamp, seen_amount=amount))
    assert (answer.status_code, answer.json()["kind"]) == (409, "changed")
    assert "Pay €87.90" in answer.json()["html"]


def test_a_total_in_another_currency_is_not_charged(guest, market):
    answer = guest.place(market.lamp, guest.form(market.lamp, seen_currency="USD"))
    assert (answer.status_code, answer.json()["kind"]) == (409, "changed")


def test_a_raised_price_is_shown_with_both_figures(guest, market):
    form = guest.form(market.lamp)
    prices.change_price(market.lamp.variants.get(), price=Money(8900, "EUR"), actor=None)
    answer = guest.place(market.lamp, form)
    assert answer.json()["kind"] == "changed"
    assert "The price went from €84.00 to €89.00" in answer.json()["html"]


def test_a_total_of_many_digits_is_read_as_it_is(guest, market):
    answer = guest.place(market.lamp, guest.form(market.lamp, seen_amount="100000000000"))
    assert (answer.status_code, answer.json()["kind"]) == (409, "changed")
    assert "€1,000,000,000.00" in answer.json()["html"]


@pytest.mark.parametrize("quantity", ["0", "-1", "10000"])
def test_a_bad_quantity(guest, market, quantity):
    answer = guest.place(market.lamp, guest.form(market.lamp, quantity=quantity))
    assert answer.status_code == 422
    assert "Choose a quantity from 1 to 99." in answer.json()["html"]


def test_more_than_are_left(guest, market):
    form = guest.form(market.lamp, quantity="6", seen_amount=str(6 * 8400 + 390))
    answer = guest.place(market.lamp, form)
    assert answer.json()["kind"] == "sold_out"
    assert "Only 5 are left. Nothing was charged." in answer.json()["html"]


def test_a_size_that_does_not_exist(guest, market):
    form = guest.form(market.flipflops, option1="49")
    answer = guest.place(market.flipflops, form)
    assert (answer.status_code, answer.json()["kind"]) == (422, "refused")
    assert "Choose a size" in answer.json()["html"]


def test_a_product_that_does_not_exist(guest, market):
    form = guest.form(market.lamp)
    market.lamp.public_id = market.post.public_id
    assert guest.place(market.lamp, form).status_code == 404


def test_a_product_without_any_variant_left(guest, market):
    form = guest.form(market.lamp)
    market.lamp.variants.update(active=False)
    answer = guest.place(market.lamp, form)
    assert (answer.status_code, answer.json()["kind"]) == (410, "gone")
    assert "Phare lamp is no longer sold. Nothing was charged." in answer.json()["html"]


def test_an_archived_product(guest, market):
    form = guest.form(market.lamp)
    products.archive(market.lamp, actor=None)
    answer = guest.place(market.lamp, form)
    assert (answer.status_code, answer.json()["kind"]) == (422, "refused")
    assert "This product is not on sale." in answer.json()["html"]


@pytest.mark.parametrize("key", ["", "short", "Z" * 32, "'; drop table"])
def test_a_key_that_no_sheet_made(guest, market, key):
    answer = guest.place(market.lamp, guest.form(market.lamp, key=key))
    assert (answer.status_code, answer.json()["kind"]) == (409, "refused")


def test_a_visitor_who_never_opened_a_sheet(guest, market):
    form = guest.form(market.lamp)
    guest.client.cookies.clear()
    answer = guest.place(market.lamp, form)
    assert (answer.status_code, answer.json()["kind"]) == (409, "refused")


def test_somebody_elses_card_and_address(returning, mai, market, django_user_model):
    other = django_user_model.objects.create_user("b@c.example", handle="ben", display_name="Ben")
    card = SavedCard.objects.create(
        customer=Customer.objects.create(user=other, stripe_id="cus_ben"),
        payment_method_id="pm_ben",
        brand="visa",
        last4="4242",
        exp_month=8,
        exp_year=2034,
    )
    address = Address.objects.create(
        user=other, name="Ben", line1="1 rue", city="Rennes", postal_code="35000", country="FR"
    )
    answer = returning.place(market.lamp, returning.form(market.lamp, card=str(card.public_id)))
    assert "This card is not one of yours." in answer.json()["html"]
    form = returning.form(market.lamp, address=str(address.public_id))
    answer = returning.place(market.lamp, form)
    assert answer.status_code == 422
    assert "This address is not one of yours." in answer.json()["html"]


@pytest.mark.parametrize("name", ["card", "address"])
@pytest.mark.parametrize("who", ["guest", "returning"])
def test_what_names_no_card_and_no_address(who, name, request, market):
    visitor = request.getfixturevalue(who)
    answer = visitor.place(market.lamp, visitor.form(market.lamp, **{name: "abc"}))
    assert answer.status_code == 422
    assert not Order.objects.exists()


def test_without_scripts_the_page_says_why_and_keeps_what_was_typed(guest, market):
    form = guest.form(market.lamp, confirmation_token="")
    answer = guest.client.post(f"/buy/{market.lamp.public_id}/place/", form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The card fields need JavaScript" in page
    assert 'value="3 quai Lamartine"' in page


def test_a_forged_form_is_refused(market):
    forger = Visitor(Client(enforce_csrf_checks=True))
    form = forger.form(market.lamp)
    del form["csrfmiddlewaretoken"]
    assert forger.place(market.lamp, form).status_code == 403


def test_nobody_asks_after_anothers_key(guest, returning, market):
    key = guest.form(market.lamp)["key"]
    returning.open(market.lamp)
    assert returning.client.get(f"/payments/outcome/?key={key}").json()["kind"] == "none"
    assert returning.client.post("/payments/settle/", {"key": key}).json()["kind"] == "none"
