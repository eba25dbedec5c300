"""The page of consent: who asks, for whom, what and how long; what somebody cannot give is refused."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from catalogue.models import Membership
from partners import grants, tokens
from partners.models import AccessToken, Consent, Grant, RefreshToken
from tests.oauth.apps import answer_of, asking, browser, refresh, tokens_for, vitrine
from tests.second_factors import set_up


def page(client, app, scope):
    answer = client.get(asking(app, scope))
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def keys(html):
    return re.findall(r'name="as" value="([^"]+)"', html)


def test_it_says_who_asks_for_what_and_until_when(world, app):
    html = page(browser(world.mai), app, "carts:read carts:write")
    assert "Let Vitrine act for you?" in html
    assert "Vitrine is an app of Vitrine SARL, a partner of Étal." in html
    assert "See what is in the cart" in html
    assert "Put things into the cart, and take them out" in html
    assert "Until you end it, or the app has not come back for 30 days." in html
    assert "You go on to https://vitrine.example." in html
    assert "You are signed in as mai@people.example." in html
    assert keys(html) == ["me"]
    assert "<script" not in html.partition("<main")[2].partition("</main>")[0]


def test_it_says_so_in_french(world, app):
    html = (
        browser(world.mai)
        .get(asking(app, "carts:read"), headers={"Accept-Language": "fr"})
        .content.decode()
    )
    assert "Laisser Vitrine agir pour vous" in html
    assert "Voir ce qu’il y a dans le panier" in html


def test_an_app_of_a_shop_is_named_by_its_shop(world):
    html = page(browser(world.mai), world.rows["app"], "carts:read")
    assert "Plage at home is an app of Plage (@plage), a shop on Étal." in html


def test_a_test_app_says_so(world):
    app, _secret = vitrine(world.stranger, live=False)
    assert "This is a test app" in page(browser(world.mai), app, "carts:read")


def test_no_other_page_can_show_it_and_its_form_leads_to_the_app_alone(world, app):
    answer = browser(world.mai).get(asking(app, "carts:read"))
    policy = answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' https://vitrine.example;" in f"{policy};"
    assert "no-store" in answer["Cache-Control"]


def test_nobody_presses_for_somebody_else(world, app):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.mai)
    assert (
        client.post(asking(app, "carts:read"), {"answer": "allow", "as": "me"}).status_code == 403
    )
    assert not Grant.objects.exists()


def test_whoever_is_not_signed_in_signs_in_first_and_comes_back(world, app):
    for scope in ("carts:read", "no-such-scope"):
        asked = asking(app, scope)
        answer = Client().get(asked)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/?next=/oauth/authorize/%3F")


def test_what_is_a_shops_is_given_by_who_may_there(world, app):
    plage = str(world.plage.merchant.public_id)
    role = world.plage.members
    assert keys(page(browser(world.plage.owner), app, "products:write")) == [plage]
    assert keys(page(browser(role["editor"]), app, "products:write")) == [plage]
    assert keys(page(browser(role["editor"]), app, "products:read")) == [plage]
    for who in (role["fulfilment"], role["read_only"], world.mai, world.staff):
        html = page(browser(who), app, "products:write")
        assert "You cannot give Vitrine what it asks for" in html
        assert "Add, change and archive products and their prices" in html
        assert keys(html) == []


def test_of_several_one_is_chosen(world, app):
    owner, rayon = world.plage.owner, world.rayon.merchant
    Membership.objects.create(user=owner, merchant=rayon, role="read_only")
    client = browser(owner)
    plage = str(world.plage.merchant.public_id)
    assert keys(page(client, app, "products:read")) == [plage, str(rayon.public_id)]
    assert keys(page(client, app, "refunds:write")) == [plage]
    pressed = client.post(
        asking(app, "products:read"), {"answer": "allow", "as": str(rayon.public_id)}
    )
    assert "code" in answer_of(pressed)
    assert Grant.objects.get().consent.merchant == rayon


def test_a_profile_is_the_persons_or_a_shops(world):
    app, _secret = vitrine(world.stranger, scopes=["posts:write"])
    plage = str(world.plage.merchant.public_id)
    html = page(browser(world.plage.owner), app, "posts:write")
    assert keys(html) == ["me", plage]
    assert "For whom may it act?" in html


@pytest.mark.parametrize("giver", ["", "me", "rayon", "7"])
def test_a_choice_that_was_not_offered_is_none(world, app, giver):
    chosen = str(world.rayon.merchant.public_id) if giver == "rayon" else giver
    pressed = browser(world.plage.owner).post(
        asking(app, "products:read"), {"answer": "allow", "as": chosen}
    )
    assert pressed.status_code == 422
    assert "Choose for whom." in pressed.content.decode()
    assert not Grant.objects.exists()


@pytest.mark.parametrize("who", ["owner", "staff"])
def test_owners_and_staff_show_their_second_factor_first(world, app, who):
    user = world.plage.owner if who == "owner" else world.staff
    set_up(user)
    client = Client()
    client.force_login(user)
    asked = asking(app, "carts:read")
    answer = client.get(asked)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/2fa/reauthenticate/?next=%2Foauth%2Fauthorize")
    pressed = client.post(asked, {"answer": "allow", "as": "me"})
    assert (pressed.status_code, pressed["Location"]) == (302, asked)
    assert not Grant.objects.exists()


def test_shoppers_are_not_asked_for_one(world, app):
    client = Client()
    client.force_login(world.mai)
    assert keys(page(client, app, "carts:read")) == ["me"]


def test_what_was_given_is_listed_and_ends_at_once(world, app, secret):
    plage = str(world.plage.merchant.public_id)
    owner = world.plage.owner
    for_shop = tokens_for(app, secret, owner, "products:read", giver=plage)
    for_me = tokens_for(app, secret, owner, "carts:read")
    code = answer_of(
        browser(owner).post(asking(app, "carts:read"), {"answer": "allow", "as": "me"})
    )["code"]
    listed = [(each.application, each.merchant, each.scopes) for each in grants.of(owner)]
    assert listed == [
        (app, None, ["carts:read"]),
        (app, world.plage.merchant, ["products:read"]),
    ]
    assert list(grants.of(world.mai)) == []
    ended = browser(owner).post(f"/oauth/apps/{app.public_id}/end/", {"next": "/account/"})
    assert (ended.status_code, ended["Location"]) == (302, "/account/")
    assert list(grants.of(owner)) == []
    for said in (for_shop, for_me):
        assert tokens.caller_of(said["access_token"]) is None
        assert refresh(app, secret, said["refresh_token"]).json()["error"] == "invalid_grant"
    assert [each.objects.count() for each in (Grant, AccessToken, RefreshToken)] == [0, 0, 0]
    assert code


def test_the_list_is_one_statement(world, app, secret, django_assert_num_queries):
    tokens_for(app, secret, world.mai, "carts:read")
    with django_assert_num_queries(1):
        [consent] = grants.of(world.mai)
        said = (consent.application.owner_name, consent.merchant, consent.words)
    assert said == ("Vitrine SARL", None, ["See what is in the cart"])


def test_somebody_elses_is_not_ended(world, app, secret):
    said = tokens_for(app, secret, world.mai, "carts:read")
    path = f"/oauth/apps/{app.public_id}/end/"
    assert browser(world.stranger).post(path).status_code == 404
    assert Client().post(path).status_code == 302
    assert browser(world.mai).get(path).status_code == 405
    assert tokens.caller_of(said["access_token"]) is not None
    assert browser(world.mai).post(path, {"next": "//evil.example"})["Location"] == "/account/"
    assert tokens.caller_of(said["access_token"]) is None


def test_given_again_it_adds_to_what_is_in_force(world, app, secret):
    first = tokens_for(app, secret, world.mai, "carts:read")
    tokens_for(app, secret, world.mai, "carts:write")
    [consent] = grants.of(world.mai)
    assert consent.scopes == ["carts:read", "carts:write"]
    assert tokens.caller_of(first["access_token"]).scopes == {"carts:read"}
    Grant.objects.all().delete()
    AccessToken.objects.all().delete()
    tokens_for(app, secret, world.mai, "carts:write")
    [again] = grants.of(world.mai)
    assert (again.pk, again.scopes) == (consent.pk, ["carts:write"])
    assert Consent.objects.filter(user=world.mai, application=app).count() == 1
