"""Whoever follows, posts, likes or brings pictures as no person does is told to wait."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings

from accounts.models import User
from catalogue.models import Product
from feeds import composer, limits, posts
from feeds.models import Follow, Like, Post
from feeds.search import products
from shopping.limits import Limit


@pytest.fixture(autouse=True)
def limited() -> Iterator[None]:
    cache.clear()
    with override_settings(LIMIT_VISITORS=True):
        yield
    cache.clear()


def use_up(limit: Limit, user: User) -> None:
    for _time in range(limit.most):
        limits.count(limit, user)


def test_following_too_often_is_refused_with_the_seconds(
    reader: Client, mai: User, theo: User
) -> None:
    use_up(limits.FOLLOWS, mai)
    answer = reader.post("/@theo/follow/", {"follow": "yes"})
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 3600
    assert "That was a lot in a short time." in answer.content.decode()
    answer = reader.post(
        "/@theo/follow/", {"follow": "yes"}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 429
    assert answer.json()["message"].startswith("That was a lot")
    assert not Follow.objects.exists()
    # Letting go is never too often.
    assert reader.post("/@theo/follow/", {"follow": "no"}).status_code == 302


def test_editing_too_often_is_refused_and_nothing_is_lost(reader: Client, mai: User) -> None:
    words = posts.publish(mai, body="Hello", language="en")
    use_up(limits.EDITS, mai)
    answer = reader.post(f"/posts/{words.public_id}/edit/", {"body": "Hello you"})
    assert answer.status_code == 429
    assert "Hello you</textarea>" in answer.content.decode()
    words.refresh_from_db()
    assert words.body == "Hello"


def test_liking_too_often_is_refused(reader: Client, mai: User, theo: User) -> None:
    words = posts.publish(theo, body="Hello", language="en")
    use_up(limits.LIKES, mai)
    assert reader.post(f"/posts/{words.public_id}/like/", {"liked": "yes"}).status_code == 429
    assert not Like.objects.exists()


@pytest.mark.parametrize("address", ["/posts/new/", "/posts/{}/reply/"])
def test_posting_too_often_is_refused_and_keeps_what_was_typed(
    reader: Client, mai: User, theo: User, address: str
) -> None:
    words = posts.publish(theo, body="Hello", language="en")
    use_up(limits.POSTS, mai)
    answer = reader.post(address.format(words.public_id), {"body": "one more of mine"})
    assert answer.status_code == 429
    assert "Retry-After" in answer
    assert "one more of mine" in answer.content.decode()
    assert Post.objects.get() == words


def test_drawing_ones_picture_too_often_is_refused_and_taking_it_away_is_not(
    reader: Client, mai: User
) -> None:
    use_up(limits.PICTURES, mai)
    sent = SimpleUploadedFile("me.png", b"is not even read", "image/png")
    answer = reader.post("/me/picture/", {"picture": sent})
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 600
    assert "That was a lot in a short time." in answer.content.decode()
    assert reader.post("/me/picture/", {"remove": "1"}).status_code == 302


def test_each_is_counted_for_themselves(reader: Client, mai: User, theo: User) -> None:
    use_up(limits.POSTS, theo)
    assert reader.post("/posts/new/", {"body": "mine"}).status_code == 302


def test_searching_products_too_often_is_refused_and_what_was_picked_stays(
    reader: Client, mai: User, corniche: Product
) -> None:
    address = f"/posts/products/?q=corniche&products={corniche.public_id}"
    use_up(limits.PRODUCT_SEARCHES, mai)
    answer = reader.get(address)
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 600
    part = reader.get(address, headers={"HX-Request": "true"})
    assert part.status_code == 200
    for each in (answer, part):
        assert "That was a lot in a short time." in each.content.decode()
        assert "Corniche flip-flops" in each.content.decode()
    page = reader.post("/posts/new/", {"find": "1", "q": "corniche", "body": "My shoes"})
    assert page.status_code == 429
    assert "My shoes</textarea>" in page.content.decode()
    assert "That was a lot in a short time." in page.content.decode()
    # Without a word to look for, nothing is counted.
    assert reader.get("/posts/products/?q=").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_search_of_products_that_takes_too_long_says_so(
    reader: Client, corniche: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    def for_long(*_given: object, **_options: object) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(60)")
        return []

    monkeypatch.setattr(products, "own_first", for_long)
    monkeypatch.setattr(composer, "PATIENCE", 50)
    page = reader.get(f"/posts/products/?q=corniche&products={corniche.public_id}").content.decode()
    assert "This search took too long and was given up." in page
    assert "Corniche flip-flops" in page
    assert "Nothing on sale" not in page
