"""The address fields follow the country, in the sheet and on the checkout page, script or not."""

from __future__ import annotations

import re

from accounts import addresses
from catalogue.models import ShippingRate
from tests.checkout_pages.conftest import PART, Visitor
from tests.journeys.cast import Market


def serve(market: Market, *countries: str) -> None:
    merchant = market.lamp.merchant
    ShippingRate.objects.create(
        merchant=merchant, name="World", countries=list(countries), price=1500
    )


def fields(page: str) -> list[str]:
    found = re.findall(r"<(?:input|select)[^>]*>", page)
    typed = [tag for tag in found if 'class="in"' in tag and 'name="code"' not in tag]
    names = [re.search(r'name="(\w+)"', tag) for tag in typed]
    return [name[1] for name in names if name]


def test_another_country_brings_its_own_fields_and_keeps_what_was_typed(
    guest: Visitor, market: Market
) -> None:
    serve(market, "US", "JP")
    form = guest.form(market.lamp)
    assert form["fields_of"] == "FR"
    same = guest.quote(market.lamp, form).content.decode()
    assert "buy-address-fields" not in same
    page = guest.quote(market.lamp, form | {"country": "US"}).content.decode()
    assert 'id="buy-address-fields" hx-swap-oob="true"' in page
    assert fields(page) == ["name", "line1", "city", "region", "postal_code", "phone"]
    assert ">ZIP code" in page
    assert 'value="Camille Roux"' in page
    assert '<option value="NV">Nevada</option>' in page
    assert 'name="fields_of" value="US"' in page
    japan = guest.quote(market.lamp, form | {"country": "JP"}).content.decode()
    assert fields(japan) == ["postal_code", "region", "line1", "name", "phone"]
    # Japan's addresses have no city field here, and the town is there again in France.
    assert '<input type="hidden" name="city" value="Mâcon">' in japan


def test_without_a_script_the_whole_page_comes_with_the_countrys_fields(
    guest: Visitor, market: Market
) -> None:
    serve(market, "US")
    form = guest.form(market.lamp, country="US")
    page = guest.client.post(f"/buy/{market.lamp.public_id}/quote/", form).content.decode()
    assert fields(page)[-7:] == [
        *["country", "name", "line1", "city", "region", "postal_code", "phone"]
    ]


def test_the_postcode_decides_what_is_shown_and_charged(guest: Visitor, market: Market) -> None:
    ShippingRate.objects.create(
        merchant=market.lamp.merchant,
        name="Corsica",
        countries=["FR"],
        postcodes=["20"],
        price=1900,
    )
    form = guest.form(market.lamp)
    before = form["seen_amount"]
    island = form | {"postal_code": "20000"}
    answer = guest.place(market.lamp, island)
    assert (answer.status_code, answer.json()["kind"]) == (409, "changed")
    page = guest.quote(market.lamp, island).content.decode()
    seen = re.search(r'name="seen_amount" value="(\d+)"', page)
    assert seen is not None
    assert int(seen[1]) > int(before)
    assert "Corsica" in page


def test_a_saved_address_is_shown_as_its_country_writes_it(returning: Visitor, market, mai) -> None:
    serve(market, "US")
    addresses.save(
        *[mai],
        default=True,
        name="Maï",
        line1="1 Main St",
        city="Reno",
        region="NV",
        postal_code="89501",
        country="US",
    )
    page = returning.open(market.lamp).content.decode()
    assert "Reno, NV 89501, United States" in page


def test_the_checkout_page_follows_the_country_too(guest: Visitor, market: Market) -> None:
    serve(market, "US")
    guest.client.post(f"/cart/add/{market.lamp.public_id}/")
    page = guest.client.get("/checkout/eur/").content.decode()
    assert 'name="fields_of"' in page
    answer = guest.client.post(
        "/checkout/eur/quote/", {"country": "US", "fields_of": "FR", "name": "Jo"}, **PART
    ).content.decode()
    assert fields(answer) == ["name", "line1", "city", "region", "postal_code", "phone"]
    assert 'value="Jo"' in answer


def wrong(page: str) -> list[str]:
    """What is said under the fields."""
    return re.findall(r'<p class="err" id="\w+_error">([^<]+)</p>', page)


def test_a_postcode_of_the_country_before_is_said_to_be_wrong_at_once(
    guest: Visitor, market: Market
) -> None:
    serve(market, "US", "JP")
    form = guest.form(market.lamp, country="JP")
    page = guest.quote(market.lamp, form).content.decode()
    assert wrong(page) == ["As in this country, for example 154-0023"]
    field = re.search(r'<input[^>]*name="postal_code"[^>]*>', page)
    assert field is not None
    assert 'value="71000"' in field[0]
    assert 'aria-invalid="true"' in field[0]
    assert "buy_postal_code_error" in field[0]
    # Nothing else is judged before Pay, nor is what fits or was not typed.
    empty = guest.quote(market.lamp, form | {"name": "", "city": ""}).content.decode()
    assert len(wrong(empty)) == 1
    for postcode, country in (("71000", "US"), ("", "JP"), ("154-0023", "JP")):
        sent = form | {"country": country, "postal_code": postcode}
        assert wrong(guest.quote(market.lamp, sent).content.decode()) == []
    again = guest.quote(market.lamp, form | {"fields_of": "JP"}).content.decode()
    assert wrong(again) == []


def test_without_a_script_the_page_says_so_too(guest: Visitor, market: Market) -> None:
    serve(market, "JP")
    form = guest.form(market.lamp, country="JP")
    page = guest.client.post(f"/buy/{market.lamp.public_id}/quote/", form).content.decode()
    assert wrong(page) == ["As in this country, for example 154-0023"]


def test_the_checkout_page_says_so_too(guest: Visitor, market: Market) -> None:
    serve(market, "JP")
    guest.client.post(f"/cart/add/{market.lamp.public_id}/")
    typed = {"country": "JP", "fields_of": "FR", "postal_code": "71000"}
    page = guest.client.post("/checkout/eur/quote/", typed, **PART).content.decode()
    assert wrong(page) == ["As in this country, for example 154-0023"]
    assert 'value="71000"' in page


def test_the_address_book_says_so_too(returning: Visitor) -> None:
    typed = {"country": "JP", "fields": "1", "name": "Maï", "postal_code": "71000"}
    page = returning.client.post("/account/addresses/new/", typed, **PART).content.decode()
    assert wrong(page) == ["As in this country, for example 154-0023"]
    assert 'value="71000"' in page
    assert (
        wrong(
            returning.client.post(
                "/account/addresses/new/", typed | {"postal_code": ""}, **PART
            ).content.decode()
        )
        == []
    )
