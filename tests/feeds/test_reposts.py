"""Reposts and quotes: whose post is shown, who brought it, what counts, and what becomes of both."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from catalogue.models import Merchant
from feeds import follows, posts, reposts, timelines
from feeds.entries import Entry
from feeds.models import Block, Mute, Post
from feeds.posts import PostRefused

JSON = {"Accept": "application/json"}


def followed_by(user: User) -> tuple[Entry, ...]:
    reader = timelines.reader_of(user, country="FR")
    return timelines.read(timelines.following(user), reader=reader).entries


def test_a_repost_brings_the_original_to_followers_alone(
    mai: User, theo: User, plage: Merchant, client: Client
) -> None:
    original = posts.publish(plage.account, body="The original", language="en")
    follows.follow(mai, followed=theo)
    reposts.repost(original, user=theo)
    (entry,) = followed_by(mai)
    assert (entry.public_id, entry.handle, entry.body) == (
        original.public_id,
        "plagefils",
        "The original",
    )
    assert entry.reposted_by == ("theo", "Théo Marin")
    assert entry.row == Post.objects.get(repost_of=original).public_id
    assert (entry.repost_count, entry.reposted) == (1, False)
    assert client.get("/").content.decode().count("The original") == 1
    assert "Théo Marin</a> reposted" in client.get("/@theo/").content.decode()


def test_reposting_twice_is_one_repost_and_it_can_be_taken_back(reader: Client, theo: User) -> None:
    original = posts.publish(theo, body="original", language="en")
    address = f"/posts/{original.public_id}/repost/"
    for _press in range(2):
        answer = reader.post(address, {"reposted": "yes"}, headers=JSON)
        assert answer.json() == {"on": True, "count": 1, "label": "Repost, 1 repost"}
    assert "<span>Undo repost</span>" in reader.get("/").content.decode()
    for _press in range(2):
        answer = reader.post(address, {"reposted": "no"}, headers=JSON)
        assert answer.json() == {"on": False, "count": 0, "label": "Repost, 0 reposts"}
    assert reader.post(address, {"reposted": "yes"}, headers=JSON).json()["count"] == 1


def test_a_repost_of_a_repost_is_of_the_original(mai: User, theo: User, reader: Client) -> None:
    original = posts.publish(theo, body="original", language="en")
    reposts.repost(original, user=theo)
    repost = Post.objects.get(repost_of=original)
    reader.post(f"/posts/{repost.public_id}/repost/", {"reposted": "yes"})
    quote = posts.publish(mai, body="my words", language="en", quote_of=repost)
    original.refresh_from_db()
    assert Post.objects.filter(repost_of=original, author=mai).exists()
    assert quote.quote_of == original
    assert (original.repost_count, original.quote_count) == (2, 1)
    answer = reader.get(f"/posts/{repost.public_id}/")
    assert answer["Location"] == f"/posts/{original.public_id}/"


def test_what_is_gone_is_neither_reposted_nor_quoted(mai: User, theo: User, reader: Client) -> None:
    original = posts.publish(theo, body="original", language="en")
    posts.delete(original)
    with pytest.raises(PostRefused):
        reposts.repost(original, user=mai)
    with pytest.raises(PostRefused):
        posts.publish(mai, body="my words", language="en", quote_of=original)
    answer = reader.post("/posts/new/", {"body": "my words", "quote": str(original.public_id)})
    assert answer.status_code == 422
    assert "my words" in answer.content.decode()
    assert Post.objects.count() == 1


@pytest.mark.parametrize("hidden", ["deleted", "moderated", "blocked", "muted"])
def test_reposts_of_what_is_not_shown_are_on_no_page(
    mai: User, theo: User, plage: Merchant, hidden: str
) -> None:
    original = posts.publish(plage.account, body="original", language="en")
    follows.follow(mai, followed=theo)
    reposts.repost(original, user=theo)
    if hidden == "deleted":
        posts.delete(original)
    elif hidden == "moderated":
        Post.objects.filter(pk=original.pk).update(hidden_at=original.created_at)
    elif hidden == "blocked":
        Block.objects.create(blocker=plage.account, blocked=mai)
    else:
        Mute.objects.create(muter=mai, muted=plage.account)
    assert followed_by(mai) == ()


def test_a_post_that_several_bring_stands_on_a_page_once(
    mai: User, theo: User, plage: Merchant
) -> None:
    original = posts.publish(plage.account, body="original", language="en")
    for friend in (theo, plage.account):
        follows.follow(mai, followed=friend)
        reposts.repost(original, user=friend)
    (entry,) = followed_by(mai)
    assert entry.reposted_by == ("plagefils", "Plage & Fils")


def test_a_quote_shows_what_it_quotes(mai: User, theo: User, reader: Client) -> None:
    original = posts.publish(theo, body="The quoted words", language="en")
    composer = reader.get(f"/posts/new/?quote={original.public_id}").content.decode()
    assert "The quoted words" in composer
    reader.post("/posts/new/", {"body": "My own words", "quote": str(original.public_id)})
    quote = Post.objects.get(author=mai)
    page = reader.get(f"/posts/{quote.public_id}/").content.decode()
    assert "My own words" in page
    assert "The quoted words" in page
    original.refresh_from_db()
    assert original.quote_count == 1
    posts.delete(quote)
    original.refresh_from_db()
    assert original.quote_count == 0


@pytest.mark.parametrize(
    ("hidden", "words"),
    [("deleted", "This post was deleted."), ("blocked", "This post is not shown.")],
)
def test_a_quote_of_what_is_not_shown_says_so(
    mai: User, theo: User, reader: Client, hidden: str, words: str
) -> None:
    original = posts.publish(theo, body="The quoted words", language="en")
    posts.publish(mai, body="My own words", language="en", quote_of=original)
    if hidden == "deleted":
        posts.delete(original)
    else:
        Block.objects.create(blocker=theo, blocked=mai)
    page = reader.get("/").content.decode()
    assert "My own words" in page
    assert words in page
    assert "The quoted words" not in page
