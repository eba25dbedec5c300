"""`manage.py write_topics`: posts from before there were topics get them, once, batch by batch."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from catalogue.models import Product
from feeds import post_topics, posts, reposts
from feeds.models import Post, PostTopic


def older(author: User, body: str, *products: Product) -> Post:
    """A post as it was kept before topics were."""
    post = posts.publish(author, body=body, language="en", products=products)
    PostTopic.objects.filter(post=post).delete()
    return post


def kept(post: Post) -> list[str]:
    return list(post.topics.order_by("pk").values_list("topic", flat=True))


def test_they_are_those_that_publishing_would_have_found(
    theo: User, mai: User, corniche: Product, capsys: pytest.CaptureFixture[str]
) -> None:
    lamp = older(theo, "A lamp for the balcony garden")
    card = older(theo, "Look!", corniche)
    plain = older(theo, "Good morning.")
    gone = older(theo, "A lamp that went")
    posts.delete(gone)
    reposts.repost(lamp, user=mai)
    call_command("write_topics")
    assert "2 posts have topics now." in capsys.readouterr().out
    assert kept(lamp) == post_topics.found(lamp) == ["garden", "lighting"]
    assert kept(card) == post_topics.found(card) == ["shoes"]
    assert kept(plain) == kept(gone) == []
    assert PostTopic.objects.count() == 3


def test_again_it_changes_nothing_and_what_has_topics_is_left_alone(
    theo: User, capsys: pytest.CaptureFixture[str]
) -> None:
    older(theo, "A lamp")
    strange = older(theo, "A sofa")
    PostTopic.objects.create(post=strange, topic="games")
    call_command("write_topics")
    rows = list(PostTopic.objects.order_by("pk").values_list())
    call_command("write_topics")
    assert list(PostTopic.objects.order_by("pk").values_list()) == rows
    assert kept(strange) == ["games"]
    assert capsys.readouterr().out.endswith("0 posts have topics now.\n")


def test_it_goes_on_where_it_was_stopped(theo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post_topics, "BATCH", 2)
    said = [older(theo, f"Lamp number {number}") for number in range(5)]
    before, count = post_topics.write_missing()
    assert (before, count) == (said[3].pk, 2)
    assert [bool(kept(post)) for post in said] == [False, False, False, True, True]
    call_command("write_topics", before=said[1].pk)
    assert [bool(kept(post)) for post in said] == [True, False, False, True, True]
    call_command("write_topics")
    assert all(kept(post) == ["lighting"] for post in said)


def test_texts_without_topics_do_not_hold_it_up(
    theo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post_topics, "BATCH", 2)
    lamp = older(theo, "A lamp")
    for number in range(4):
        older(theo, f"Nothing in particular, {number}")
    call_command("write_topics")
    assert kept(lamp) == ["lighting"]


def test_a_batch_takes_as_many_statements_whatever_it_holds(theo: User, corniche: Product) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            post_topics.write_missing()
        return len(captured)

    older(theo, "A lamp")
    few = statements()
    for number in range(10):
        older(theo, f"A sofa, {number}", corniche)
    assert statements() == few
