"""The account page: what it shows, what it keeps, and for whom."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts import addresses
from tests.accounts.places import RENNES

URL = "/account/"


@pytest.fixture
def signed_in(client, mai):
    client.force_login(mai)
    return client


def test_it_shows_how_one_signs_in_and_where_parcels_go(signed_in, mai):
    addresses.save(mai, **RENNES)
    page = signed_in.get(URL).content.decode()
    for shown in ("mai@people.example", "14 rue des Lices", "35000 Rennes", "France"):
        assert shown in page
    kept = ("checkout:orders", "checkout:cart", "checkout:addresses", "checkout:cards")
    for link in (*kept, "account_change_password", "account_logout"):
        assert reverse(link) in page


def test_it_is_nobodys_who_is_not_signed_in(client, db):
    assert client.get(URL)["Location"] == "/accounts/login/?next=/account/"


def test_a_name_and_words_are_kept(signed_in, mai):
    response = signed_in.post(URL, {"display_name": " Maï  Lefort ", "bio": "Walks a lot."})
    assert response["Location"] == URL
    mai.refresh_from_db()
    assert (mai.display_name, mai.bio) == ("Maï Lefort", "Walks a lot.")


@pytest.mark.parametrize(
    "wrong", [{"display_name": " "}, {"display_name": "x" * 81}, {"bio": "x" * 301}]
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(signed_in, mai, wrong):
    response = signed_in.post(URL, {"display_name": "Maï", "bio": "Hello"} | wrong)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == list(wrong)
    assert response.context["user"].display_name == "Mai"
    mai.refresh_from_db()
    assert (mai.display_name, mai.bio) == ("Mai", "")


def test_rights_cannot_be_typed_in(signed_in, mai):
    signed_in.post(URL, {"display_name": "Maï", "bio": "", "is_staff": "on", "handle": "root"})
    mai.refresh_from_db()
    assert (mai.is_staff, mai.handle) == (False, "mai")
