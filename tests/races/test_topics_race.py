"""Topics written for older posts while one of them is edited, on real PostgreSQL."""

from __future__ import annotations

import pytest

from accounts.models import User
from feeds import edits, post_topics, posts
from feeds.models import Post, PostTopic
from tests.races.crowd import before_it_is_written

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def post() -> Post:
    theo = User.objects.create_user("theo@etal.example", handle="theo", display_name="Theo")
    post = posts.publish(theo, body="A lamp", language="en")
    PostTopic.objects.all().delete()
    return post


def test_an_edit_at_the_same_time_has_the_last_word(post: Post) -> None:
    before_it_is_written(
        lambda: edits.edit(post, body="A bike", products=[]), then=post_topics.write_missing
    ).result()
    assert list(post.topics.values_list("topic", flat=True)) == ["cycling"]
