"""Opening a shop: who may, what it leaves, and who is told what became of it."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import OutgoingMail, User
from catalogue import merchants
from catalogue.models import Membership, Merchant
from desk import applications
from desk.applications import ApplicationRefused, NotConfirmed
from desk.models import Application
from tests.second_factors import sign_in
from tests.shops import PASSWORD, open_shop, person

SELL = reverse("desk:sell")
TYPED = {
    "name": "Étable",
    "handle": "etable",
    "country": "FR",
    "currency": "",
    "email": "orders@etable.example",
    "about": "Cheese from our own goats.",
}


@pytest.fixture
def nour(db) -> User:
    return confirmed(person("nour"))


@pytest.fixture
def client_of_nour(nour) -> Client:
    return sign_in(Client(), nour)


def confirmed(user: User) -> User:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def to(user: User) -> list[tuple[str, str]]:
    mails = OutgoingMail.objects.filter(to=user.email).order_by("pk")
    return list(mails.values_list("kind", "subject"))


def test_an_application_opens_a_shop_that_waits(client_of_nour, nour):
    response = client_of_nour.post(SELL, TYPED)
    assert (response.status_code, response["Location"]) == (302, "/admin/")
    shop = Merchant.objects.get()
    assert (shop.status, shop.sells, shop.currency) == ("pending", False, "EUR")
    assert (shop.account.handle, shop.account.kind) == ("etable", "shop")
    assert Membership.objects.get().user == nour
    assert Membership.objects.get().role == "owner"
    assert shop.application.about == "Cheese from our own goats."
    assert to(nour) == [("shop.applied", "Étable is being looked at")]
    page = client_of_nour.get(response["Location"]).content.decode()
    assert "Étable: 0 of 7 steps done" in page


def test_the_operator_is_mailed(nour, settings):
    settings.OPERATOR_EMAIL = "operator@etal.example"
    applications.apply(nour, **TYPED)
    mail = OutgoingMail.objects.get(to="operator@etal.example")
    assert "Étable" in mail.subject
    assert "Cheese from our own goats." in mail.text
    assert f"/admin/desk/application/{Application.objects.get().pk}/change/" in mail.text


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"handle": "nour"}, "This handle is taken."),
        ({"handle": "NOUR"}, "This handle is taken."),
        ({"handle": "é table"}, "Two to thirty letters, digits or underscores."),
        ({"name": ""}, "This field is required."),
        ({"country": "XX"}, "Select a valid choice."),
        ({"currency": "DOGE"}, "Select a valid choice."),
        ({"email": "nobody"}, "Enter a valid email address."),
        ({"about": "x" * 1001}, "at most 1000 characters"),
    ],
)
def test_what_will_not_do_is_told_and_stays_as_it_was_typed(client_of_nour, changed, told):
    response = client_of_nour.post(SELL, TYPED | {"about": "Goats!"} | changed)
    page = response.content.decode()
    assert response.status_code == 422
    assert told in page
    assert "orders@etable.example" in page or "email" in changed
    assert "Goats!" in page or "about" in changed
    assert not Merchant.objects.exists()
    assert not User.objects.filter(kind="shop").exists()


def test_an_at_sign_before_the_handle_is_no_part_of_it(client_of_nour):
    client_of_nour.post(SELL, TYPED | {"handle": "@etable"})
    assert Merchant.objects.get().account.handle == "etable"


def test_who_has_not_confirmed_their_address_is_led_there(db):
    mia = person("mia")
    client = Client()
    client.login(username=mia.email, password=PASSWORD)
    assert "Send the link again" in client.get(SELL).content.decode()
    response = client.post(SELL, TYPED)
    assert response.status_code == 422
    assert not Merchant.objects.exists()
    with pytest.raises(NotConfirmed):
        applications.apply(mia, **TYPED)
    asked = re.search(r'<form class="note" method="post" action="([^"]+)">', client.get(SELL).text)
    for _press in range(5):
        client.post(asked[1], {"next": SELL})
    [mail] = OutgoingMail.objects.all()
    assert mail.to == mia.email
    assert "/accounts/confirm-email/" in mail.text


def test_the_first_owner_is_in_the_shops_log(nour):
    shop = applications.apply(nour, **TYPED)
    [act] = shop.acts.all()
    assert (act.kind, act.subject, act.actor, act.operator) == (
        "joined",
        "@nour · owner",
        nour,
        False,
    )


def test_a_handle_that_somebody_took_in_the_same_moment_is_refused_in_words(
    nour, client_of_nour, monkeypatch
):
    open_shop("etable")
    monkeypatch.setattr(User, "full_clean", lambda *args, **kwargs: None)
    page = client_of_nour.post(SELL, TYPED)
    assert page.status_code == 422
    assert page.context["form"].errors == {"handle": ["This handle is taken."]}
    assert not Application.objects.exists()


def test_the_operator_reads_it_in_the_language_of_the_site(nour, settings):
    settings.OPERATOR_EMAIL = "operator@etal.example"
    with translation.override("fr"):
        applications.apply(nour, **TYPED)
    mail = OutgoingMail.objects.get(kind="shop.application")
    assert (mail.to, mail.subject) == ("operator@etal.example", "Étable wants to sell")


def test_one_application_at_a_time(nour, client_of_nour):
    applications.apply(nour, **TYPED)
    with pytest.raises(ApplicationRefused, match="still being looked at"):
        applications.apply(nour, **TYPED | {"handle": "another"})
    assert "Étable is being looked at." in client_of_nour.get(SELL).content.decode()


def test_nobody_opens_a_market_of_their_own(nour):
    for number in range(applications.MOST):
        shop = open_shop(f"shop{number}")
        Membership.objects.create(user=nour, merchant=shop, role="owner")
    with pytest.raises(ApplicationRefused, match="You own 5 shops"):
        applications.apply(nour, **TYPED)


def test_a_country_without_a_name_of_ours_has_its_currency_too(nour):
    shop = applications.apply(nour, **TYPED | {"country": "JP"})
    assert shop.currency == "JPY"


def test_a_refusal_leaves_nothing(nour):
    with pytest.raises(ValidationError):
        applications.apply(nour, **TYPED | {"email": "nobody"})
    assert not Merchant.objects.exists()
    assert not User.objects.filter(handle="etable").exists()
    assert not OutgoingMail.objects.exists()


def test_who_is_let_in_is_told_once(nour):
    shop = applications.apply(nour, **TYPED)
    assert applications.tell_decided() == 0
    merchants.activate(shop, actor=None)
    assert applications.tell_decided() == 1
    assert applications.tell_decided() == 0
    assert to(nour)[1:] == [("shop.decided", "Étable is open")]


def test_who_is_not_let_in_reads_why_in_their_language(nour):
    User.objects.filter(pk=nour.pk).update(locale="fr")
    shop = applications.apply(nour, **TYPED)
    merchants.suspend(shop, actor=None, reason="No goats here.")
    applications.tell_decided()
    mail = OutgoingMail.objects.get(kind="shop.decided")
    assert mail.subject == "Étable n’a pas été acceptée"
    assert "No goats here." in mail.text
    assert "/admin/" not in mail.text


def test_signed_out_people_see_what_it_takes(db):
    page = Client().get(SELL).content.decode()
    assert "we keep 5% of the price" in page
    assert f"/accounts/signup/?next={SELL}" in page
    assert Client().post(SELL, TYPED).status_code == 302
    assert not Merchant.objects.exists()
