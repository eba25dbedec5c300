"""Which posts a search finds, in which order, and page by page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from feeds import posts
from feeds.models import Post
from feeds.search import pages
from feeds.search import posts as found_posts
from feeds.search.pages import Cursor
from feeds.timelines import reader_of
from shopping import matches, queries
from shopping.paging import UnknownCursor

NOBODY = reader_of(None, country="FR")


def found(typed: str) -> list[str]:
    entries, _more = found_posts.find(queries.query(typed), reader=NOBODY)
    return [entry.body for entry in entries]


SAID = [
    ("en", "The lamps of my grandmother"),
    ("fr", "Une lampe posée sur la fenêtre"),
    ("en", "J’ai trouvé des lampes anciennes"),  # a French text of whoever reads in English
    ("fr", "Un thé glacé pour l’été"),
    ("en", "The summer is over, the sea is cold"),
    ("fr", "Ses chevaux courent vite 🐎"),
]
RELEVANCE = [
    ("lampe", {0, 1, 2}),
    ("lamps", {0, 1, 2}),
    ("lampes anciennes", {2}),
    ("grandmothers", {0}),
    ("trouve", {2}),
    ("thé", {3}),
    ("the", {3}),  # the beginning of "thé"; as a word on its own it is everywhere
    ("ete", {3}),
    ("fenetre", {1}),
    ("summers", {4}),
    ("the summer", {4}),
    ("sea -cold", set()),
    ('"sea is cold"', {4}),
    ('"cold sea"', set()),
    ("cheval", {5}),
    ("courent", {5}),
    ("chev", {5}),
    ("horse", set()),
]


@pytest.mark.parametrize(("typed", "which"), RELEVANCE)
def test_what_is_typed_and_what_is_found(theo: User, typed: str, which: set[int]) -> None:
    for language, body in SAID:
        posts.publish(theo, body=body, language=language)
    assert set(found(typed)) == {SAID[number][1] for number in which}


def test_what_is_deleted_or_hidden_is_not_found_and_what_is_edited_as_it_is(theo: User) -> None:
    kept, deleted, hidden = (
        posts.publish(theo, body=f"A lamp, {n}", language="en") for n in range(3)
    )
    posts.delete(deleted)
    Post.objects.filter(pk=hidden.pk).update(hidden_at=timezone.now())
    assert found("lamp") == ["A lamp, 0"]
    Post.objects.filter(pk=kept.pk).update(body="A chair")
    assert found("lamp") == []
    assert found("chair") == ["A chair"]


def test_new_and_answered_posts_come_first(theo: User) -> None:
    old, liked, _new = (posts.publish(theo, body=f"A lamp, {n}", language="en") for n in range(3))
    long_ago = timezone.now() - timedelta(days=400)
    Post.objects.filter(pk=old.pk).update(created_at=long_ago)
    Post.objects.filter(pk=liked.pk).update(like_count=90)
    assert found("lamp") == ["A lamp, 1", "A lamp, 2", "A lamp, 0"]


def test_pages_show_every_match_once(theo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over the edge of what is weighed together, and while new ones come."""
    monkeypatch.setattr(pages, "WEIGHED", 5)
    for number in range(12):
        posts.publish(theo, body=f"A lamp, {number}", language="en")
    shown: list[str] = []
    cursor, rounds = None, 0
    while cursor is None or cursor:
        entries, cursor = found_posts.find(
            queries.query("lamp"),
            reader=NOBODY,
            cursor=Cursor.of(cursor) if cursor else None,
            size=3,
        )
        shown += [entry.body for entry in entries]
        posts.publish(theo, body=f"Another lamp, {rounds}", language="en")
        rounds += 1
    assert sorted(shown) == sorted(f"A lamp, {number}" for number in range(12))
    assert rounds == 5


@pytest.mark.parametrize(
    "cursor", ["", "x", "1.1", f"{'-' * 36}.1.0", "018f0000-0000-7000-8000-000000000000.0.0"]
)
def test_a_cursor_that_never_was_is_no_page(client: Client, mai: User, cursor: str) -> None:
    posts.publish(mai, body="A lamp", language="en")
    assert client.get(f"/search/?q=lamp&in=posts&before={cursor}").status_code == 404
    with pytest.raises(UnknownCursor):
        found_posts.find(queries.query("lamp"), reader=NOBODY, cursor=Cursor.of(cursor))


def test_words_side_by_side_are_looked_up_in_the_newest_that_hold_them(
    theo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many hold them apart, no more are read."""
    posts.publish(theo, body="A red lamp", language="en")
    for number in range(4):
        posts.publish(theo, body=f"A lamp that is red, {number}", language="en")
    assert found('"red lamp"') == ["A red lamp"]
    assert len(found('lamp -"red lamp"')) == 4
    assert len(found('red lamp -"cold sea"')) == 5
    monkeypatch.setattr(matches, "CHECKED", 4)
    assert found('"red lamp"') == []
    posts.publish(theo, body="Another red lamp", language="en")
    assert found('"red lamp"') == ["Another red lamp"]
