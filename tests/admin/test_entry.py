"""Who comes into the admin, and by which door."""

from __future__ import annotations

import pytest

from catalogue.models import Membership, Merchant
from tests.shops import ROLES


def test_a_stranger_is_sent_to_the_shops_own_sign_in(browser, world):
    first = browser(None).get("/admin/catalogue/product/")
    second = browser(None).get(first["Location"])
    assert second["Location"] == "/accounts/login/?next=/admin/catalogue/product/"


def test_a_signed_in_shopper_is_refused(browser, world):
    response = browser(world.mai).get("/admin/", follow=True)
    assert response.status_code == 403
    assert response.redirect_chain == [("/admin/login/?next=/admin/", 302)]


@pytest.mark.parametrize("role", ROLES)
def test_each_member_comes_in(browser, world, role):
    assert browser(world.plage.members[role]).get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (Merchant.Status.PENDING, 200),
        (Merchant.Status.ACTIVE, 200),
        (Merchant.Status.SUSPENDED, 302),
    ],
)
def test_a_suspended_shop_lets_its_members_in_no_longer(browser, world, status, answer):
    Merchant.objects.filter(pk=world.plage.merchant.pk).update(status=status)
    assert browser(world.plage.owner).get("/admin/").status_code == answer


def test_a_member_who_left_is_out_at_once(browser, world):
    client = browser(world.plage.owner)
    Membership.objects.filter(user=world.plage.owner).delete()
    assert client.get("/admin/").status_code == 302


def test_a_closed_account_is_out(browser, world):
    client = browser(world.staff)
    world.staff.is_active = False
    world.staff.save()
    assert client.get("/admin/").status_code == 302


def test_the_way_back_after_sign_in_leads_nowhere_else(browser, world):
    response = browser(world.staff).get("/admin/login/?next=https://evil.example/")
    assert response["Location"] == "/admin/"


def test_the_admin_alone_may_evaluate_scripts_and_style_inline(browser, world):
    client = browser(world.staff)
    header = client.get("/admin/")["Content-Security-Policy"]
    relaxed = {part.strip() for part in header.split(";")}
    assert "script-src 'self' 'unsafe-eval'" in relaxed
    assert "style-src 'self' 'unsafe-inline'" in relaxed
    assert "connect-src 'self'" in relaxed
    assert "frame-src 'none'" in relaxed
    for page in ("/account/", "/accounts/login/", "/"):
        strict = client.get(page)["Content-Security-Policy"]
        assert "unsafe" not in strict


def test_search_across_all_models_is_not_there(browser, world):
    assert browser(world.staff).get("/admin/search/?s=plage").status_code == 404


def test_passwords_are_changed_where_everybody_changes_them(browser, world):
    response = browser(world.plage.owner).get("/admin/password_change/")
    assert response["Location"] == "/accounts/password/change/"


def test_signing_out_leads_back_to_the_shop(browser, world):
    client = browser(world.plage.owner)
    assert client.post("/admin/logout/")["Location"] == "/"
    assert client.get("/admin/").status_code == 302
