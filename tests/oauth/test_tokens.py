"""Refresh tokens are good once, say no more than was given, and are their app's alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import suspensions
from catalogue.models import Membership, Merchant
from partners import applications, grants, tokens
from partners.models import AccessToken, Application, Consent, Grant, Partner, RefreshToken
from tests.oauth.apps import (
    INTROSPECT,
    REVOKE,
    TOKEN,
    code_for,
    is_refused,
    post,
    redeem,
    refresh,
    tokens_for,
    vitrine,
)


def opens(said: dict[str, str]) -> frozenset[str]:
    caller = tokens.caller_of(said["access_token"])
    return caller.scopes if caller else frozenset()


@pytest.fixture
def first(world, app, secret):
    return tokens_for(app, secret, world.mai, "carts:read carts:write")


def test_a_refresh_replaces_both_tokens(world, app, secret, first):
    answer = refresh(app, secret, first["refresh_token"])
    second = answer.json()
    assert answer["Cache-Control"] == "no-store"
    assert second["scope"] == "carts:read carts:write"
    assert opens(first) == frozenset()
    assert opens(second) == {"carts:read", "carts:write"}
    assert second["refresh_token"] != first["refresh_token"]
    assert tokens.caller_of(second["access_token"]).user == world.mai


def test_a_refresh_token_that_comes_again_ends_its_family(app, secret, first):
    second = refresh(app, secret, first["refresh_token"]).json()
    assert is_refused(refresh(app, secret, first["refresh_token"]), "invalid_grant")
    assert opens(second) == frozenset()
    assert is_refused(refresh(app, secret, second["refresh_token"]), "invalid_grant")
    assert not AccessToken.objects.exists()


def test_another_family_lives_on(world, app, secret, first):
    other = tokens_for(app, secret, world.mai, "carts:read")
    refresh(app, secret, first["refresh_token"])
    refresh(app, secret, first["refresh_token"])
    assert opens(other) == {"carts:read"}


def test_a_refresh_may_ask_for_less_and_never_for_more(world, app, secret, first):
    more = refresh(app, secret, first["refresh_token"], scope="carts:read products:write")
    assert is_refused(more, "invalid_scope")
    less = refresh(app, secret, first["refresh_token"], scope="carts:read").json()
    assert less["scope"] == "carts:read"
    assert opens(less) == {"carts:read"}
    # The refresh token is good for what it was given for (RFC 6749, section 6).
    assert opens(refresh(app, secret, less["refresh_token"]).json()) == {
        "carts:read",
        "carts:write",
    }


def test_a_refresh_for_another_resource_is_refused_and_costs_nothing(app, secret, first):
    wrong = refresh(app, secret, first["refresh_token"], resource="https://elsewhere.example/api")
    assert is_refused(wrong, "invalid_target")
    right = refresh(app, secret, first["refresh_token"], resource="http://localhost:8000/api/v1/")
    assert right.status_code == 200


def test_a_refresh_token_is_its_apps_and_wants_the_secret(world, app, secret, first):
    other, others_secret = vitrine(world.stranger, name="Other")
    assert is_refused(refresh(other, others_secret, first["refresh_token"]), "invalid_grant")
    assert is_refused(refresh(app, "wrong", first["refresh_token"]), "invalid_client", 401)
    assert is_refused(refresh(app, "", first["refresh_token"]), "invalid_client", 401)
    assert refresh(app, secret, first["refresh_token"]).status_code == 200


def test_a_refresh_token_is_good_for_thirty_days_after_its_access_token(app, secret, first):
    AccessToken.objects.update(expires=timezone.now() - timedelta(days=29, hours=23))
    second = refresh(app, secret, first["refresh_token"]).json()
    AccessToken.objects.update(expires=timezone.now() - timedelta(days=30))
    assert is_refused(refresh(app, secret, second["refresh_token"]), "invalid_grant")


def test_an_access_token_is_good_for_an_hour(first):
    left = AccessToken.objects.get().expires - timezone.now()
    assert timedelta(minutes=59) < left <= timedelta(hours=1)
    AccessToken.objects.update(expires=timezone.now())
    assert opens(first) == frozenset()


def test_an_app_ends_its_own_tokens(app, secret, first):
    assert post(REVOKE, app, secret, token=first["access_token"]).status_code == 200
    assert opens(first) == frozenset()
    assert is_refused(refresh(app, secret, first["refresh_token"]), "invalid_grant")


def test_an_app_ends_its_refresh_token_and_the_access_token_with_it(app, secret, first):
    sent = {"token": first["refresh_token"], "token_type_hint": "access_token"}
    assert post(REVOKE, app, secret, **sent).status_code == 200
    assert opens(first) == frozenset()


def test_another_apps_token_is_none_of_its_business(world, app, secret, first):
    other, others_secret = vitrine(world.stranger, name="Other")
    for token in (first["access_token"], first["refresh_token"]):
        assert post(REVOKE, other, others_secret, token=token).status_code == 200
        assert post(INTROSPECT, other, others_secret, token=token).json() == {"active": False}
    assert opens(first) == {"carts:read", "carts:write"}


@pytest.mark.parametrize("path", [REVOKE, INTROSPECT])
def test_nobody_asks_about_tokens_without_being_an_app(app, first, path):
    assert is_refused(post(path, app, "wrong", token=first["access_token"]), "invalid_client", 401)
    assert is_refused(post(path, app, "", token=first["access_token"]), "invalid_client", 401)
    assert opens(first) == {"carts:read", "carts:write"}


def test_an_app_without_a_secret_ends_its_tokens_and_asks_nothing(world):
    app, _none = vitrine(world.stranger, client_type="public")
    said = tokens_for(app, "", world.mai, "carts:read")
    asked = post(INTROSPECT, app, "", token=said["access_token"])
    assert is_refused(asked, "invalid_client", 401)
    assert post(REVOKE, app, "", token=said["access_token"]).status_code == 200
    assert opens(said) == frozenset()


def test_an_app_learns_what_its_token_is_still_good_for(world, app, secret):
    plage = world.plage.merchant
    given = {"giver": str(plage.public_id)}
    said = tokens_for(app, secret, world.plage.owner, "products:read refunds:write", **given)
    token = AccessToken.objects.get()
    known = {
        "active": True,
        "scope": "products:read refunds:write",
        "client_id": app.client_id,
        "token_type": "Bearer",
        "exp": int(token.expires.timestamp()),
        "iat": int(token.created.timestamp()),
        "iss": "http://localhost:8000",
        "sub": str(plage.public_id),
    }
    assert post(INTROSPECT, app, secret, token=said["access_token"]).json() == known
    Membership.objects.filter(user=world.plage.owner).update(role="read_only")
    known |= {"scope": "products:read"}
    assert post(INTROSPECT, app, secret, token=said["access_token"]).json() == known
    Membership.objects.filter(user=world.plage.owner).delete()
    assert post(INTROSPECT, app, secret, token=said["access_token"]).json() == {"active": False}
    assert post(INTROSPECT, app, secret, token="nothing").json() == {"active": False}
    assert is_refused(post(INTROSPECT, app, secret), "invalid_request")


def of_plage(world, app, secret):
    plage = str(world.plage.merchant.public_id)
    return tokens_for(app, secret, world.plage.owner, "products:read refunds:write", giver=plage)


ENDS = {
    "a role that may not": lambda w: Membership.objects.filter(user=w.plage.owner).update(
        role="fulfilment"
    ),
    "no membership": lambda w: Membership.objects.filter(user=w.plage.owner).delete(),
    "a suspended person": lambda w: suspensions.suspend(w.plage.owner),
    "a suspended shop": lambda w: Merchant.objects.filter(pk=w.plage.merchant.pk).update(
        status="suspended"
    ),
    "a partner who is switched off": lambda w: Partner.objects.update(active=False),
    "an app that may not ask for it": lambda w: Application.objects.update(scopes=["carts:read"]),
}


@pytest.mark.parametrize("how", ENDS)
def test_what_somebody_may_no_longer_do_their_app_may_not_either(world, app, secret, how):
    said = of_plage(world, app, secret)
    assert opens(said) == {"products:read", "refunds:write"}
    ENDS[how](world)
    left = {"products:read"} if how == "a role that may not" else frozenset()
    assert opens(said) == left
    if how != "an app that may not ask for it":
        answer = refresh(app, secret, said["refresh_token"])
        assert answer.status_code == (200 if left else 401 if "partner" in how else 400)


def test_a_code_of_somebody_who_left_meanwhile_is_worth_nothing(world, app, secret):
    plage = str(world.plage.merchant.public_id)
    code = code_for(app, world.plage.owner, "products:read", giver=plage)
    Membership.objects.filter(user=world.plage.owner).delete()
    assert is_refused(redeem(app, secret, code), "invalid_grant")


def test_staff_has_no_shops_to_give(world, app, secret):
    said = of_plage(world, app, secret)
    type(world.mai).objects.filter(pk=world.plage.owner.pk).update(is_staff=True)
    assert opens(said) == frozenset()


def server(world, **fields):
    fields = {
        "client_type": "confidential",
        "flow": "client-credentials",
        "redirect_uris": [],
    } | fields
    return vitrine(world.stranger, **fields)


def test_a_server_acts_for_the_partner_who_owns_it(world):
    app, secret = server(world, scopes=["mentions:write", "carts:write"])
    said = post(TOKEN, app, secret, grant_type="client_credentials").json()
    assert set(said) == {"access_token", "expires_in", "token_type", "scope"}
    caller = tokens.caller_of(said["access_token"])
    assert (caller.partner, caller.merchant, caller.user) == (app.partner, None, world.stranger)
    assert caller.scopes == {"mentions:write", "carts:write"}
    assert caller.principal == f"app:{app.public_id}"
    assert caller.shopper is None
    Partner.objects.update(active=False)
    assert opens(said) == frozenset()


def test_a_server_acts_for_the_shop_that_owns_it_whoever_registered_it(world):
    plage = world.plage
    fields = {"merchant": plage.merchant, "made_by": plage.owner}
    app, secret = shop_server(world, **fields, scopes=["products:read", "stock:write"])
    asked = post(TOKEN, app, secret, grant_type="client_credentials", scope="stock:write")
    caller = tokens.caller_of(asked.json()["access_token"])
    assert (caller.merchant, caller.partner, caller.user) == (plage.merchant, None, plage.owner)
    assert caller.scopes == {"stock:write"}
    Membership.objects.filter(user=plage.owner).delete()
    assert opens(asked.json()) == {"stock:write"}
    Merchant.objects.filter(pk=plage.merchant.pk).update(status="suspended")
    assert opens(asked.json()) == frozenset()


def shop_server(world, **fields):
    return applications.register(
        **{
            "name": "Stock",
            "client_type": "confidential",
            "flow": "client-credentials",
        }
        | fields
    )


def test_a_server_gets_what_it_is_registered_for_and_people_give_it_nothing(world):
    app, secret = server(world, scopes=["carts:write"])
    more = post(TOKEN, app, secret, grant_type="client_credentials", scope="mentions:write")
    assert is_refused(more, "invalid_scope")
    wrong = post(TOKEN, app, "wrong", grant_type="client_credentials")
    assert is_refused(wrong, "invalid_client", 401)
    assert is_refused(post(TOKEN, app, "", grant_type="client_credentials"), "invalid_client", 401)


def test_an_app_for_people_has_no_tokens_of_its_own(app, secret):
    asked = post(TOKEN, app, secret, grant_type="client_credentials")
    assert is_refused(asked, "unauthorized_client")


def test_when_it_was_last_used_is_kept_to_the_minute(first, django_assert_num_queries):
    with django_assert_num_queries(2):
        tokens.caller_of(first["access_token"])
    noted = Consent.objects.latest("pk").last_used_at
    assert timezone.now() - noted < timedelta(seconds=30)
    with django_assert_num_queries(1):
        tokens.caller_of(first["access_token"])
    assert Consent.objects.latest("pk").last_used_at == noted


def test_what_is_good_for_nothing_is_forgotten(world, app, secret, first):
    old = refresh(app, secret, first["refresh_token"]).json()
    server_app, server_secret = server(world, scopes=["carts:write"], name="Server")
    post(TOKEN, server_app, server_secret, grant_type="client_credentials")
    assert grants.forget_expired() == 0
    hour = timezone.now() - timedelta(hours=2)
    AccessToken.objects.update(expires=hour)
    # Of the server: nothing dates by it.
    assert grants.forget_expired() == 1
    assert refresh(app, secret, old["refresh_token"]).status_code == 200
    month = timezone.now() - timedelta(days=31)
    Grant.objects.update(expires=month)
    RefreshToken.objects.filter(revoked__isnull=False).update(revoked=month)
    assert grants.forget_expired() == 3
    AccessToken.objects.update(expires=month)
    assert grants.forget_expired() == 2
    kept = [model.objects.count() for model in (Grant, AccessToken, RefreshToken)]
    assert kept == [0, 0, 0]
    assert list(grants.of(world.mai)) == []
