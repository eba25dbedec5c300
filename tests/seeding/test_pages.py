"""The pages of a seeded site open, signed out and signed in."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from catalogue.models import Product
from feeds.models import Follow, Hashtag, Post


@pytest.fixture
def visitor(client: Client) -> Client:
    return client


@pytest.fixture
def reader(seeded: list[str]) -> Client:
    client = Client()
    client.force_login(User.objects.get(handle="bench_300"))
    return client


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def brought_by(article: str) -> str:
    """The handle of who posted it, or reposted it."""
    found = re.search(r'brought">.*?href="/@([^/]+)/"', article) or re.search(
        r"<span>@([^<]+)<", article
    )
    assert found is not None
    return found[1]


def test_market_and_following_are_full_of_posts_with_cards(
    seeded: list[str], visitor: Client, reader: Client
) -> None:
    for client, address in ((visitor, "/"), (reader, "/"), (reader, "/following/")):
        shown = page(client, address)
        assert shown.count("<article") == 20
        assert shown.count("data-buy") > 4


def test_whoever_follows_ten_reads_their_posts_alone(seeded: list[str]) -> None:
    person = User.objects.get(handle="bench_10")
    client = Client()
    client.force_login(person)
    shown = page(client, "/following/")
    followed = set(person.following.values_list("followed__handle", flat=True))
    brought = {brought_by(article) for article in shown.split("<article")[1:]}
    assert brought
    assert brought <= followed | {person.handle}


def test_a_profile_a_shop_a_hashtag_a_product_and_a_thread_open(
    seeded: list[str], visitor: Client
) -> None:
    famous = Follow.objects.filter(followed__kind="person", followed__is_active=True)[0].followed
    shop = User.objects.filter(kind="shop")[0]
    product = Product.objects.on_sale()[0]
    answered = Post.objects.filter(reply_count__gt=1, deleted_at=None, reply_to=None)[0]
    tag = Hashtag.objects.get(name="vintage")
    assert famous.display_name in page(visitor, reverse("feeds:profile", args=[famous.handle]))
    newest = Product.objects.on_sale().filter(merchant__account=shop).latest("pk")
    assert newest.title in page(visitor, reverse("feeds:shop", args=[shop.handle]))
    assert "<article" in page(visitor, reverse("feeds:tag", args=[tag.name]))
    assert product.title in page(
        visitor, reverse("catalogue:product", args=[product.public_id, product.slug])
    )
    assert "<article" in page(visitor, reverse("feeds:post", args=[answered.public_id]))


def test_search_and_the_composer_find_what_is_sold(seeded: list[str], reader: Client) -> None:
    product = Product.objects.on_sale().filter(title__contains="mug").latest("pk")
    word = product.title.split()[0]
    assert product.title in page(reader, f"/search/?q={word}+mug")
    assert product.title in page(reader, f"/posts/products/?q={word}+mug")
