"""A shop's owner registers an app, sees its secret once, changes it and takes it away; staff partners'."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.hashers import check_password
from django.urls import reverse

from catalogue.models import MerchantAct
from partners import tokens
from partners.models import AccessToken, Application, Consent, Partner
from tests.admin.filled import WHY, errors, opened, said
from tests.oauth.apps import TOKEN, post, tokens_for

LIST = "admin:partners_application_changelist"
ADD = "/admin/partners/application/add/"
SERVER = {
    "name": "Stock of Biarritz",
    "authorization_grant_type": "client-credentials",
    "client_type": "confidential",
    "scopes": ["stock:read", "stock:write"],
    "redirect_uris": "",
    "live": "on",
}
SHOWN = re.compile(r'the secret is <code class="secret">([^<]+)</code>')


@pytest.fixture
def owner(browser, world):
    return browser(world.plage.owner)


def registered(owner, **changes):
    page = owner.post(ADD, opened(owner, ADD) | SERVER | changes | {"_save": ""}, follow=True)
    found = SHOWN.search("".join(said(page)))
    return Application.objects.latest("pk"), found.group(1) if found else "", page


def test_a_secret_is_shown_once_and_kept_as_a_hash(owner, world):
    app, secret, page = registered(owner)
    assert (app.name, app.merchant, app.user) == (
        "Stock of Biarritz",
        world.plage.merchant,
        world.plage.owner,
    )
    assert (app.live, app.scopes, app.partner) == (True, ["stock:read", "stock:write"], None)
    assert app.client_id in page.content.decode()
    assert check_password(secret, app.client_secret)
    change = owner.get(reverse("admin:partners_application_change", args=[app.pk]))
    assert secret not in change.content.decode()
    assert app.client_secret not in change.content.decode()
    given = post(TOKEN, app, secret, grant_type="client_credentials").json()
    assert tokens.caller_of(given["access_token"]).merchant == world.plage.merchant


def test_an_app_that_can_keep_none_is_shown_none(owner):
    changes = {"authorization_grant_type": "authorization-code", "client_type": "public"}
    app, secret, _page = registered(
        owner, **changes, redirect_uris="https://a.example/back\nhttp://127.0.0.1/cb"
    )
    assert secret == ""
    assert app.redirect_uris.split() == ["https://a.example/back", "http://127.0.0.1/cb"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"authorization_grant_type": "authorization-code"}, "redirect_uris"),
        ({"redirect_uris": "http://a.example/back"}, "redirect_uris"),
        ({"redirect_uris": "https://*.a.example/back"}, "redirect_uris"),
        ({"redirect_uris": "https://a.example/back#part"}, "redirect_uris"),
        ({"redirect_uris": "https://me@a.example/back"}, "redirect_uris"),
        ({"redirect_uris": "com.example.app:/back"}, "redirect_uris"),
        ({"redirect_uris": "javascript:alert(1)"}, "redirect_uris"),
        ({"redirect_uris": "https://"}, "redirect_uris"),
        ({"redirect_uris": "https://a.example/" + "x" * 500}, "redirect_uris"),
        (
            {"redirect_uris": "\n".join(f"https://a.example/{n}" for n in range(11))},
            "redirect_uris",
        ),
        ({"scopes": ["mentions:write"]}, "scopes"),
        ({"scopes": ["carts:write"]}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"scopes": []}, "scopes"),
        ({"client_type": "public"}, "__all__"),
        ({"authorization_grant_type": "implicit"}, "authorization_grant_type"),
        ({"authorization_grant_type": "password"}, "authorization_grant_type"),
        ({"name": "See www.evil.example"}, "name"),
    ],
)
def test_what_will_not_do_is_said_at_its_field(owner, changes, field):
    before = Application.objects.count()
    answer = owner.post(ADD, opened(owner, ADD) | SERVER | changes)
    assert answer.status_code == 200
    assert field in errors(answer)
    assert Application.objects.count() == before


def test_a_new_secret_replaces_the_old_one_at_once(owner):
    app, old, _page = registered(owner)
    page = owner.post(
        reverse(LIST), {"action": "rotate", "_selected_action": [app.pk]}, follow=True
    )
    [new] = SHOWN.findall("".join(said(page)))
    assert post(TOKEN, app, old, grant_type="client_credentials").status_code == 401
    assert post(TOKEN, app, new, grant_type="client_credentials").status_code == 200


def test_an_app_without_a_secret_gets_none(owner, world):
    app = world.rows["app"]
    before = app.client_secret
    page = owner.post(
        reverse(LIST), {"action": "rotate", "_selected_action": [app.pk]}, follow=True
    )
    assert "keeps no secret" in "".join(said(page))
    app.refresh_from_db()
    assert app.client_secret == before


def test_it_is_changed_and_what_it_may_no_longer_ask_for_is_worth_nothing(owner, world):
    app = world.rows["app"]
    token = tokens_for(app, "", world.mai, "carts:read")["access_token"]
    url = reverse("admin:partners_application_change", args=[app.pk])
    page = owner.get(url).content.decode()
    assert app.client_id in page
    data = opened(owner, url) | {"name": "At home", "scopes": ["products:read"], "_save": ""}
    data |= {"authorization_grant_type": "client-credentials", "live": ""}
    assert owner.post(url, data).status_code == 302
    app.refresh_from_db()
    assert (app.name, app.scopes, app.live) == ("At home", ["products:read"], True)
    assert app.authorization_grant_type == "authorization-code"
    assert tokens.caller_of(token) is None


def test_it_is_taken_away_with_all_that_people_gave_it(owner, world):
    app = world.rows["app"]
    tokens_for(app, "", world.mai, "carts:read")
    url = reverse("admin:partners_application_delete", args=[app.pk])
    assert owner.post(url, {"post": "yes"}).status_code == 302
    assert not Application.objects.filter(pk=app.pk).exists()
    assert Consent.objects.filter(application=app.pk).count() == 0
    assert AccessToken.objects.count() == 0


def test_staff_registers_partners_apps(browser, world):
    client = browser(world.staff)
    partner = Partner.objects.create(name="Vitrine SARL", code="vitrine")
    data = opened(client, ADD) | SERVER | {"scopes": ["mentions:write"], "partner": partner.pk}
    answer = client.post(ADD, data | {"merchant": "", "_save": ""}, follow=True)
    assert SHOWN.search("".join(said(answer)))
    app = Application.objects.latest("pk")
    assert (app.partner, app.merchant, app.user) == (partner, None, world.staff)
    assert not MerchantAct.objects.exists()


def test_staff_says_why_it_registers_a_shops(browser, world):
    client = browser(world.staff)
    data = opened(client, ADD) | SERVER | {"merchant": world.plage.merchant.pk, "partner": ""}
    before = Application.objects.count()
    assert client.post(ADD, data | {"operator_reason": ""}).status_code == 200
    assert Application.objects.count() == before
    client.post(ADD, data | {"operator_reason": WHY})
    assert Application.objects.latest("pk").merchant == world.plage.merchant
    assert MerchantAct.objects.get().reason == WHY


def test_an_app_is_a_shops_or_a_partners(browser, world):
    client = browser(world.staff)
    partner = Partner.objects.create(name="Vitrine SARL", code="vitrine")
    for who in ({}, {"merchant": world.plage.merchant.pk, "partner": partner.pk}):
        data = opened(client, ADD) | SERVER | {"merchant": "", "partner": ""} | who
        answer = client.post(ADD, data | {"operator_reason": WHY})
        assert "An app is a shop" in str(errors(answer))


def test_owners_choose_no_partner(owner, world):
    partner = Partner.objects.create(name="Vitrine SARL", code="vitrine")
    app, _secret, _page = registered(owner, partner=partner.pk)
    assert (app.partner, app.merchant) == (None, world.plage.merchant)
