"""Many presses at once on the same post, on real PostgreSQL: every figure is what its rows say."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from accounts.models import User
from feeds import bookmarks, edits, posts, reposts
from feeds.models import Bookmark, Like, Post
from tests.races.crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)
PRESSES = 4
ROUNDS = 5

Verb = Callable[[], object]


@pytest.fixture
def people() -> list[User]:
    return [
        User.objects.create_user(f"p{n}@etal.example", handle=f"p{n}", display_name=f"P{n}")
        for n in range(3)
    ]


@pytest.fixture
def post(people: list[User]) -> Post:
    return posts.publish(people[0], body="said", language="en")


def figures(post: Post) -> tuple[int, int]:
    post.refresh_from_db()
    return post.like_count, post.repost_count


def everybody(people: list[User], verb: Callable[[User], object]) -> list[object]:
    """Everybody presses, each several times."""
    jobs = [partial(verb, user) for user in people * PRESSES]
    return [answer for answer in at_once(jobs) if isinstance(answer, Exception)]


def test_likes_and_reposts_count_each_person_once(people: list[User], post: Post) -> None:
    for _round in range(ROUNDS):
        assert everybody(people, lambda user: posts.like(post, user=user)) == []
        assert everybody(people, lambda user: reposts.repost(post, user=user)) == []
        assert everybody(people, lambda user: bookmarks.bookmark(post, user=user)) == []
        assert figures(post) == (len(people), len(people))
        assert Like.objects.count() == Bookmark.objects.count() == len(people)
        assert Post.objects.visible().filter(repost_of=post).count() == len(people)
        assert everybody(people, lambda user: posts.unlike(post, user=user)) == []
        assert everybody(people, lambda user: reposts.unrepost(post, user=user)) == []
        assert everybody(people, lambda user: bookmarks.unbookmark(post, user=user)) == []
        assert figures(post) == (0, 0)


def test_reposts_and_a_deletion_at_once_leave_no_repost_uncounted(people: list[User]) -> None:
    for _round in range(ROUNDS):
        post = posts.publish(people[0], body="said", language="en")
        jobs: list[Verb] = [partial(reposts.repost, post, user=user) for user in people]
        answers = at_once([*jobs, partial(posts.delete, post)])
        refused = [answer for answer in answers if isinstance(answer, Exception)]
        assert {type(answer) for answer in refused} <= {posts.PostRefused}
        reposted = Post.objects.filter(repost_of=post).count()
        assert (figures(post)[1], len(refused)) == (reposted, len(people) - reposted)


def test_a_post_deleted_in_many_windows_is_counted_off_once(people: list[User], post: Post) -> None:
    # Counted off more than once, it would be these that are missing.
    for _stays in range(PRESSES):
        posts.publish(people[0], body="stays", language="en", reply_to=post)
        posts.publish(people[0], body="stays", language="en", quote_of=post)
    for _round in range(ROUNDS):
        reply = posts.publish(people[1], body="a reply", language="en", reply_to=post)
        quote = posts.publish(people[1], body="a quote", language="en", quote_of=post)
        for gone in (reply, quote):
            answers = at_once([partial(posts.delete, gone)] * PRESSES)
            assert (answers.count(True), answers.count(False)) == (1, PRESSES - 1)
        post.refresh_from_db()
        assert (post.reply_count, post.quote_count) == (PRESSES, PRESSES)


def test_an_edit_sent_many_times_at_once_is_one_revision(post: Post) -> None:
    for turn in range(1, ROUNDS + 1):
        press = partial(edits.edit, post, body=f"said #anew {turn}", products=[])
        answers = at_once([press] * PRESSES)
        assert (answers.count(True), answers.count(False)) == (1, PRESSES - 1)
        assert post.revisions.count() == turn


def test_a_partnership_declared_many_times_at_once_is_one_revision(people: list[User]) -> None:
    for _round in range(ROUNDS):
        said = posts.publish(people[0], body="these shoes", language="en")
        answers = at_once([partial(edits.declare_partnership, said)] * PRESSES)
        assert (answers.count(True), answers.count(False)) == (1, PRESSES - 1)
        assert said.revisions.count() == 1
