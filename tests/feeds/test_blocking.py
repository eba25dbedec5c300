"""What a block and a mute do, over HTTP, as the pages' forms do it."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from feeds import blocks, edits, follows, mutes, posts
from feeds.models import Block, Follow, Like, Mention, Mute, Post

JSON = {"Accept": "application/json"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def words(theo: User) -> Post:
    return posts.publish(theo, body="Spoken by T.", language="en")


def test_a_block_ends_the_follows_both_ways_for_good(reader: Client, mai: User, theo: User) -> None:
    follows.follow(mai, followed=theo)
    follows.follow(theo, followed=mai)
    for _press in range(2):
        assert reader.post("/@theo/block/", {"block": "yes"}).status_code == 302
    assert Block.objects.filter(blocker=mai, blocked=theo).count() == 1
    assert not Follow.objects.exists()
    for _press in range(2):
        reader.post("/@theo/block/", {"block": "no"})
    assert not Block.objects.exists()
    assert not Follow.objects.exists()


def test_a_mute_leaves_the_follow_and_is_taken_back(reader: Client, mai: User, theo: User) -> None:
    follows.follow(mai, followed=theo)
    for _press in range(2):
        reader.post("/@theo/mute/", {"mute": "yes"})
    assert Mute.objects.filter(muter=mai, muted=theo).count() == 1
    assert Follow.objects.filter(follower=mai, followed=theo).exists()
    reader.post("/@theo/mute/", {"mute": "no"})
    assert not Mute.objects.exists()


def test_nobody_blocks_or_mutes_themselves(reader: Client) -> None:
    reader.post("/@mai/block/", {"block": "yes"})
    reader.post("/@mai/mute/", {"mute": "yes"})
    assert not Block.objects.exists()
    assert not Mute.objects.exists()


@pytest.mark.parametrize(
    ("by_me", "sentence"),
    [
        (True, "You have blocked @theo. Unblock them first."),
        (False, "@theo is not available to you."),
    ],
)
def test_nobody_reaches_across_a_block(
    reader: Client, mai: User, theo: User, words: Post, *, by_me: bool, sentence: str
) -> None:
    blocks.block(*((mai,) if by_me else (theo,)), blocked=theo if by_me else mai)
    answer = reader.post("/@theo/follow/", {"follow": "yes"}, headers=JSON)
    assert (answer.status_code, answer.json()) == (403, {"message": sentence})
    answer = reader.post(f"/posts/{words.public_id}/like/", {"liked": "yes"})
    assert answer.status_code == 403
    assert sentence in answer.content.decode()
    with pytest.raises(posts.PostRefused) as refusal:
        posts.publish(mai, body="But…", language="en", reply_to=words)
    assert refusal.value.message == sentence
    with pytest.raises(posts.PostRefused):
        posts.publish(mai, body="So they say", language="en", quote_of=words)
    answer = reader.post(f"/posts/{words.public_id}/repost/", {"reposted": "yes"}, headers=JSON)
    assert (answer.status_code, answer.json()) == (403, {"message": sentence})
    assert "Spoken by" not in reader.get(f"/posts/new/?quote={words.public_id}").content.decode()
    posts.publish(mai, body="Look, @theo", language="en")
    words.refresh_from_db()
    counts = words.like_count, words.reply_count, words.repost_count, words.quote_count
    assert counts == (0, 0, 0, 0)
    assert not Follow.objects.exists()
    assert not Like.objects.exists()
    assert not Mention.objects.exists()


def test_a_like_is_taken_back_across_a_block(
    reader: Client, mai: User, theo: User, words: Post
) -> None:
    posts.like(words, user=mai)
    blocks.block(theo, blocked=mai)
    reader.post(f"/posts/{words.public_id}/like/", {"liked": "no"})
    assert not Like.objects.exists()


@pytest.mark.parametrize("tab", ["", "replies/", "likes/", "followers/", "following/"])
def test_the_blocked_find_a_closed_profile(
    reader: Client, mai: User, theo: User, words: Post, tab: str
) -> None:
    blocks.block(theo, blocked=mai)
    answer = reader.get(f"/@theo/{tab}")
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "@theo is not available to you" in page
    assert "Spoken by" not in page
    answer = reader.get(f"/@theo/{tab}", headers=HTMX)
    assert answer.status_code == 403
    assert "Spoken by" not in answer.content.decode()


@pytest.mark.parametrize("tab", ["", "replies/", "likes/", "followers/", "following/"])
def test_who_blocked_finds_a_way_to_unblock(
    reader: Client, mai: User, theo: User, words: Post, tab: str
) -> None:
    blocks.block(mai, blocked=theo)
    page = reader.get(f"/@theo/{tab}").content.decode()
    assert "You blocked @theo." in page
    assert "Unblock @theo" in page
    assert "Spoken by" not in page


def test_a_muted_profile_shows_posts_only_when_asked(
    reader: Client, mai: User, theo: User, words: Post
) -> None:
    mutes.mute(mai, muted=theo)
    page = reader.get("/@theo/").content.decode()
    assert "You muted @theo." in page
    assert "Unmute @theo" in page
    assert "Spoken by" not in page
    assert "Spoken by" in reader.get("/@theo/?shown=1").content.decode()


@pytest.mark.parametrize(
    ("relation", "status"), [("blocked by me", 200), ("blocked me", 403), ("muted by me", 200)]
)
def test_a_post_of_theirs_is_not_shown_at_its_own_address(
    reader: Client, mai: User, theo: User, words: Post, relation: str, status: int
) -> None:
    {
        "blocked by me": lambda: blocks.block(mai, blocked=theo),
        "blocked me": lambda: blocks.block(theo, blocked=mai),
        "muted by me": lambda: mutes.mute(mai, muted=theo),
    }[relation]()
    edits.edit(words, body="Rather this", products=[])
    address = f"/posts/{words.public_id}/"
    for path, headers in ((address, {}), (address, HTMX), (f"{address}history/", {})):
        answer = reader.get(path, headers=headers)
        assert answer.status_code == status
        assert "Spoken by" not in answer.content.decode()
        assert "Rather this" not in answer.content.decode()
    shown = "Rather this" in reader.get(f"{address}?shown=1").content.decode()
    assert shown is (relation == "muted by me")


def test_a_suspended_account_has_no_pages(client: Client, theo: User, words: Post) -> None:
    User.objects.filter(pk=theo.pk).update(is_active=False)
    assert client.get("/@theo/").status_code == 404
    assert client.get(f"/posts/{words.public_id}/").status_code == 404


def test_the_profile_answers_htmx_with_itself_anew(reader: Client, theo: User, words: Post) -> None:
    page = reader.post("/@theo/mute/", {"mute": "yes"}, headers=HTMX).content.decode()
    assert "You muted @theo." in page
    assert "Spoken by" not in page
    page = reader.post("/@theo/mute/", {"mute": "no"}, headers=HTMX).content.decode()
    assert "You muted" not in page
    assert "Spoken by" in page


def test_what_one_hid_is_listed_with_a_way_back(reader: Client, mai: User, theo: User) -> None:
    assert "You have muted nobody" in reader.get("/me/muted/").content.decode()
    mutes.mute(mai, muted=theo)
    blocks.block(mai, blocked=theo)
    assert 'formaction="/@theo/mute/"' in reader.get("/me/muted/").content.decode()
    assert 'formaction="/@theo/block/"' in reader.get("/me/blocked/").content.decode()
