"""Saved cards: shown to their owner, put first, deleted at the provider and here; nobody else's."""

from __future__ import annotations

import pytest

from checkout import cards
from checkout.models import ReplacedCard, SavedCard
from tests.buying import Sandbox, sandbox, sandbox_process
from tests.checkout_pages import shelves
from tests.setups import set_up

__all__ = ["sandbox", "sandbox_process"]

URL = "/account/cards/"
KEYS = ("0" * 32, "1" * 32)


@pytest.fixture
def ben(django_user_model):
    return django_user_model.objects.create_user("b@c.example", handle="ben", display_name="Ben")


@pytest.fixture
def kept(mai, sandbox: Sandbox) -> SavedCard:
    """A card of Maï's that the provider knows."""
    return cards.save(mai, "pm_card_visa")


def page_of(visitor, **headers: str) -> str:
    answer = visitor.client.get(URL, **headers)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def add(visitor, named: str):
    return visitor.client.post(f"{URL}added/", {"setup_intent": named}, follow=True)


def last4s(user) -> list[str]:
    return [card.last4 for card in cards.of(user)]


def test_ones_own_cards_alone_are_shown(returning, mai, ben):
    shelves.card(mai, "4242", first=True)
    shelves.card(mai, "1111", year=2020)
    shelves.card(ben, "9999", first=True)
    page = page_of(returning)
    assert "Visa ending 4242<small>Expires 08/99" in page
    assert '<span class="badge">shown first</span>' in page
    assert "Visa ending 1111<small>Expired 08/20" in page
    assert '<span class="badge red">card expired</span>' in page
    assert "9999" not in page


def test_in_french(returning, mai):
    shelves.card(mai, "1111", year=2020, first=True)
    page = page_of(returning, HTTP_ACCEPT_LANGUAGE="fr")
    assert "<h1>Cartes enregistrées</h1>" in page
    assert "Expirée depuis 08/20" in page
    assert "Supprimer cette carte" in page


def test_without_any(returning, mai):
    assert "No saved cards" in page_of(returning)


def test_the_account_leads_there(returning, mai):
    assert f'href="{URL}"' in returning.client.get("/account/").content.decode()


def test_it_asks_for_a_sign_in(guest):
    assert guest.client.get(URL)["Location"] == f"/accounts/login/?next={URL}"


def test_a_card_is_deleted_here_and_then_at_the_provider(returning, mai, kept, sandbox: Sandbox):
    answer = returning.client.post(f"{URL}{kept.public_id}/delete/", follow=True)
    assert "The card is deleted." in answer.content.decode()
    assert cards.of(mai) == []
    cards.detach(ReplacedCard.objects.get().pk)
    customer = kept.customer.stripe_id
    assert sandbox.get(f"/v1/customers/{customer}/payment_methods")["data"] == []


# Adding one ---------------------------------------------------------------------------------------
def test_the_page_offers_to_add_one_and_says_that_this_needs_a_script(returning, mai):
    page = page_of(returning)
    assert 'data-set-up="/account/cards/set-up/"' in page
    assert 'class="no-script"' in page
    assert "Adding a card needs JavaScript" in page


def test_the_script_is_given_a_secret_for_the_forms_key(returning, mai, sandbox: Sandbox):
    answers = [returning.client.post(f"{URL}set-up/", {"key": key}).json() for key in KEYS]
    assert [answer["client_secret"].startswith("seti_") for answer in answers] == [True, True]
    assert answers[0] != answers[1]


def test_a_form_without_a_key_is_told_to_load_again(returning, mai):
    answer = returning.client.post(f"{URL}set-up/", {"key": "?"})
    assert answer.status_code == 422
    assert answer.json() == {"message": "This page is too old. Load it again to add a card."}


def test_a_provider_that_does_not_answer_is_said(returning, mai, sandbox: Sandbox):
    sandbox.fault("error", "setup_intents.create", times=2)
    answer = returning.client.post(f"{URL}set-up/", {"key": KEYS[0]})
    assert answer.status_code == 502
    assert "Nothing was saved; try again." in answer.json()["message"]


def test_a_card_that_was_set_up_is_kept_and_shown_first(returning, mai, sandbox: Sandbox):
    answer = add(returning, set_up(mai, sandbox))
    assert "The card is saved, and shown first." in answer.content.decode()
    assert last4s(mai) == ["4242"]


def test_a_card_that_the_bank_did_not_confirm_is_not_kept(returning, mai, sandbox: Sandbox):
    answer = add(returning, set_up(mai, sandbox, "pm_card_authenticationRequiredOnSetup"))
    assert "The card was not saved." in answer.content.decode()
    assert last4s(mai) == []


def test_an_answer_that_is_lost_is_left_to_the_event(returning, mai, sandbox: Sandbox):
    named = set_up(mai, sandbox)
    sandbox.fault("drop_after", "setup_intents.retrieve", times=2)
    assert "It will show here in a moment." in add(returning, named).content.decode()
    assert last4s(mai) == []


def test_a_card_that_somebody_else_set_up_is_not_found(returning, mai, ben, sandbox: Sandbox):
    cards.customer_of(mai)
    for named in (set_up(ben, sandbox), "seti_nobodys", "pi_1", ""):
        answer = returning.client.post(f"{URL}added/", {"setup_intent": named})
        assert answer.status_code == 404
    assert last4s(mai) == last4s(ben) == []


def test_a_card_is_put_first(returning, mai):
    shelves.card(mai, "4242", first=True)
    second = shelves.card(mai, "1881")
    answer = returning.client.post(f"{URL}{second.public_id}/default/")
    assert answer["Location"] == URL
    assert last4s(mai) == ["1881", "4242"]
    assert SavedCard.objects.get(is_default=True) == second


def test_an_expired_card_is_not_put_first(returning, mai):
    shelves.card(mai, "4242", first=True)
    old = shelves.card(mai, "1111", year=2020)
    assert "default/" not in page_of(returning)
    assert returning.client.post(f"{URL}{old.public_id}/default/").status_code == 404
    assert SavedCard.objects.get(is_default=True).last4 == "4242"


@pytest.mark.parametrize("verb", ["delete", "default"])
def test_a_foreign_card_is_not_found(returning, mai, ben, verb):
    shelves.card(ben, "4242", first=True)
    foreign = shelves.card(ben, "1881")
    address = f"{URL}{foreign.public_id}/{verb}/"
    assert returning.client.post(address).status_code == 404
    assert returning.client.get(address).status_code == 405
    assert last4s(ben) == ["4242", "1881"]
