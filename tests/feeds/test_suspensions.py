"""Suspending a person or a shop, what that ends, and how it comes back."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from catalogue import reminders
from catalogue.models import Membership, Merchant, Product
from feeds import authors, cases, decisions
from feeds.cases import NoCase
from feeds.decisions import DecisionRefused
from feeds.models import Post
from tests.feeds.moderating import WORDS, reported, signed_in, staff, suspended
from tests.market import PASSWORD


def test_a_suspended_person_is_signed_out_for_good_and_signs_in_anew_when_it_is_lifted(
    theo: User, ana: User, words: Post
) -> None:
    browser = signed_in(theo)
    assert browser.get("/notifications/").status_code == 200
    case = suspended(theo, by=ana).case
    for address in ("/notifications/", "/posts/new/", "/orders/", "/account/"):
        assert browser.get(address).status_code == 302
    assert browser.post("/posts/draft/", {"body": "Half"}).status_code == 401
    assert Client().get("/@theo/").status_code == 404
    decisions.lift(case, by=ana, words="We were wrong.")
    # Not by the session of before: whoever had taken it over must not be back.
    assert browser.get("/notifications/").status_code == 302
    anew = Client()
    anew.post("/accounts/login/", {"login": theo.email, "password": PASSWORD})
    assert anew.get("/notifications/").status_code == 200
    assert "Five watches" in Client().get("/@theo/").content.decode()


def test_the_sign_in_says_why_after_the_right_password_alone(theo: User, ana: User) -> None:
    decision = suspended(theo, by=ana)
    strange = {
        email: Client().post("/accounts/login/", {"login": email, "password": "not the password"})
        for email in (theo.email, "nobody@etal.example")
    }
    texts = [answer.content.decode() for answer in strange.values()]
    for text in texts:
        assert "suspended" not in text
        assert "closed" not in text
    assert [answer.status_code for answer in strange.values()] == [200, 200]
    answer = Client().post("/accounts/login/", {"login": theo.email, "password": PASSWORD})
    assert answer.status_code == 302
    page = Client().get(answer["Location"]).content.decode()
    for said in ("Your account is suspended", WORDS, "Send the appeal"):
        assert said in page
    # The address holds when it was made.
    assert answer["Location"].split(":")[0] == decisions.page_of_suspension(theo).split(":")[0]
    assert decision.case.person == theo


def test_who_is_suspended_is_not_mailed_that_it_is_back_in_stock_until_it_is_lifted(
    theo: User, corniche: Product, ana: User
) -> None:
    reminders.ask(theo, variant=corniche.variants.get())
    case = suspended(theo, by=ana).case
    assert reminders.tell() == 0
    decisions.lift(case, by=ana)
    assert reminders.tell() == 1


def test_an_account_that_was_closed_otherwise_says_so(theo: User) -> None:
    User.objects.filter(pk=theo.pk).update(is_active=False)
    answer = Client().post("/accounts/login/", {"login": theo.email, "password": PASSWORD})
    assert answer["Location"] == "/accounts/inactive/"


def test_staff_is_not_suspended_and_nobody_twice(mai: User, theo: User, ana: User) -> None:
    with pytest.raises(DecisionRefused):
        decisions.suspend(reported(mai, them=ana), by=staff("ben"), ground="spam", words=WORDS)
    assert User.objects.get(pk=ana.pk).is_active
    suspended(theo, by=ana)
    with pytest.raises(NoCase):
        cases.look_into(User.objects.get(pk=theo.pk), by=ana)


@pytest.mark.parametrize("status", [Merchant.Status.ACTIVE, Merchant.Status.PENDING])
def test_a_suspended_shop_sells_nothing_and_comes_back_as_it_was_let_in(
    theo: User, plage: Merchant, ana: User, status: Merchant.Status
) -> None:
    Membership.objects.create(user=theo, merchant=plage, role=Membership.Role.OWNER)
    Merchant.objects.filter(pk=plage.pk).update(status=status)
    case = suspended(plage.account, by=ana).case
    plage.refresh_from_db()
    assert (plage.status, plage.sells) == (Merchant.Status.SUSPENDED, False)
    assert not authors.may_speak_for(theo, User.objects.get(pk=plage.account_id))
    assert Client().get("/@plagefils/").status_code == 404
    decisions.lift(case, by=ana)
    plage.refresh_from_db()
    was_active = status == Merchant.Status.ACTIVE
    assert plage.sells is was_active
    assert plage.status == (Merchant.Status.ACTIVE if was_active else Merchant.Status.SUSPENDED)
    assert Client().get("/@plagefils/").status_code == 200


def test_a_shop_that_was_suspended_before_stays_so(plage: Merchant, ana: User) -> None:
    Merchant.objects.filter(pk=plage.pk).update(status=Merchant.Status.SUSPENDED)
    case = suspended(plage.account, by=ana).case
    decisions.lift(case, by=ana)
    plage.refresh_from_db()
    assert plage.status == Merchant.Status.SUSPENDED
