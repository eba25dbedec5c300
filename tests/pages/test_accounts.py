"""Signing up, in and out, and a forgotten password: by e-mail, through the pages."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.adapter import handle_from, name_from
from accounts.models import OutgoingMail, User
from tests.feeds.moderating import staff, suspended
from tests.market import PASSWORD


@pytest.fixture(autouse=True)
def no_earlier_attempts() -> None:
    """allauth counts attempts by address in the cache; each test begins at none."""
    cache.clear()


def sign_up(client: Client, email: str, password: str = PASSWORD):
    return client.post("/accounts/signup/", {"email": email, "password1": password})


def test_signing_up_makes_a_member_who_is_signed_in(client: Client, db: None) -> None:
    answer = sign_up(client, "mai.lefort+shop@etal.example")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    member = User.objects.get()
    assert (member.handle, member.display_name) == ("mai_lefort", "Mai Lefort")
    assert "@mai_lefort" in client.get("/").content.decode()


def test_two_with_the_same_name_get_different_handles(db: None) -> None:
    for domain in ("one", "two", "three"):
        assert sign_up(Client(), f"Sam@{domain}.example").status_code == 302
    handles = list(User.objects.order_by("pk").values_list("handle", flat=True))
    assert handles[0] == "sam"
    assert len({handle.lower() for handle in handles}) == 3
    assert all(re.fullmatch(r"sam_\d{5}", handle) for handle in handles[1:])


@pytest.mark.parametrize(
    ("email", "handle", "name"),
    [
        ("maï.o'brien@x.example", "mai_obrien", "Mai Obrien"),
        ("a@x.example", "member", "Member"),
        ("田中@x.example", "member", "Member"),
        ("x" * 60 + "@x.example", "x" * 24, "X" + "x" * 23),
    ],
)
def test_handles_are_made_of_any_address(email: str, handle: str, name: str) -> None:
    assert (handle_from(email), name_from(email)) == (handle, name)


def test_a_registered_address_is_refused_in_any_case(mai: User) -> None:
    browser = Client()
    answer = sign_up(browser, "MAI@etal.example")
    assert User.objects.count() == 1
    assert "_auth_user_id" not in browser.session
    assert answer.status_code == 200


@pytest.mark.parametrize(("email", "password"), [("no-address", PASSWORD), ("a@b.example", "12")])
def test_bad_input_is_refused_in_place(db: None, email: str, password: str) -> None:
    answer = sign_up(Client(), email, password)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'aria-invalid="true"' in page
    assert f'value="{email}"' in page
    assert not User.objects.exists()


def test_signing_in_and_out(client: Client, mai: User) -> None:
    wrong = client.post("/accounts/login/", {"login": "mai@etal.example", "password": "wrong"})
    assert wrong.status_code == 200
    assert "_auth_user_id" not in client.session
    assert 'value="mai@etal.example"' in wrong.content.decode()
    right = client.post(
        "/accounts/login/?next=/drops/", {"login": "MAI@etal.example", "password": PASSWORD}
    )
    assert right["Location"] == "/drops/"
    assert client.session["_auth_user_id"] == str(mai.pk)
    assert client.get("/accounts/logout/").status_code == 200
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


def test_signing_in_leads_to_no_foreign_page(client: Client, mai: User) -> None:
    answer = client.post(
        "/accounts/login/?next=https://elsewhere.example/",
        {"login": "mai@etal.example", "password": PASSWORD},
    )
    assert answer["Location"] == "/"


def test_a_closed_account_is_signed_out(reader: Client, mai: User) -> None:
    assert reader.get("/me/").status_code == 302
    User.objects.filter(pk=mai.pk).update(is_active=False)
    assert reader.get("/me/")["Location"].startswith("/accounts/login/")


def test_a_forgotten_password_is_replaced_by_a_link_in_a_mail(client: Client, mai: User) -> None:
    client.post("/accounts/password/reset/", {"email": "mai@etal.example"})
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.subject) == ("mai@etal.example", "Choose a new password for Étal")
    link = re.search(r"http://testserver(\S+)", mail.text)
    assert link is not None
    form = client.get(link[1], follow=True)
    new = {"password1": "another-market-2015", "password2": "another-market-2015"}
    client.post(form.redirect_chain[-1][0], new)
    mai.refresh_from_db()
    assert mai.check_password("another-market-2015")


def test_an_unknown_address_learns_no_more_than_a_known_one(client: Client, mai: User) -> None:
    pages = [
        client.post("/accounts/password/reset/", {"email": email}, follow=True).content
        for email in ("mai@etal.example", "nobody@etal.example")
    ]
    assert pages[0] == pages[1]


@pytest.mark.parametrize("decided", [True, False])
def test_a_suspended_person_who_asks_for_a_password_is_told_where_to_appeal(
    client: Client, mai: User, *, decided: bool
) -> None:
    if decided:
        suspended(mai, by=staff())
    User.objects.filter(pk=mai.pk).update(is_active=False)
    OutgoingMail.objects.all().delete()
    answer = client.post("/accounts/password/reset/", {"email": "Mai@etal.example"}, follow=True)
    nobody = client.post("/accounts/password/reset/", {"email": "no@etal.example"}, follow=True)
    assert answer.content == nobody.content
    mail = OutgoingMail.objects.get(to__iexact="mai@etal.example")
    assert "is suspended" in mail.text
    assert "no account" not in mail.text
    link = re.search(r"https?://[^/\s]+(/decisions/\S+)", mail.text)
    assert bool(link) is decided
    if link:
        assert "Your account is suspended" in client.get(link[1]).content.decode()
