"""A text is as long as people see it, in the form, in the verb and in the row."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.models import User
from feeds import posts, text
from feeds.models import Post
from feeds.models.posts import MOST_CODES

FAMILY = "👩🏽‍👩🏽‍👧🏽‍👦🏽"
BRETON = "🏴󠁧󠁢󠁥󠁮󠁧󠁿"


@pytest.mark.parametrize(
    ("words", "characters"),
    [
        ("été", 3),
        ("e\u0301te\u0301", 3),
        ("🇫🇷🇩🇪", 2),
        (FAMILY, 1),
        (BRETON, 1),
        ("👍🏽 ok", 4),
        ("क्षि", 1),
        ("한국", 2),
        ("a\nb", 3),
        ("", 0),
    ],
)
def test_characters_are_counted_as_people_count(words: str, characters: int) -> None:
    assert text.length(words) == characters


def test_five_hundred_families_are_published_and_one_more_is_not(reader: Client) -> None:
    assert reader.post("/posts/new/", {"body": FAMILY * 500}).status_code == 302
    assert Post.objects.get().body == FAMILY * 500
    over = reader.post("/posts/new/", {"body": FAMILY * 501})
    assert over.status_code == 422
    assert "This is 1 character too long." in over.content.decode()
    assert FAMILY * 501 in over.content.decode()
    assert Post.objects.count() == 1


def test_marks_that_no_language_heaps_are_refused(mai: User) -> None:
    with pytest.raises(posts.PostRefused, match="too many marks"):
        posts.publish(mai, body="Z" + "\u0335" * 40, language="en")
    posts.publish(mai, body="Z" + "\u0335" * 20, language="en")


def test_the_row_is_bounded_whoever_writes_it(mai: User) -> None:
    post = posts.publish(mai, body="short", language="en")
    with pytest.raises(IntegrityError, match="post_body_bounded"), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(body="x" * (MOST_CODES + 1))
    with connection.cursor() as database:
        database.execute("SELECT body FROM feeds_post WHERE id = %s", [post.pk])
        assert database.fetchone() == ("short",)
