"""Topics written for older posts while one of them is edited, on real PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep

import pytest
from django.db import connection, transaction

from accounts.models import User
from feeds import edits, post_topics, posts
from feeds.models import Post, PostTopic
from tests.races.crowd import waiting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def post() -> Post:
    theo = User.objects.create_user("theo@etal.example", handle="theo", display_name="Theo")
    post = posts.publish(theo, body="A lamp", language="en")
    PostTopic.objects.all().delete()
    return post


def _write() -> object:
    try:
        return post_topics.write_missing()
    finally:
        connection.close()


def test_an_edit_at_the_same_time_has_the_last_word(post: Post) -> None:
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            edits.edit(post, body="A bike", products=[])
            writing = pool.submit(_write)
            until = monotonic() + 20
            while not waiting() and not writing.done() and monotonic() < until:
                sleep(0.02)
        writing.result(timeout=60)
    assert list(post.topics.values_list("topic", flat=True)) == ["cycling"]
