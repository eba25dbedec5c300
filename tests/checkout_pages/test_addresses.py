"""The address book: what is kept is shown, added, worded anew, put first and deleted; to its owner."""

from __future__ import annotations

import pytest

from accounts import addresses
from accounts.models import Address
from checkout.models import Order
from tests.checkout_pages import shelves

URL = "/account/addresses/"
LYON = {
    "country": "FR",
    "name": "Maï Lefort",
    "line1": "2 quai Saint-Vincent",
    "postal_code": "69001",
    "city": "Lyon",
    "region": "",
    "phone": "",
}


@pytest.fixture
def ben(django_user_model):
    return django_user_model.objects.create_user("b@c.example", handle="ben", display_name="Ben")


def page_of(visitor, address: str = URL, **headers: str) -> str:
    answer = visitor.client.get(address, **headers)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def towns(user) -> list[tuple[str, bool]]:
    kept = user.addresses.order_by("-is_default", "-id")
    return [(address.city, address.is_default) for address in kept]


def test_ones_own_addresses_alone_are_shown(returning, mai, ben):
    addresses.save(ben, **LYON)
    page = page_of(returning)
    assert "14 rue des Lices" in page
    assert '<span class="badge">shown first</span>' in page
    assert "Lyon" not in page


def test_a_person_with_many_asks_no_more_of_the_database(returning, mai, statements):
    page_of(returning)
    with statements(3):
        page_of(returning)
    for number in range(8):
        addresses.save(mai, **LYON | {"line1": f"{number} quai"})
    with statements(3):
        page_of(returning)


def test_in_french(returning, mai):
    mai.addresses.all().delete()
    page = page_of(returning, HTTP_ACCEPT_LANGUAGE="fr")
    assert "<h1>Adresses</h1>" in page
    assert "Aucune adresse enregistrée" in page
    assert "Ajouter une adresse" in page


def test_one_is_added_and_the_first_stays_first(returning, mai):
    answer = returning.client.post(f"{URL}new/", LYON)
    assert answer["Location"] == URL
    assert towns(mai) == [("Rennes", True), ("Lyon", False)]
    assert "The address is saved." in page_of(returning)


def test_one_is_added_and_shown_first_where_that_is_ticked(returning, mai):
    returning.client.post(f"{URL}new/", {**LYON, "default": "1"})
    assert towns(mai) == [("Lyon", True), ("Rennes", False)]


def test_what_is_wrong_is_said_and_what_was_typed_stays(returning, mai):
    answer = returning.client.post(f"{URL}new/", {**LYON, "postal_code": "690", "city": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Five digits, for example 35000" in page
    assert "The parcel needs a town" in page
    assert 'value="2 quai Saint-Vincent"' in page
    assert 'value="690"' in page
    assert towns(mai) == [("Rennes", True)]


def test_one_is_worded_anew_and_orders_keep_theirs(returning, mai, market):
    address = mai.addresses.get()
    Address.objects.update(line2="Stairs B")
    order = shelves.place(market.lamp, principal=f"user:{mai.pk}", key="k", user=mai)
    page = page_of(returning, f"{URL}{address.public_id}/")
    assert 'value="14 rue des Lices"' in page
    answer = returning.client.post(f"{URL}{address.public_id}/", LYON)
    assert answer["Location"] == URL
    address.refresh_from_db()
    # The form does not ask the second line, so it stays.
    assert (address.city, address.line2, address.is_default) == ("Lyon", "Stairs B", True)
    assert Order.objects.get(pk=order.pk).city == "Mâcon"


def test_one_is_put_first_and_one_deleted(returning, mai):
    second = addresses.save(mai, **LYON)
    assert returning.client.post(f"{URL}{second.public_id}/default/")["Location"] == URL
    assert towns(mai) == [("Lyon", True), ("Rennes", False)]
    returning.client.post(f"{URL}{second.public_id}/delete/")
    assert towns(mai) == [("Rennes", True)]


@pytest.mark.parametrize("verb", ["", "default/", "delete/"])
def test_a_foreign_address_is_not_found(returning, mai, ben, verb):
    addresses.save(ben, **LYON)
    foreign = addresses.save(ben, **LYON | {"city": "Nice"})
    address = f"{URL}{foreign.public_id}/{verb}"
    assert returning.client.post(address, {**LYON, "default": "1"}).status_code == 404
    assert returning.client.get(address).status_code == (405 if verb else 404)
    assert towns(ben) == [("Lyon", True), ("Nice", False)]


def test_the_account_leads_there(returning, mai):
    assert f'href="{URL}"' in returning.client.get("/account/").content.decode()


TOKYO = {"fields": "1", "country": "JP", "name": "Maï Lefort", "line1": "", "city": "Lyon"}


@pytest.mark.parametrize("place", ["new", "kept"])
def test_another_country_brings_its_own_fields_before_anything_is_saved(returning, mai, place):
    kept = mai.addresses.get()
    address = f"{URL}{'new' if place == 'new' else kept.public_id}/"
    part = returning.client.post(address, TOKYO, HTTP_HX_REQUEST="true")
    page = part.content.decode()
    assert part.status_code == 200
    assert page.startswith('<div class="form" id="address-fields"')
    assert ">Prefecture" in page
    assert 'value="Maï Lefort"' in page
    assert '<input type="hidden" name="city" value="Lyon">' in page
    assert "The parcel needs" not in page
    assert towns(mai) == [("Rennes", True)]


def test_without_a_script_a_button_shows_them(returning, mai):
    opened = page_of(returning, f"{URL}new/")
    assert '<button class="btn wide" name="fields" value="1">' in opened
    answer = returning.client.post(f"{URL}new/", TOKYO)
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 200
    assert "<h1>Add an address</h1>" in page
    assert '<option value="JP" selected>' in page
    assert ">Prefecture" in page
    assert "Nothing was saved yet" not in page
    assert towns(mai) == [("Rennes", True)]


def test_enter_saves_and_shows_no_other_fields(returning, mai):
    """The first button of a form is pressed by Enter, also where it is hidden."""
    opened = returning.client.get(f"{URL}new/").content.decode()
    first = opened[opened.index("<button", opened.index('id="address"')) :]
    assert first.startswith('<button hidden tabindex="-1">')
