"""What came to a timeline since its page was made: counted cheaply, and exactly those loaded."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from feeds import follows, posts
from feeds.models import Post


def publish(author: User, body: str, *, seconds_ago: float) -> Post:
    post = posts.publish(author, body=body, language="en")
    moment = timezone.now() - timedelta(seconds=seconds_ago)
    Post.objects.filter(pk=post.pk).update(created_at=moment)
    return post


@pytest.fixture
def after(mai: User, theo: User, reader: Client) -> str:
    """The newest row, a minute and a half old, of a page that is open since then."""
    follows.follow(mai, followed=theo)
    old = publish(theo, "old", seconds_ago=90)
    for feed in ("", "following/"):
        page = reader.get(f"/{feed}").content.decode()
        assert f'data-after="{old.public_id}"' in page
    return str(old.public_id)


@pytest.mark.parametrize("feed", ["market", "following"])
def test_new_posts_are_counted_and_exactly_those_are_loaded(
    reader: Client, theo: User, after: str, feed: str
) -> None:
    assert reader.get(f"/news/{feed}/?after={after}").json()["count"] == 0
    for n in range(2):
        publish(theo, f"new {n}", seconds_ago=20 - n)
    news = reader.get(f"/news/{feed}/?after={after}").json()
    assert (news["count"], news["words"]) == (2, "2 new posts")
    publish(theo, "newer still", seconds_ago=0)
    page = reader.get(f"/news/{feed}/posts/?after={after}&until={news['until']}").content.decode()
    assert page.startswith("<article")
    assert page.index("new 1") < page.index("new 0")
    assert "old" not in re.findall(r'class="say"[^>]*>([^<]*)<', page)
    assert "newer still" not in page
    assert reader.get(f"/news/{feed}/?since={news['until']}").json()["count"] == 0


def test_strangers_are_news_of_the_market_alone(
    reader: Client, plage_says: Post, after: str
) -> None:
    assert reader.get(f"/news/market/?after={after}").json()["count"] == 1
    assert reader.get(f"/news/following/?after={after}").json()["count"] == 0


@pytest.fixture
def plage_says(after: str, plage: object) -> Post:
    return publish(User.objects.get(handle="plagefils"), "a stranger's", seconds_ago=5)


def test_the_same_count_again_is_not_sent(
    reader: Client, theo: User, after: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    publish(theo, "new", seconds_ago=5)
    address = f"/news/following/?after={after}"
    first = reader.get(address)
    with django_assert_num_queries(4):  # Session, member, the row, the count.
        again = reader.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    publish(theo, "newer", seconds_ago=4)
    assert reader.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_beyond_ninety_nine_nobody_counts(reader: Client, theo: User, after: str) -> None:
    moment = timezone.now() - timedelta(seconds=5)
    Post.objects.bulk_create(
        Post(author=theo, body=f"flood {n}", created_at=moment) for n in range(120)
    )
    news = reader.get(f"/news/following/?after={after}").json()
    assert (news["count"], news["words"]) == (100, "99+ new posts")


@pytest.mark.parametrize(
    "address",
    [
        "/news/market/",
        "/news/market/?since=soon",
        "/news/market/?after=that",
        "/news/market/?after=7655a719-5787-429d-9aa8-334e8934ce1c",
        "/news/market/?since=99999999999999999999999",
        "/news/elsewhere/?since=0",
        "/news/market/posts/?since=0",
    ],
)
def test_what_is_not_asked_rightly_is_not_there(reader: Client, address: str) -> None:
    assert reader.get(address).status_code == 404


def test_signed_out_only_the_market_has_news(client: Client, theo: User) -> None:
    publish(theo, "new", seconds_ago=5)
    assert client.get("/news/market/?since=0").json()["count"] == 1
    assert client.get("/news/following/?since=0").status_code == 404
