"""A post's page: what it answers above it, replies below it, and gaps where somebody left."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from feeds import posts, threads, timelines
from feeds.models import Block, Post


def answer(author: User, body: str, to: Post | None) -> Post:
    return posts.publish(author, body=body, language="en", reply_to=to)


def line(author: User, *bodies: str) -> list[Post]:
    """Each of the posts answers the one before it."""
    made: list[Post] = []
    for body in bodies:
        made.append(answer(author, body, made[-1] if made else None))
    return made


def test_what_a_post_answers_stands_above_it_up_to_a_height(mai: User, client: Client) -> None:
    made = line(mai, *[f"post {n}" for n in range(8)])
    page = client.get(f"/posts/{made[7].public_id}/").content.decode()
    places = [page.find(f">post {n}<") for n in range(2, 8)]
    assert -1 not in places
    assert places == sorted(places)
    assert ">post 1<" not in page
    assert f'href="/posts/{made[2].public_id}/">Show what was said before' in page
    assert (
        "Show what was said before"
        not in client.get(f"/posts/{made[5].public_id}/").content.decode()
    )


def test_replies_come_the_oldest_first_with_their_first_replies(mai: User, theo: User) -> None:
    subject = answer(mai, "subject", None)
    first = answer(theo, "first", subject)
    answer(theo, "second", subject)
    for n in range(3):
        answer(mai, f"inner {n}", first)
    page = threads.branches(subject, reader=timelines.reader_of(None, country="FR"), before=None)
    shown = [
        (branch.reply.body, [entry.body for entry in branch.below], branch.more)
        for branch in page.branches
    ]
    assert shown == [("first", ["inner 0", "inner 1"], True), ("second", [], False)]


def test_a_deleted_post_holds_its_thread_together(mai: User, theo: User, client: Client) -> None:
    top, middle, low = line(theo, "top", "middle words", "low")
    posts.delete(middle)
    above = client.get(f"/posts/{low.public_id}/").content.decode()
    assert ">top<" in above
    assert "This post was deleted." in above
    below = client.get(f"/posts/{top.public_id}/").content.decode()
    assert "This post was deleted." in below
    assert ">low<" in below
    gap = client.get(f"/posts/{middle.public_id}/")
    assert gap.status_code == 200
    assert ">low<" in gap.content.decode()
    for page in (above, below, gap.content.decode()):
        assert "middle words" not in page
    posts.delete(low)
    assert "This post was deleted." not in client.get(f"/posts/{top.public_id}/").content.decode()
    assert client.get(f"/posts/{middle.public_id}/").status_code == 404


def test_somebody_apart_leaves_a_gap(mai: User, theo: User, reader: Client) -> None:
    subject = answer(mai, "subject", None)
    theirs = answer(theo, "their words", subject)
    mine = answer(mai, "mine below", theirs)
    Block.objects.create(blocker=mai, blocked=theo)
    for post in (subject, mine):
        page = reader.get(f"/posts/{post.public_id}/").content.decode()
        assert "This post is not shown." in page
        assert "mine below" in page
        assert "their words" not in page


@pytest.mark.parametrize("count", [1, 6])
def test_a_thread_costs_the_same_statements_however_large(
    mai: User, client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    *_above, subject = line(mai, "top", "subject")
    for n in range(count):
        answer(mai, "inner", answer(mai, f"reply {n}", subject))
    # Subject, replies, their replies, what is above, the subject as shown, shops to visit; and four
    # times what posts say that nobody read before.
    with django_assert_num_queries(10):
        client.get(f"/posts/{subject.public_id}/")
    with django_assert_num_queries(5):  # The shops to visit are kept for a minute.
        client.get(f"/posts/{subject.public_id}/")


def test_the_reply_bar_counts_what_is_typed(reader: Client, mai: User) -> None:
    page = reader.get(f"/posts/{posts.publish(mai, body='Sand', language='en').public_id}/")
    assert 'data-limit="500"' in page.content.decode()
    assert "feeds/count" in page.content.decode()
