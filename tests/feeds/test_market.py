"""In which order Market shows posts, and that a reading keeps it."""

from __future__ import annotations

from uuid import UUID

from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import User
from catalogue.models import Drop, Merchant, Product, StockItem
from feeds import interests, market, pool, posts, timelines
from feeds.models import Block, Post
from feeds.timelines import Reader, reader_of
from tests.feeds.talk import days, next_page, order, say, strengths
from tests.feeds.talk import market as front
from tests.market import product


def reading(who: User | None) -> Reader:
    return reader_of(who, country="FR")


def read_on(who: Reader, *, pages: int = 50) -> list[str]:
    """The bodies of one reading from its first page to its end."""
    page = market.read(who)
    seen = [entry.body for entry in page.entries]
    while page.next and pages:
        before, _, token = page.next.partition("&in=")
        page = market.read(who, before=UUID(before), token=token)
        seen += [entry.body for entry in page.entries]
        pages -= 1
    return seen


def test_what_somebody_likes_comes_before_what_is_newer(
    reader: Client, client: Client, mai: User, theo: User
) -> None:
    said = ["a lamp", "a bike", "a novel"]
    say(theo, "a lamp", ago=days(2))
    say(theo, "a bike", ago=days(1))
    say(theo, "a novel")
    assert order(front(reader), said) == ["a novel", "a bike", "a lamp"]
    interests.choose(mai, topic="lighting")
    assert order(front(reader), said) == ["a lamp", "a novel", "a bike"]
    assert order(front(Client()), said) == ["a novel", "a bike", "a lamp"]
    interests.pause(mai)
    assert order(front(reader), said) == ["a novel", "a bike", "a lamp"]


def test_the_topics_of_ones_own_posts_lift_others_posts_alone(mai: User, theo: User) -> None:
    say(theo, "their lamp", ago=days(1))
    say(mai, "my lamp", ago=days(1))
    say(theo, "a novel")
    strengths(mai)
    assert read_on(reading(mai)) == ["their lamp", "a novel", "my lamp"]


def test_popular_authors_and_goods_in_stock_come_first(
    mai: User, theo: User, plage: Merchant, corniche: Product
) -> None:
    gone = product(plage, "Gone", price=100, stock=0)
    say(theo, "answered")
    Post.objects.update(like_count=60)
    say(mai, "in stock", cards=[corniche])
    say(mai, "sold out", cards=[gone])
    say(mai, "plain")
    assert read_on(reading(None)) == ["answered", "in stock", "plain", "sold out"]
    StockItem.objects.filter(variant__product=gone).update(on_hand=5)
    assert read_on(reading(None))[:3] == ["answered", "sold out", "in stock"]


def test_goods_that_are_not_open_yet_or_over_count_as_none(
    theo: User, plage: Merchant, corniche: Product
) -> None:
    now = timezone.now()
    over = product(plage, "Over", price=100)
    Drop.objects.create(product=corniche, opens_at=now + days(1))
    Drop.objects.create(product=over, opens_at=now - days(2), ends_at=now - days(1))
    for card in (corniche, over):
        say(theo, card.title, cards=[card])
    assert [post.product for post in pool.present().candidates] == [0, 0]


def test_market_leaves_out_replies_and_what_is_gone(mai: User, theo: User) -> None:
    subject = say(theo, "subject")
    posts.publish(mai, body="a reply", language="en", reply_to=subject)
    posts.delete(say(theo, "deleted"))
    assert read_on(reading(None)) == ["subject"]


def test_a_reading_keeps_its_order_whatever_happens_meanwhile(mai: User, theo: User) -> None:
    for number in range(45):
        say(theo, f"post {number}")
    interests.choose(mai, topic="lighting")
    first = market.read(reading(mai))
    say(theo, "a lamp above all")
    Post.objects.filter(body="post 3").update(like_count=5000)
    interests.choose(mai, topic="cycling")
    posts.delete(Post.objects.get(body="post 10"))
    seen = [entry.body for entry in first.entries]
    before, _, token = first.next.partition("&in=")
    second = market.read(reading(mai), before=UUID(before), token=token)
    seen += [entry.body for entry in second.entries]
    before, _, token = second.next.partition("&in=")
    third = market.read(reading(mai), before=UUID(before), token=token)
    seen += [entry.body for entry in third.entries]
    assert seen == [f"post {number}" for number in range(44, -1, -1) if number != 10]
    assert third.next == ""


def test_behind_the_ranked_posts_come_all_others_by_time(
    mai: User, theo: User, monkeypatch
) -> None:
    monkeypatch.setattr(market, "MOST", 20)
    monkeypatch.setattr(pool, "NEWEST", 30)
    for number in range(65):
        say(theo, f"post {number}", ago=days(100 - number))
    lamp = Post.objects.get(body="post 2")
    Post.objects.filter(pk=lamp.pk).update(body="an old lamp")
    lamp.topics.create(topic="lighting")
    interests.choose(mai, topic="lighting")
    seen = read_on(reading(mai))
    assert seen[0] == "an old lamp"
    assert len(seen) == len(set(seen)) == 65
    assert seen[20:] == sorted(seen[20:], key=lambda body: -int(body.split()[1]))


def test_a_lost_reading_begins_anew_and_says_so(reader: Client, mai: User) -> None:
    for number in range(25):
        say(mai, f"post {number}")
    behind = next_page(front(reader))
    assert "post 0<" in reader.get(behind).content.decode()
    cache.clear()
    part = reader.get(behind, headers={"HX-Request": "true"}).content.decode()
    assert "Market has been sorted anew" in part
    assert "post " not in part
    assert reader.get(behind)["Location"] == "/"


def test_nobody_goes_on_in_anothers_reading(reader: Client, mai: User, theo: User) -> None:
    for number in range(25):
        say(mai, f"post {number}")
    interests.choose(mai, topic="lighting")
    behind = next_page(front(reader))
    other = Client()
    other.force_login(theo)
    assert reader.get(behind).status_code == 200
    assert other.get(behind)["Location"] == "/"
    assert Client().get(behind)["Location"] == "/"
    interests.delete_all(mai)  # what was ranked by them is not used either
    assert reader.get(behind)["Location"] == "/"


def test_all_who_are_not_known_read_the_same(mai: User, theo: User, settings) -> None:
    settings.MARKET_POOL_SECONDS = 60
    pool._kept.clear()
    say(mai, "one")
    tokens = {market.read(reading(who)).reading for who in (None, theo, None)}
    assert len(tokens) == 1
    # What is posted while the candidates are kept is there at once.
    say(mai, "two")
    assert read_on(reading(None)) == ["two", "one"]
    pool._kept.clear()


def test_following_uses_no_profile(mai: User, theo: User) -> None:
    say(mai, "a lamp", ago=days(1))
    say(mai, "a novel")
    interests.choose(mai, topic="lighting")
    page = timelines.read(timelines.following(mai), reader=reading(mai))
    assert [entry.body for entry in page.entries] == ["a novel", "a lamp"]


def test_the_blocked_are_not_picked(mai: User, theo: User) -> None:
    say(theo, "a lamp")
    interests.choose(mai, topic="lighting")
    Block.objects.create(blocker=theo, blocked=mai)
    assert read_on(reading(mai)) == []
