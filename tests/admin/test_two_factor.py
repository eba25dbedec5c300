"""Staff and owners come into the admin with a second factor, or not at all."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts.models import User
from catalogue.models import Membership
from tests.admin.foreign import counts
from tests.second_factors import set_up, show, sign_in
from tests.shops import ROLES

FIRST, CODE = "/account/two-factor/", "/accounts/2fa/reauthenticate/"
OTHERS = [role for role in ROLES if role != Membership.Role.OWNER]


def by_password(user: User) -> Client:
    """A session that has shown a password and nothing else."""
    client = Client()
    client.force_login(user)
    return client


def sent_to(response) -> str:
    return urlsplit(response["Location"]).path if response.status_code == 302 else ""


@pytest.fixture(params=["owner", "staff", "superuser"])
def somebody(request, world) -> User:
    return world.plage.owner if request.param == "owner" else getattr(world, request.param)


@pytest.mark.parametrize(
    "address",
    [
        *["/admin/", "/admin/jsi18n/", "/admin/catalogue/product/", "/admin/nowhere/"],
        "/admin/autocomplete/?app_label=catalogue&model_name=product&field_name=merchant",
    ],
)
def test_no_page_of_the_admin_opens_by_a_password_alone(somebody, address):
    answer = by_password(somebody).get(address)
    assert sent_to(answer) == FIRST
    assert parse_qs(urlsplit(answer["Location"]).query)["next"] == [address]


def test_what_is_sent_by_a_password_alone_changes_nothing(world, somebody):
    client, before = by_password(somebody), counts()
    sent = {
        "catalogue_product_add": {"merchant": world.plage.merchant.pk, "title": "X", "price": "1"},
        "catalogue_product_changelist": {
            "action": "archive",
            "_selected_action": [world.plage.product.pk],
        },
    }
    for name, data in sent.items():
        answer = client.post(reverse(f"admin:{name}"), data)
        assert answer["Location"] == f"{FIRST}?next=%2Fadmin%2F", name
    for step in ("connect_payouts", "payouts_dashboard"):
        address = reverse(f"checkout:{step}", args=[world.plage.merchant.public_id])
        assert sent_to(client.post(address)) == FIRST
    assert counts() == before


def test_a_password_alone_may_sign_out_again(somebody):
    client = by_password(somebody)
    assert client.post("/admin/logout/")["Location"] == "/"
    assert "_auth_user_id" not in client.session


def test_the_page_says_why_and_leads_to_both_ways(somebody):
    page = by_password(somebody).get("/admin/", follow=True).content.decode()
    assert "A password alone can be guessed" in page
    for way in ("mfa_add_webauthn", "mfa_activate_totp"):
        assert f'href="{reverse(way)}"' in page


def test_a_session_from_before_shows_the_factor_that_came_later(somebody):
    """Setting one up elsewhere opens nothing to who holds only the password."""
    client = by_password(somebody)
    factor = set_up(somebody)
    answer = client.get("/admin/")
    assert answer["Location"] == f"{CODE}?next=%2Fadmin%2F"
    show(client, factor)
    assert client.get("/admin/").status_code == 200


def test_a_factor_that_was_taken_away_opens_nothing_any_more(somebody):
    client = sign_in(Client(), somebody)
    assert client.get("/admin/").status_code == 200
    lost = Authenticator.objects.get(user=somebody, type="totp")
    set_up(somebody)
    lost.delete()
    set_up(somebody)
    assert sent_to(client.get("/admin/")) == CODE
    Authenticator.objects.filter(user=somebody).delete()
    assert sent_to(client.get("/admin/")) == FIRST


def test_recovery_codes_alone_are_no_factor(somebody):
    client = sign_in(Client(), somebody)
    codes = Authenticator.objects.get(user=somebody, type="recovery_codes")
    show(client, codes)
    Authenticator.objects.filter(user=somebody, type="totp").delete()
    assert sent_to(client.get("/admin/")) == FIRST


def test_a_factor_of_another_session_is_not_this_ones(world, somebody):
    """What one person showed in a browser is not shown by the next who signs in there."""
    client = sign_in(Client(), world.mai)
    show(client, set_up(somebody))
    client.force_login(somebody)
    assert sent_to(client.get("/admin/")) == CODE


@pytest.mark.parametrize("role", OTHERS)
def test_other_members_are_not_asked(world, role):
    client = by_password(world.plage.members[role])
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("role", OTHERS)
def test_who_becomes_owner_is_asked_from_the_next_page_on(world, role):
    member = world.plage.members[role]
    client = by_password(member)
    assert client.get("/admin/").status_code == 200
    Membership.objects.filter(user=member).update(role=Membership.Role.OWNER)
    assert sent_to(client.get("/admin/")) == FIRST


def test_who_becomes_staff_is_asked_from_the_next_page_on(world):
    client = by_password(world.mai)
    assert client.get("/admin/", follow=True).status_code == 403
    User.objects.filter(pk=world.mai.pk).update(is_staff=True)
    assert sent_to(client.get("/admin/")) == FIRST


def test_an_owner_of_one_shop_is_asked_in_the_other_too(world):
    member = world.plage.members[Membership.Role.READ_ONLY]
    Membership.objects.create(user=member, merchant=world.rayon.merchant, role="owner")
    assert sent_to(by_password(member).get("/admin/catalogue/product/")) == FIRST


def test_everything_else_stays_open_to_them(somebody):
    client = by_password(somebody)
    for address in ("/", "/account/", "/orders/", "/cart/", "/notifications/"):
        assert client.get(address).status_code == 200, address


def test_where_nobody_demands_it_a_password_will_do(somebody, settings):
    settings.REQUIRE_TWO_FACTOR = False
    assert by_password(somebody).get("/admin/").status_code == 200
