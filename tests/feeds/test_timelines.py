"""What stands on a page of the feed, in which order, and what it costs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from catalogue.models import Drop, Merchant, Product
from feeds import follows, posts, timelines
from feeds.models import Post, PostImage
from feeds.timelines import Reader
from shopping.paging import UnknownCursor
from tests.market import product

WEDNESDAY = datetime(2026, 6, 10, 8, tzinfo=UTC)
SIGNED_OUT = Reader(None, "FR", WEDNESDAY)


def said(author: User, *bodies: str) -> list[Post]:
    return [posts.publish(author, body=body, language="en") for body in bodies]


def bodies(choice: timelines.Posts, **options: object) -> list[str]:
    page = timelines.read(choice, reader=SIGNED_OUT, **options)
    return [entry.body for entry in page.entries]


def followed_by(user: User, **options: object) -> list[str]:
    reader = Reader(user, "FR", WEDNESDAY)
    return [
        entry.body
        for entry in timelines.read(timelines.following(user), reader=reader, **options).entries
    ]


def test_pages_follow_each_other_without_gap_or_repeat(mai: User) -> None:
    said(mai, *[f"post {number}" for number in range(7)])
    first = timelines.read(timelines.market(), reader=SIGNED_OUT, size=3)
    second = timelines.read(timelines.market(), reader=SIGNED_OUT, size=3, before=first.next)
    third = timelines.read(timelines.market(), reader=SIGNED_OUT, size=3, before=second.next)
    pages = [[entry.body for entry in page.entries] for page in (first, second, third)]
    assert pages == [
        ["post 6", "post 5", "post 4"],
        ["post 3", "post 2", "post 1"],
        ["post 0"],
    ]
    assert third.next is None


def test_posts_of_the_same_instant_are_all_reached(mai: User) -> None:
    said(mai, *[f"post {number}" for number in range(5)])
    Post.objects.update(created_at=timezone.now())
    seen: list[str] = []
    cursor = None
    for _page in range(3):
        page = timelines.read(timelines.market(), reader=SIGNED_OUT, size=2, before=cursor)
        seen += [entry.body for entry in page.entries]
        cursor = page.next
    assert seen == ["post 4", "post 3", "post 2", "post 1", "post 0"]


def test_a_post_above_the_reader_moves_nothing_below(mai: User) -> None:
    said(mai, "one", "two", "three", "four")
    first = timelines.read(timelines.market(), reader=SIGNED_OUT, size=2)
    said(mai, "five")
    assert bodies(timelines.market(), before=first.next) == ["two", "one"]


def test_a_deleted_post_still_serves_as_cursor(mai: User) -> None:
    posts_of_mai = said(mai, "one", "two", "three")
    posts.delete(posts_of_mai[1])
    assert bodies(timelines.market(), before=posts_of_mai[1].public_id) == ["one"]
    assert bodies(timelines.market()) == ["three", "one"]


def test_an_unknown_cursor_is_refused(mai: User, client: Client) -> None:
    said(mai, "one")
    with pytest.raises(UnknownCursor):
        timelines.read(timelines.market(), reader=SIGNED_OUT, before=uuid4())
    assert client.get(f"/?before={uuid4()}").status_code == 404
    assert client.get("/?before=1%27--").status_code == 404


def test_following_shows_those_whom_one_follows_and_oneself(
    mai: User, theo: User, plage: Merchant
) -> None:
    said(mai, "mine")
    said(theo, "theirs")
    said(plage.account, "the shop's")
    follows.follow(mai, followed=plage.account)
    assert followed_by(mai) == ["the shop's", "mine"]
    follows.unfollow(mai, followed=plage.account)
    assert followed_by(mai) == ["mine"]


def test_following_reaches_past_strangers_page_by_page(
    mai: User, theo: User, plage: Merchant, foulee: Merchant
) -> None:
    """What fills a page stands among the newest posts of all, or far below them, or both."""
    for friend in (theo, plage.account):
        follows.follow(mai, followed=friend)
    expected: list[str] = []
    for number, author in enumerate([theo, mai, plage.account, theo, theo] * 3):
        said(foulee.account, *[f"strange {number}.{n}" for n in range(number % 4)])
        said(author, f"post {number}")
        expected.insert(0, f"post {number}")
    seen: list[str] = []
    cursor = None
    me = Reader(mai, "FR", WEDNESDAY)
    for _page in range(4):
        page = timelines.read(timelines.following(mai), reader=me, size=4, before=cursor)
        seen += [entry.body for entry in page.entries]
        cursor = page.next
    assert seen == expected
    assert cursor is None


def test_replies_stay_in_their_thread(mai: User, theo: User) -> None:
    (subject,) = said(mai, "subject")
    posts.publish(theo, body="an answer", language="en", reply_to=subject)
    assert bodies(timelines.market()) == ["subject"]
    assert bodies(timelines.by_author(theo)) == []


def test_a_tag_gathers_its_posts_in_any_case(mai: User, client: Client) -> None:
    said(mai, "Beach #Summer", "Snow #winter")
    assert bodies(timelines.by_tag("summer")) == ["Beach #Summer"]
    page = client.get("/tags/SUMMER/").content.decode()
    assert "Beach" in page
    assert "Snow" not in page


def test_posts_of_a_tag_stand_as_they_came_and_are_all_reached(mai: User, theo: User) -> None:
    came = said(mai, *[f"post {number} #sea" for number in range(6)])
    posts.publish(theo, body="an answer #sea", language="en", reply_to=came[0])
    posts.delete(came[4])
    said(mai, "elsewhere #summer")
    # What another site sends says when it was written there.
    Post.objects.filter(pk=came[5].pk).update(created_at=WEDNESDAY - timedelta(days=900))
    seen: list[str] = []
    cursor = None
    for _page in range(3):
        page = timelines.read(timelines.by_tag("sea"), reader=SIGNED_OUT, size=2, before=cursor)
        seen += [entry.body for entry in page.entries]
        cursor = page.next
    expected = ["an answer", "post 5", "post 3", "post 2", "post 1", "post 0"]
    assert seen == [f"{body} #sea" for body in expected]
    assert cursor is None
    assert timelines.count(timelines.by_tag("sea"), reader=SIGNED_OUT, most=100) == 6
    assert timelines.count(timelines.by_tag("sea"), reader=SIGNED_OUT, most=4) == 4
    assert bodies(timelines.by_tag("unknown")) == []


def test_pictures_come_in_their_order_and_sizes(mai: User) -> None:
    (post,) = said(mai, "look")
    for position, name in ((1, "b"), (0, "a")):
        PostImage.objects.create(
            post=post,
            position=position,
            files={"1600": f"{name}-1600.webp", "640": f"{name}-640.webp"},
            width=1600,
            height=1200,
            alt=name,
        )
    quote = posts.publish(mai, body="see", language="en", quote_of=post)
    quoting, entry = timelines.read(timelines.market(), reader=SIGNED_OUT).entries
    assert [picture.alt for picture in entry.images] == ["a", "b"]
    first = entry.images[0]
    assert first.srcset == "/media/a-640.webp 640w, /media/a-1600.webp 1600w"
    assert (first.src, first.whole) == ("/media/a-640.webp", "/media/a-1600.webp")
    assert quoting.public_id == quote.public_id
    assert quoting.images == ()
    assert quoting.quoted
    assert quoting.quoted.picture == first


def test_a_card_tells_price_stock_and_delivery(mai: User, corniche: Product) -> None:
    posts.publish(mai, body="look", language="en", products=[corniche])
    (entry,) = timelines.read(timelines.market(), reader=SIGNED_OUT).entries
    (offer,) = entry.offers
    assert (offer.price, offer.delivery, offer.delivered, offer.available) == (3400, 390, 3790, 50)
    assert (offer.arrives_from, offer.arrives_to) == (date(2026, 6, 12), date(2026, 6, 16))
    assert offer.can_buy


def test_a_dear_product_is_delivered_free_and_nowhere_else(mai: User, plage: Merchant) -> None:
    dear = product(plage, "Parasol", price=10_000)
    posts.publish(mai, body="look", language="en", products=[dear])
    (entry,) = timelines.read(timelines.market(), reader=SIGNED_OUT).entries
    assert entry.offers[0].delivery == 0
    abroad = Reader(None, "US", WEDNESDAY)
    (entry,) = timelines.read(timelines.market(), reader=abroad).entries
    assert entry.offers[0].delivery is None
    assert not entry.offers[0].can_buy


def test_what_is_not_on_sale_is_on_no_card(mai: User, corniche: Product, plage: Merchant) -> None:
    kept = product(plage, "Towel", price=2000)
    posts.publish(mai, body="look", language="en", products=[corniche, kept])
    Product.objects.filter(pk=corniche.pk).update(status=Product.Status.ARCHIVED)
    (entry,) = timelines.read(timelines.market(), reader=SIGNED_OUT).entries
    assert [offer.title for offer in entry.offers] == ["Towel"]


def test_a_drop_cannot_be_bought_before_it_opens(mai: User, corniche: Product) -> None:
    posts.publish(mai, body="soon", language="en", products=[corniche])
    drop = Drop.objects.create(product=corniche, opens_at=timezone.now() + timedelta(days=1))
    (entry,) = timelines.read(timelines.market(), reader=SIGNED_OUT).entries
    assert not entry.offers[0].can_buy
    Drop.objects.filter(pk=drop.pk).update(opens_at=timezone.now() - timedelta(days=1))
    (entry,) = timelines.read(timelines.market(), reader=SIGNED_OUT).entries
    assert entry.offers[0].can_buy


@pytest.mark.parametrize("count", [2, 20])
def test_a_signed_in_page_costs_the_same_statements_however_long(
    reader: Client,
    mai: User,
    plage: Merchant,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        card = product(plage, f"Towel {number}", price=2000 + number)
        posts.publish(mai, body=f"for @mai, {number}", language="en", products=[card])
    # Session, member, shops to visit; candidates (kept in production), what came since, interests;
    # the page's posts, what they say, offers.
    with django_assert_num_queries(9):
        page = reader.get("/").content.decode()
    assert page.count('class="btn buy"') == count
    # The shops to visit are kept for a minute, and what posts say until they change.
    with django_assert_num_queries(7):
        reader.get("/")
