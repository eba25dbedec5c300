"""Signing in by password and a code: what happens after the second step happens then, not before."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from accounts import suspensions
from accounts.models import OutgoingMail, User
from checkout import claims
from checkout.models import Cart, Order
from tests.second_factors import code, set_up, sign_in
from tests.shops import PASSWORD, Cast, cast

SIGN_IN, SECOND = "/accounts/login/", "/accounts/2fa/authenticate/"


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def world(db: None) -> Cast:
    return cast()


@pytest.fixture
def mai(world) -> User:
    return world.mai


@pytest.fixture
def app(mai) -> Authenticator:
    return set_up(mai)


def first_step(client: Client, next_page: str = "") -> None:
    answer = client.post(
        f"{SIGN_IN}{next_page}", {"login": "mai@people.example", "password": PASSWORD}
    )
    assert answer["Location"].startswith(SECOND)


def second_step(client: Client, shown: str | None = None):
    return client.post(SECOND, {"code": shown or code()})


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_a_password_alone_signs_nobody_in(client, app):
    first_step(client)
    assert not is_in(client)
    assert "_auth_user_id" not in client.session
    assert "signed_in_before" not in client.cookies


def test_a_code_signs_in_and_leads_where_one_was_going(client, app):
    first_step(client, "?next=/drops/")
    assert second_step(client)["Location"] == "/drops/"
    assert is_in(client)
    assert "signed_in_before" in client.cookies


def test_a_code_is_good_once(client, app):
    first_step(client)
    second_step(client)
    another = Client()
    first_step(another)
    assert second_step(another).status_code == 200
    assert not is_in(another)


def test_a_recovery_code_is_good_once(client, app, mai):
    codes = Authenticator.objects.get(user=mai, type="recovery_codes").wrap()
    [one, *others] = codes.get_unused_codes()
    first_step(client)
    assert second_step(client, one).status_code == 302
    assert is_in(client)
    another = Client()
    first_step(another)
    assert "That was not right" in second_step(another, one).content.decode()
    assert not is_in(another)
    assert second_step(another, others[0]).status_code == 302


def test_the_second_step_has_no_door_of_its_own(client, app):
    assert client.get(SECOND)["Location"] == SIGN_IN
    assert second_step(client)["Location"] == SIGN_IN
    assert not is_in(client)


def test_five_wrong_codes_close_the_second_step_to_the_right_one(client, app):
    first_step(client)
    for _attempt in range(5):
        assert "That was not right" in second_step(client, "000000").content.decode()
    assert "Too many failed" in second_step(client).content.decode()
    assert not is_in(client)
    # Of the account, from wherever one comes.
    elsewhere = Client(REMOTE_ADDR="198.51.100.4")
    first_step(elsewhere)
    assert "Too many failed" in second_step(elsewhere).content.decode()


def test_wrong_passwords_wait_before_any_code_is_asked_for(client, app):
    for _attempt in range(5):
        client.post(SIGN_IN, {"login": "mai@people.example", "password": "wrong"})
    answer = client.post(SIGN_IN, {"login": "mai@people.example", "password": PASSWORD})
    assert "Too many failed" in answer.content.decode()
    assert client.get(SECOND)["Location"] == SIGN_IN


def test_who_is_suspended_reaches_no_second_step(client, app, mai):
    suspensions.suspend(mai)
    answer = client.post(SIGN_IN, {"login": "mai@people.example", "password": PASSWORD})
    assert answer["Location"] == "/accounts/inactive/"
    assert client.get(SECOND)["Location"] == SIGN_IN


def test_a_suspension_between_the_steps_leaves_no_session_for_later(client, app, mai):
    """One that began while the account was closed would be good again once it is open."""
    first_step(client)
    suspensions.suspend(mai)
    assert second_step(client)["Location"] == "/accounts/inactive/"
    suspensions.lift(mai)
    assert not is_in(client)


def test_a_guests_cart_comes_along_after_the_second_step(client, app, mai, world):
    shoes = world.plage
    client.post(f"/cart/add/{shoes.product.public_id}/?variant={shoes.variant.public_id}")
    guest = client.cookies["guest"].value
    first_step(client)
    assert client.cookies["guest"].value == guest
    assert Cart.objects.get().user is None
    second_step(client)
    assert Cart.objects.get(closed_at=None).user == mai
    assert client.cookies["guest"].value == ""


def test_guest_orders_are_claimed_after_the_second_step(client, app, mai, world):
    EmailAddress.objects.create(user=mai, email=mai.email, verified=True, primary=True)
    Order.objects.filter(pk=world.order.pk).update(user=None)
    assert claims.waiting(mai).count() == 1
    first_step(client)
    assert client.post("/orders/claim/")["Location"].startswith(SIGN_IN)
    assert Order.objects.get(pk=world.order.pk).user is None
    second_step(client)
    client.post("/orders/claim/")
    assert Order.objects.get(pk=world.order.pk).user == mai


def test_a_new_password_by_mail_is_still_the_first_step_alone(client, app, mai):
    mai.set_password("another-market-2015")
    mai.save()
    answer = client.post(SIGN_IN, {"login": mai.email, "password": "another-market-2015"})
    assert answer["Location"].startswith(SECOND)
    assert not is_in(client)


def test_who_lost_everything_is_let_in_by_the_operator_and_signed_out_elsewhere(app, mai, capsys):
    elsewhere = sign_in(Client(), mai)
    assert is_in(elsewhere)
    with pytest.raises(CommandError, match="Nobody signs in with nobody@people"):
        call_command("forget_second_factors", "nobody@people.example")
    assert Authenticator.objects.filter(user=mai).count() == 2
    call_command("forget_second_factors", "MAI@people.example")
    assert "had 1 second factors" in capsys.readouterr().out
    assert not Authenticator.objects.filter(user=mai).exists()
    assert not is_in(elsewhere)
    client = Client()
    client.post(SIGN_IN, {"login": mai.email, "password": PASSWORD})
    assert is_in(client)


def test_whose_factors_are_forgotten_is_told_by_mail_in_their_language(app, mai):
    """Whoever talked the operator into it is not the only one who knows."""
    User.objects.filter(pk=mai.pk).update(locale="fr")
    call_command("forget_second_factors", mai.email)
    told = OutgoingMail.objects.filter(kind="second_factors_forgotten")
    mail = told.get()
    assert mail.to == mai.email
    assert mail.subject == "La deuxième étape de votre compte Étal est supprimée"
    assert "Si vous ne l’avez pas demandé" in mail.text
    call_command("forget_second_factors", mai.email)
    assert told.count() == 1
