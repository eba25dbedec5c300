"""What a person does to a post with one call."""

from __future__ import annotations

import pytest

from feeds import blocks
from feeds.models import Bookmark, Like, Post
from tests.feeds_api.test_posts import said

pytestmark = pytest.mark.django_db


def counts(post: Post) -> tuple[int, int, int]:
    post.refresh_from_db()
    return post.like_count, post.repost_count, Bookmark.objects.filter(post=post).count()


def test_each_is_done_once_and_taken_back(world, mai, says):
    post = says(world.stranger, "Hello")
    where = f"/api/v1/posts/{post.public_id}/"
    for done, times in (("put", (1, 1, 1)), ("delete", (0, 0, 0))):
        for _again in range(2):
            for act in ("like", "repost", "bookmark"):
                assert mai(done, f"{where}{act}/").status_code == 204
        assert counts(post) == times
        told = mai("get", where).json()
        on = done == "put"
        assert (told["liked"], told["reposted"], told["bookmarked"]) == (on, on, on)


def test_no_shop_does_it(world, plage, says):
    post = says(world.stranger, "Hello")
    for act in ("like", "repost", "bookmark"):
        said(plage("put", f"/api/v1/posts/{post.public_id}/{act}/"), 403, "not_a_person")
    assert counts(post) == (0, 0, 0)


def test_nobody_reaches_across_a_block(world, mai, says):
    post = says(world.stranger, "Hello")
    where = f"/api/v1/posts/{post.public_id}/"
    blocks.block(world.stranger, blocked=world.mai)
    said(mai("put", f"{where}like/"), 403, "apart")
    said(mai("put", f"{where}repost/"), 422, "post_refused")
    answer = {"text": "Hello you", "reply_to": str(post.public_id)}
    said(mai("post", "/api/v1/posts/", answer), 422, "post_refused")
    assert counts(post) == (0, 0, 0)
    assert not Like.objects.exists()


def test_what_is_gone_is_not_found(world, mai, says):
    post = says(world.stranger, "Hello")
    Post.objects.filter(pk=post.pk).update(hidden_at=post.created_at)
    where = f"/api/v1/posts/{post.public_id}/"
    said(mai("get", where), 404, "not_found")
    said(mai("put", f"{where}like/"), 404, "not_found")
