"""Reading the feed: reposting, bookmarking and editing in place, new posts, and the way back."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from feeds import follows, posts
from feeds.models import Post
from tests.journeys.conftest import DESKTOP


def said(author: User, count: int, *, seconds_ago: float) -> list[Post]:
    """Posts in the order of their numbers, so long ago."""
    moment = timezone.now() - timedelta(seconds=seconds_ago)
    return Post.objects.bulk_create(
        Post(author=author, body=f"Post {n}", created_at=moment + timedelta(milliseconds=n))
        for n in range(count)
    )


def article(page: Page, words: str):
    return page.locator("[data-post]").filter(has_text=re.compile(rf"\b{words}\b")).first


def stays(page: Page) -> None:
    """Nothing below leads to another page: a mark on this one is there until the end."""
    page.evaluate("window.stayed = true")


def test_reposting_bookmarking_and_editing_leave_the_page_where_it_is(signed_in, theo, mai):
    posts.publish(theo, body="Théo says hello", language="en")
    posts.publish(mai, body="A frist try", language="en")
    page = signed_in(**DESKTOP)
    stays(page)
    theirs, mine = article(page, "Théo says hello"), article(page, "A frist try")

    theirs.get_by_label("Repost, 0 reposts").click()
    theirs.get_by_role("button", name="Repost").click()
    expect(theirs.get_by_label("Repost, 1 repost")).to_be_focused()
    theirs.get_by_label("More about this post").press("Enter")
    theirs.get_by_role("button", name="Bookmark").press("Enter")
    expect(theirs.get_by_role("button", name="Bookmark")).to_be_hidden()
    expect(theirs.get_by_label("More about this post")).to_be_focused()

    mine.get_by_label("More about this post").click()
    mine.get_by_role("link", name="Edit").click()
    field = mine.get_by_label("Your post")
    field.fill("x" * 501)
    mine.get_by_role("button", name="Save").click()
    expect(mine.get_by_role("alert")).to_have_text("This is 1 character too long.")
    expect(field).to_have_value("x" * 501)
    field.fill("A first try")
    mine.get_by_role("button", name="Save").click()
    expect(article(page, "A first try").get_by_role("link", name="edited")).to_be_visible()

    assert page.evaluate("window.stayed")
    assert Post.objects.get(repost_of__author=theo).author == mai
    assert Post.objects.filter(author=mai, body="A first try").exists()
    page.goto("/bookmarks/")
    expect(article(page, "Théo says hello")).to_be_visible()


def test_a_repost_that_fails_is_taken_back_and_said(signed_in, theo):
    posts.publish(theo, body="Théo says hello", language="en")
    page = signed_in()
    page.route("**/repost/", lambda route: route.abort())
    theirs = article(page, "Théo says hello")
    theirs.get_by_label("Repost, 0 reposts").click()
    theirs.get_by_role("button", name="Repost").click()
    expect(page.get_by_text("That was not saved. Check the network.")).to_be_visible()
    expect(theirs.locator("summary.repost .num")).to_have_text("0")
    assert not Post.objects.filter(repost_of__isnull=False).exists()


def test_new_posts_wait_behind_a_pill_and_move_nothing(signed_in, theo, mai):
    follows.follow(mai, followed=theo)
    said(theo, 12, seconds_ago=600)
    page = signed_in()
    page.clock.install()
    page.goto("/following/")
    read = article(page, "Post 8")
    read.evaluate("post => post.scrollIntoView({ block: 'center', behavior: 'instant' })")
    place = read.bounding_box()
    for n in range(2):
        posts.publish(theo, body=f"Fresh {n}", language="en")
    page.wait_for_timeout(1200)  # What is younger than a second counts the next time.
    page.clock.fast_forward(31_000)
    pill = page.get_by_role("link", name="2 new posts")
    expect(pill).to_be_visible()
    assert read.bounding_box() == place
    pill.click()
    expect(article(page, "Fresh 1")).to_be_attached()
    expect(pill).to_be_hidden()
    assert abs(read.bounding_box()["y"] - place["y"]) < 2
    texts = page.locator("[data-post] .say").all_text_contents()
    assert texts[:3] == ["Fresh 1", "Fresh 0", "Post 11"]
    assert len(texts) == len(set(texts))


def test_going_back_returns_to_where_one_was(visit, theo):
    said(theo, 70, seconds_ago=600)
    page = visit()
    page.goto("/")
    read = article(page, "Post 15")
    for _page in range(20):
        if read.count():
            break
        page.mouse.wheel(0, 5000)
        page.wait_for_timeout(200)
    read.evaluate("post => post.scrollIntoView({ block: 'center', behavior: 'instant' })")
    place = read.bounding_box()
    said(theo, 3, seconds_ago=5)  # Posts above move what is read no more than the way does.
    with page.expect_navigation():
        read.locator("a.when").click()
    expect(page.get_by_role("heading", name="Post", exact=True)).to_be_attached()
    page.go_back()
    expect(read).to_be_attached(timeout=20_000)
    # Pages come one by one, and with the last of them the place.
    stands = "([post, y]) => Math.abs(post.getBoundingClientRect().y - y) < 3"
    page.wait_for_function(stands, arg=[read.element_handle(), place["y"]])
