"""By how many the posts with products are seen."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feeds import limits, post_views
from feeds.models import Post, PostViews, ProductCard
from feeds.views.seen import AGENTS
from shopping.limits import Limit
from tests.shops import cast

HERE = {"Origin": "http://testserver"}


@pytest.fixture
def world(db, settings):
    redis = post_views._redis()
    redis.delete(*(redis.keys(f"{post_views.PREFIX}:*") or ["nothing"]))
    return cast()


def tell(*posts: Post, client: Client | None = None, **headers: str) -> int:
    """The status of what a visitor's browser gets for having seen `posts`."""
    ids = [str(each.public_id) for each in posts]
    sent = (client or Client()).post(reverse("feeds:seen"), {"post": ids}, headers=HERE | headers)
    return sent.status_code


def counted() -> dict[tuple[int, int], int]:
    post_views.write()
    return {(row.post_id, row.merchant_id): row.count for row in PostViews.objects.all()}


def test_a_visitor_counts_once_a_day(world):
    key = (world.post.pk, world.plage.merchant.pk)
    assert tell(world.post) == 204
    assert tell(world.post) == 204
    assert counted() == {key: 1}
    assert tell(world.post, **{"User-Agent": "Another"}) == 204
    signed_in = Client()
    signed_in.force_login(world.stranger)
    assert tell(world.post, client=signed_in) == 204
    assert tell(world.post, client=signed_in, **{"User-Agent": "My phone"}) == 204
    assert counted() == {key: 3}
    assert PostViews.objects.get().day == timezone.now().date()


def test_one_address_is_few_people_however_many_browsers_it_names(world):
    for number in range(5 * AGENTS):
        assert tell(world.post, **{"User-Agent": f"Agent {number}"}) == 204
    [count] = counted().values()
    assert 1 < count <= AGENTS


def test_what_is_counted_of_a_day_is_gone_soon_after_it(world):
    tell(world.post)
    redis = post_views._redis()
    day = timezone.now().date()
    keys = [*redis.keys(f"{post_views.PREFIX}:{day}:*"), f"{post_views.PREFIX}:salt:{day}"]
    assert len(keys) == 2
    left = timedelta(hours=24) + post_views.KEPT
    for key in keys:
        assert 26 * 3600 - 60 < redis.ttl(key) <= left.total_seconds() <= 50 * 3600


def test_each_shop_on_a_post_counts_its_own(world):
    ProductCard.objects.create(post=world.post, product=world.rayon.product, position=1)
    tell(world.post)
    shops = (world.plage.merchant, world.rayon.merchant)
    assert counted() == {(world.post.pk, each.pk): 1 for each in shops}
    today = timezone.now().date()
    for each in shops:
        assert post_views.most_seen(each, today, today, most=9) == {world.post.pk: 1}
        before = (today - timedelta(days=9), today - timedelta(days=1))
        assert post_views.most_seen(each, *before, most=9) == {}
        assert (post_views.total(each, today, today), post_views.total(each, *before)) == (1, 0)


def test_the_most_seen_come_first_and_no_more_than_asked(world):
    shop, today = world.plage.merchant, timezone.now().date()
    posts = [
        Post.objects.create(author=shop.account, body=str(times), created_at=timezone.now())
        for times in range(4)
    ]
    for times, post in enumerate(posts, start=1):
        for back in (0, 1):
            day = today - timedelta(days=back)
            PostViews.objects.create(post=post, merchant=shop, day=day, count=times)
    days = (today - timedelta(days=1), today)
    found = post_views.most_seen(shop, *days, most=2)
    assert list(found.items()) == [(posts[3].pk, 8), (posts[2].pk, 6)]
    assert post_views.of_posts(shop, *days, [posts[0].pk, world.post.pk]) == {posts[0].pk: 2}
    assert post_views.total(shop, *days) == 20


def test_what_shows_no_product_or_is_gone_is_not_counted(world):
    plain = Post.objects.create(author=world.mai, body="Hello", created_at=timezone.now())
    Post.objects.filter(pk=world.post.pk).update(hidden_at=timezone.now())
    assert tell(plain, world.post) == 204
    assert counted() == {}


def test_who_asks_not_to_be_counted_is_not(world):
    assert tell(world.post, **{"Sec-GPC": "1"}) == 204
    assert counted() == {}


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", ""])
def test_pages_of_others_count_nothing(world, origin):
    assert tell(world.post, Origin=origin) == 403
    assert counted() == {}


@pytest.mark.parametrize(
    "ids", [[], ["nonsense"], [str(uuid4()) for _ in range(post_views.MOST + 1)]]
)
def test_bad_calls_are_told_what_to_send(world, ids):
    answer = Client().post(reverse("feeds:seen"), {"post": ids}, headers=HERE)
    assert answer.status_code == 400
    assert b"between 1 and 50 ids" in answer.content


def test_a_crash_between_counting_and_forgetting_counts_nothing_twice(world, monkeypatch):
    tell(world.post)
    with monkeypatch.context() as crash:
        crash.setattr(post_views._redis(), "delete", lambda *names: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            post_views.write()
    key = (world.post.pk, world.plage.merchant.pk)
    assert counted() == {key: 1}
    tell(world.post, **{"User-Agent": "Another"})
    assert counted() == {key: 2}


def test_what_a_crash_left_is_written_by_the_next_call(world, monkeypatch):
    tell(world.post)
    with monkeypatch.context() as crash:
        crash.setattr(post_views.rows, "run", lambda *values: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            post_views.write()
    other = Post.objects.create(author=world.mai, body="And these", created_at=timezone.now())
    ProductCard.objects.create(post=other, product=world.plage.product)
    tell(other)
    post_views.write()
    shop = world.plage.merchant.pk
    assert counted() == {(world.post.pk, shop): 1, (other.pk, shop): 1}


def test_what_was_written_stays_when_redis_forgets(world):
    tell(world.post)
    tell(world.post, **{"User-Agent": "Another"})
    key = (world.post.pk, world.plage.merchant.pk)
    assert counted() == {key: 2}
    redis = post_views._redis()
    redis.delete(*redis.keys(f"{post_views.PREFIX}:*"))
    tell(world.post)
    assert counted() == {key: 2}


def test_without_redis_the_page_goes_on(world, settings, monkeypatch):
    monkeypatch.setattr(settings, "REDIS_URL", "redis://localhost:1/0")
    post_views._redis.cache_clear()
    try:
        assert tell(world.post) == 204
    finally:
        post_views._redis.cache_clear()


def test_too_many_calls_from_one_address_wait(world, settings, monkeypatch):
    settings.LIMIT_VISITORS = True
    monkeypatch.setattr(limits, "VIEWS_OF_ADDRESS", Limit("views-test", 1, 600))
    statuses = [tell(world.post) for _ in range(2)]
    assert statuses == [204, 429]
