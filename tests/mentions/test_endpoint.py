"""POST /api/v1/mentions/: who may hand in a reply, and what they are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import LinkedAccount, User
from checkout.models import Mention
from partners import keys
from partners.models import Partner
from tests.journeys.cast import Market
from tests.mentions.hearing import SITE, in_cart, link_to
from tests.oauth import apps

pytestmark = pytest.mark.django_db
Post = Callable[..., Any]


def key_of(partner: Partner, maker: User) -> str:
    return keys.make(name="k", scopes=["mentions:write"], made_by=maker, partner=partner)[1]


@pytest.fixture
def post(client: Client, mai: User, mastodon: Partner) -> Post:
    """Hands in a reply of Maï's profile by the network's key."""

    def call(body: Any = None, *, secret: str = "", **headers: str) -> Any:
        secret = secret or key_of(mastodon, mai)
        given = {"Authorization": f"Bearer {secret}", **headers}
        return client.post(
            "/api/v1/mentions/", body, content_type="application/json", headers=given
        )

    return call


def said(market: Market, **more: Any) -> dict[str, Any]:
    return {
        "network": "mastodon.example",
        "id": "113",
        "author": {"id": "109", "handle": "@mai", "language": "fr"},
        "text": "Lovely #cart",
        "links": [],
        "reply_to": {"links": [link_to(market.lamp_post)]},
    } | more


def test_a_reply_is_answered_with_the_text_to_post_back(
    post: Post, market: Market, profile: LinkedAccount
) -> None:
    answer = post(said(market))
    mention = Mention.objects.get()
    assert answer.status_code == 200, answer.content
    assert answer.json() == {
        "id": str(mention.public_id),
        "network": "mastodon.example",
        "mention": "113",
        "state": "added",
        "text": "In your cart: Phare lamp, €84.00. Undo:"
        f" {SITE}/cart/mentions/{mention.public_id}/",
        "language": "en",
    }
    assert post(said(market)).json() == answer.json()
    assert in_cart() == {"Phare lamp": 1}


def test_who_has_linked_nothing_is_told_in_their_language(post: Post, market: Market) -> None:
    answer = post(said(market)).json()
    assert (answer["state"], answer["language"]) == ("unlinked", "fr")
    assert answer["text"].startswith("Pour remplir votre panier")


def test_nothing_to_post_back_is_null(post: Post, market: Market, profile: LinkedAccount) -> None:
    assert post(said(market, text="Lovely")).json()["text"] is None


def test_another_network_is_refused(post: Post, market: Market) -> None:
    answer = post(said(market, network="b.example"))
    assert (answer.status_code, answer.json()["code"]) == (403, "network_not_yours")
    assert not Mention.objects.exists()


def test_a_test_app_reaches_no_live_cart(
    post: Post, market: Market, profile: LinkedAccount, mai: User, mastodon: Partner
) -> None:
    app, secret = apps.vitrine(
        mai,
        partner=mastodon,
        flow="client-credentials",
        scopes=["mentions:write"],
        redirect_uris=[],
        live=False,
    )
    asked = {"grant_type": "client_credentials", "scope": "mentions:write"}
    token = apps.post(apps.TOKEN, app, secret, **asked).json()["access_token"]
    assert post(said(market), secret=token).json()["code"] == "live_key_needed"
    assert in_cart() == {}


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"id": ""}, "#/id"),
        ({"author": {}}, "#/author/id"),
        ({"text": None}, "#/text"),
        ({"links": "https://etal.example/"}, "#/links"),
        ({"unknown": 1}, "#/unknown"),
        ({"author": {"id": "109", "language": "«fr»"}}, "#/author/language"),
    ],
)
def test_what_makes_no_sense_is_said_where(
    post: Post, market: Market, wrong: dict[str, Any], pointer: str
) -> None:
    answer = post(said(market, **wrong))
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not Mention.objects.exists()
