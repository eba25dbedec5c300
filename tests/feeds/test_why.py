"""Why a post is picked: the stated reasons are those that ranked it."""

from __future__ import annotations

from django.test import Client

from accounts.models import User
from catalogue.models import Merchant, Product
from feeds import follows, interests, market, posts
from feeds.tastes import tastes_of
from feeds.timelines import reader_of
from tests.feeds.talk import days, order, say, strengths, why_link
from tests.feeds.talk import market as front


def test_a_reason_that_is_removed_no_longer_ranks(reader: Client, mai: User, theo: User) -> None:
    """The page names the like behind the interest; removed right there, the post falls."""
    liked = say(theo, "look at these lamps", ago=days(20))
    posts.like(liked, user=mai)
    lamp = say(theo, "another lamp", ago=days(1))
    say(theo, "a novel", ago=days(0.9))
    strengths(mai)
    said = ["another lamp", "a novel"]
    page = front(reader)
    assert order(page, said) == ["another lamp", "a novel"]
    address = why_link(page, lamp)
    why = reader.get(address).content.decode()
    assert "It is about “Lamps and light”" in why
    assert "You liked @theo’s post: look at these lamps" in " ".join(why.split()).replace(
        "</a>", ""
    )
    back = reader.post(
        "/me/interests/", {"do": "remove", "topic": "lighting", "next": address}, follow=True
    )
    assert "no longer among your interests" in back.content.decode()
    assert order(front(reader), said) == ["a novel", "another lamp"]


def test_the_shares_are_those_of_the_stored_terms(
    reader: Client, mai: User, theo: User, corniche: Product
) -> None:
    post = say(theo, "a lamp", cards=[corniche])
    interests.choose(mai, topic="lighting")
    page = front(reader)
    token = why_link(page, post).split("=")[1]
    viewer = reader_of(mai, country="FR")
    ranked = market.find(viewer, tastes_of(mai), token).find(post.public_id)
    posts.like(post, user=mai)  # no longer the figures of that reading
    why = reader.get(why_link(page, post)).content.decode()
    whole = ranked.score
    for term in (ranked.interest, ranked.freshness, ranked.product):
        assert f'<strong class="num">{round(100 * term / whole)}%</strong>' in why
    assert ranked.popularity == 0
    assert "People like and answer" not in why


def test_a_wider_interest_and_a_follow_are_named(
    reader: Client, mai: User, theo: User, plage: Merchant
) -> None:
    say(theo, "ma maison")
    follows.follow(mai, followed=theo)
    lamp = say(plage.account, "a lamp")
    strengths(mai)
    why = reader.get(why_link(front(reader), lamp)).content.decode()
    assert "It is about “Lamps and light”" in why
    assert "Why we think that you like “House and home”" in why
    assert "You follow @theo, who writes about it" in why
    # Of a wide topic that somebody likes, what they removed is no part.
    interests.remove(mai, topic="lighting")
    why = reader.get(why_link(front(reader), lamp)).content.decode()
    assert "It is about" not in why


def test_signed_out_it_says_that_nothing_is_known(client: Client, theo: User) -> None:
    post = say(theo, "a lamp")
    why = client.get(why_link(front(client), post)).content.decode()
    assert "It is new" in why
    assert "the same for everybody" in why


def test_nobody_reads_the_reasons_of_another(reader: Client, mai: User, theo: User) -> None:
    post = say(theo, "a lamp")
    interests.choose(mai, topic="lighting")
    address = why_link(front(reader), post)
    other = Client()
    other.force_login(theo)
    why = other.get(address).content.decode()
    assert "By time" in why
    assert "Lamps and light" not in why
    interests.pause(mai)
    assert "Lamps and light" not in reader.get(address).content.decode()
