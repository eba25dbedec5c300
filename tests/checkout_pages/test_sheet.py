"""What the sheet shows before anything is paid, and what it costs to show it."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue import products
from catalogue.products import NewVariant
from checkout.models import Order


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_everything_is_shown_before_payment(guest, market):
    page = text_of(guest.open(market.lamp))
    for words in (
        "Phare lamp",
        "Plage &amp; Fils",
        "Only 5 left",
        "€84.00 + €3.90",
        "includes €14.65 VAT",
        "Pay €87.90",
        "Home delivery, €3.90",
        "Sold and sent by Plage &amp; Fils.",
        "14 days to change your mind.",
        "Terms of sale",
    ):
        assert words in page


def test_opening_writes_nothing(guest, market):
    with CaptureQueriesContext(connection) as seen:
        guest.open(market.lamp)
    writes = ("INSERT", "UPDATE", "DELETE")
    assert [each["sql"] for each in seen if each["sql"].lstrip().startswith(writes)] == []
    assert not Session.objects.exists()
    assert not Order.objects.exists()


def test_more_variants_cost_no_more_statements(guest, returning, market):
    for visitor in (guest, returning):
        visitor.open(market.flipflops)
        with CaptureQueriesContext(connection) as few:
            visitor.open(market.lamp)
        with CaptureQueriesContext(connection) as many:
            visitor.open(market.flipflops)
        assert len(many) == len(few) <= 12


def test_a_sold_out_size_is_disabled_and_says_so(guest, market):
    page = text_of(guest.open(market.flipflops))
    assert 'value="40" data-requote disabled' in page
    assert '40<span class="vh"> sold out</span>' in page
    assert "Choose a size" in page


def test_a_linked_variant_is_picked(guest, market):
    variant = market.variant("Lagoon", "43")
    page = text_of(guest.open(market.flipflops, f"variant={variant.public_id}"))
    assert 'value="Lagoon" data-requote checked' in page
    assert 'value="43" data-requote checked' in page
    assert "Pay €37.90" in page


def test_a_change_is_quoted_anew(guest, market):
    form = guest.form(market.flipflops, option0="Lagoon", option1="42", quantity="3")
    page = text_of(guest.quote(market.flipflops, form))
    assert "€102.00 + €3.90" in page
    assert "Pay €105.90" in page
    assert 'id="buy-foot" hx-swap-oob="true"' in page


@pytest.mark.parametrize("quantity", ["0", "-1", "10000", "two", ""])
def test_a_quantity_that_makes_no_sense_has_no_price(guest, market, quantity):
    form = guest.form(market.lamp, quantity=quantity)
    page = text_of(guest.quote(market.lamp, form))
    assert "Choose a quantity from 1 to 99." in page
    assert 'aria-disabled="true"' in page


def test_an_archived_product_is_no_longer_sold(guest, market):
    products.archive(market.lamp, actor=None)
    answer = guest.open(market.lamp)
    assert answer.status_code == 410
    assert "Phare lamp is no longer sold." in text_of(answer)


def test_an_unknown_product_is_not_found(guest, market):
    market.lamp.public_id = market.post.public_id
    assert guest.open(market.lamp).status_code == 404


def test_what_was_typed_is_kept_for_the_next_sheet_and_named_where_wrong(guest, market):
    form = guest.form(market.lamp, postal_code="3500", city="")
    answer = guest.client.post(f"/buy/{market.lamp.public_id}/draft/", form)
    assert answer.json() == {
        "errors": {
            "postal_code": "Five digits, for example 35000",
            "city": "The parcel needs a town",
        }
    }
    assert 'value="3 quai Lamartine"' in text_of(guest.open(market.flipflops))
    assert "ctoken_1" not in str(guest.client.session["buy_draft"])


def test_a_colour_is_guessed_and_a_size_never(guest, market):
    tote = products.create(
        market.shop,
        title="Tote",
        option_names=["Colour"],
        variants=[
            NewVariant(price=2000, option_values=("Sand",), on_hand=0),
            NewVariant(price=2000, option_values=("Ink",), on_hand=20),
        ],
        status="active",
        actor=None,
    )
    page = text_of(guest.open(tote))
    assert 'value="Ink" data-requote checked' in page
    assert "Pay €23.90" in page
