"""API keys in the admin: seen once, rotated, revoked."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from catalogue.models import Merchant
from partners.models import ApiKey, Application, Partner
from partners.scopes import FOR_PARTNERS, FOR_SHOPS
from tests.admin.filled import WHY, errors

ADD = "/admin/partners/apikey/add/"
LIST = "/admin/partners/apikey/"
SECRET = re.compile(r"etal_live_[\w-]{43}")


def opens(secret: str) -> bool:
    answer = Client().get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"})
    return answer.status_code == 200


def made(client, world, **more) -> str:
    data = {"merchant": world.plage.merchant.pk, "name": "Till", "scopes": ["stock:read"], **more}
    page = client.post(ADD, data, follow=True)
    assert page.status_code == 200
    return SECRET.search(page.content.decode()).group()


def test_a_key_is_shown_once_and_opens(browser, world):
    client = browser(world.plage.owner)
    secret = made(client, world)
    key = ApiKey.objects.get(name="Till")
    assert (key.merchant, key.made_by, key.scopes) == (
        world.plage.merchant,
        world.plage.owner,
        ["stock:read"],
    )
    assert opens(secret)
    page = client.get(reverse("admin:partners_apikey_change", args=[key.pk]))
    assert not SECRET.search(page.content.decode())
    assert key.prefix in page.content.decode()


def test_a_new_key_in_its_place_leaves_the_old_one_a_day(browser, world):
    client = browser(world.plage.owner)
    old = made(client, world)
    key = ApiKey.objects.get(name="Till")
    page = client.post(LIST, {"action": "rotate", "_selected_action": [key.pk]}, follow=True)
    new = SECRET.search(page.content.decode()).group()
    assert new != old
    assert opens(old)
    assert opens(new)
    key.refresh_from_db()
    assert key.expires_at is not None


def test_a_revoked_key_opens_nothing(browser, world):
    client = browser(world.plage.owner)
    secret = made(client, world)
    key = ApiKey.objects.get(name="Till")
    client.post(LIST, {"action": "revoke", "_selected_action": [key.pk]})
    assert not opens(secret)
    refused = client.post(LIST, {"action": "rotate", "_selected_action": [key.pk]}, follow=True)
    assert not SECRET.search(refused.content.decode())


def test_a_shops_key_has_no_partners_scopes(browser, world):
    data = {"merchant": world.plage.merchant.pk, "name": "Till", "scopes": ["mentions:write"]}
    assert "scopes" in errors(browser(world.plage.owner).post(ADD, data))


def test_a_shops_form_offers_what_a_shop_can_have_and_staffs_a_partners_too(browser, world):
    own = browser(world.plage.owner).get(ADD).content.decode()
    assert 'value="products:write"' in own
    assert not any(f'value="{scope}"' in own for scope in FOR_PARTNERS - FOR_SHOPS)
    staffs = browser(world.staff).get(ADD).content.decode()
    assert all(f'value="{scope}"' in staffs for scope in FOR_PARTNERS | FOR_SHOPS)


def test_a_keys_page_says_in_words_whether_it_is_good(browser, world):
    client = browser(world.plage.owner)
    made(client, world)
    key = ApiKey.objects.get(name="Till")
    page = client.get(reverse("admin:partners_apikey_change", args=[key.pk])).content.decode()
    assert "(&#x27;good&#x27;" not in page
    assert re.search(r">\s*good\s*<", page)


def test_a_shop_with_delivery_rates_gets_a_test_key(browser, world):
    data = {"merchant": world.plage.merchant.pk, "name": "Trial", "scopes": ["stock:read"]}
    page = browser(world.plage.owner).post(ADD, {**data, "test": "on"}, follow=True)
    assert "etal_test_" in page.content.decode()
    assert ApiKey.objects.get(name="Trial").merchant.test_of == world.plage.merchant


@pytest.mark.parametrize("role", ["editor", "fulfilment", "read_only"])
def test_only_the_owner_makes_keys(browser, world, role):
    assert browser(world.plage.members[role]).get(ADD).status_code == 403


def test_staff_makes_a_partners_key(browser, world):
    partner = Partner.objects.get(code="journal")
    data = {
        "partner": partner.pk,
        "name": "Journal",
        "scopes": ["mentions:write"],
        "operator_reason": WHY,
    }
    page = browser(world.staff).post(ADD, data, follow=True)
    assert opens(SECRET.search(page.content.decode()).group())
    assert ApiKey.objects.get(name="Journal").partner == partner


@pytest.mark.parametrize("page", [ADD, "/admin/partners/application/add/"])
def test_a_shop_that_is_not_open_yet_has_neither_live_keys_nor_live_apps(browser, world, page):
    """Whoever applies for a shop could call an app as they like, and ask people for their carts."""
    Merchant.objects.filter(pk=world.plage.merchant.pk).update(status="pending")
    before = ApiKey.objects.count(), Application.objects.count()
    data = {"merchant": world.plage.merchant.pk, "name": "Support", "scopes": ["products:read"]}
    data |= {"authorization_grant_type": "authorization-code", "client_type": "public"}
    data |= {"redirect_uris": "https://elsewhere.example/", "live": "on"}
    answer = browser(world.plage.owner).post(page, data, follow=True)
    assert "not open yet" in answer.content.decode()
    assert (ApiKey.objects.count(), Application.objects.count()) == before
