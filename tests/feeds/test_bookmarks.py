"""Bookmarks: private, the last kept first, and paged however they change meanwhile."""

from __future__ import annotations

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from feeds import bookmarks, posts, timelines
from feeds.models import Bookmark, Post


def said(author: User, count: int) -> list[Post]:
    return [posts.publish(author, body=f"post {n}", language="en") for n in range(count)]


def test_bookmarking_and_taking_it_back(reader: Client, mai: User, theo: User) -> None:
    (post,) = said(theo, 1)
    address = f"/posts/{post.public_id}/bookmark/"
    for _press in range(2):
        answer = reader.post(address, {"bookmarked": "yes"}, headers={"Accept": "application/json"})
        assert answer.json() == {"on": True}
    assert "post 0" in reader.get("/bookmarks/").content.decode()
    assert "<span>Remove bookmark</span>" in reader.get("/").content.decode()
    reader.post(address, {"bookmarked": "no"})
    assert not Bookmark.objects.exists()
    assert "Nothing bookmarked yet" in reader.get("/bookmarks/").content.decode()


def test_nobody_sees_what_others_keep(client: Client, mai: User, theo: User) -> None:
    (post,) = said(theo, 1)
    bookmarks.bookmark(post, user=mai)
    client.force_login(theo)
    assert "post 0" not in client.get("/bookmarks/").content.decode()
    assert "<span>Bookmark</span>" in client.get("/").content.decode()


def test_the_last_kept_comes_first_and_what_is_gone_does_not(mai: User, theo: User) -> None:
    first, second, third = said(theo, 3)
    for post in (second, third, first):
        bookmarks.bookmark(post, user=mai)
    posts.delete(third)
    page = bookmarks.page(mai, reader=timelines.reader_of(mai, country="FR"))
    assert [entry.body for entry in page.entries] == ["post 0", "post 1"]
    assert all(entry.bookmarked for entry in page.entries)


def test_a_page_is_continued_although_its_last_bookmark_is_gone(
    reader: Client, mai: User, theo: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = said(theo, timelines.PAGE + 2)
    for post in made:
        bookmarks.bookmark(post, user=mai)
    me = timelines.reader_of(mai, country="FR")
    # The bookmarks, their posts, what they say; without cards there are no offers to read.
    with django_assert_num_queries(3):
        first = bookmarks.page(mai, reader=me)
    bookmarks.unbookmark(made[2], user=mai)
    second = bookmarks.page(mai, reader=me, before=first.next)
    assert first.entries[-1].body == "post 2"
    assert [entry.body for entry in second.entries] == ["post 1", "post 0"]
    assert second.next is None
    assert reader.get("/bookmarks/?before=never").status_code == 404
