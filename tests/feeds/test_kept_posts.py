"""What processes keep of posts, cards and interests: never out of date, and never another reader's."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from catalogue import offers
from catalogue.models import Product, StockItem, Variant
from feeds import blocks, bookmarks, edits, mutes, posts, reposts, timelines
from feeds.entries import Entry
from feeds.models import Post
from tests.market import person


def seen(user: User | None) -> dict[str, Entry]:
    """What `user` reads now, by its text."""
    reader = timelines.reader_of(user, country="FR")
    return {
        entry.body: entry for entry in timelines.read(timelines.market(), reader=reader).entries
    }


def marks(entry: Entry) -> tuple[bool, bool, bool, bool, bool]:
    return entry.liked, entry.bookmarked, entry.reposted, entry.mine, entry.editable


@pytest.fixture
def towels(theo: User) -> Post:
    return posts.publish(theo, body="Towels", language="en")


def test_what_nobody_changed_is_not_read_again(
    mai: User, theo: User, towels: Post, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = seen(mai)
    with django_assert_num_queries(1):
        assert seen(mai) == first
    with django_assert_num_queries(1):
        seen(None)


@pytest.mark.parametrize("asked", ["first", "last"])
def test_no_reader_gets_what_is_anothers(mai: User, theo: User, towels: Post, asked: str) -> None:
    posts.like(towels, user=mai)
    bookmarks.bookmark(towels, user=mai)
    reposts.repost(towels, user=mai)
    readers = {mai: (True, True, True, False, False), theo: (False, False, False, True, True)}
    ordered = list(readers.items()) if asked == "first" else list(readers.items())[::-1]
    for _again in range(2):
        for reader, theirs in ordered:
            assert marks(seen(reader)["Towels"]) == theirs
        assert marks(seen(None)["Towels"]) == (False,) * 5


def test_pages_of_two_readers_hold_nothing_of_each_other(
    mai: User, theo: User, towels: Post, reader: Client
) -> None:
    posts.like(towels, user=mai)
    other = Client()
    other.force_login(theo)
    for _again in range(2):
        hers, his = (browser.get("/").content.decode() for browser in (reader, other))
        nobodys = Client().get("/").content.decode()
        assert ("Maï Lefort" in hers, "Théo Marin</p>" in hers) == (True, False)
        assert ("Maï Lefort" in his, "Théo Marin</p>" in his) == (False, True)
        assert "Maï Lefort" not in nobodys
        assert (hers.count("data-delete"), his.count("data-delete")) == (0, 1)
        liked = f'formaction="/posts/{towels.public_id}/like/" name="liked" value="no"'
        assert (liked in hers, liked in his) == (True, False)


def test_whom_one_blocked_or_muted_another_still_reads(mai: User, theo: User, towels: Post) -> None:
    lea = person("lea", "Léa")
    quoting = posts.publish(lea, body="As he says, @theo", language="en", quote_of=towels)
    for _again in range(2):
        assert {"Towels", quoting.body} == set(seen(mai)) == set(seen(lea))
    blocks.block(mai, blocked=theo)
    for _again in range(2):
        (hers,) = seen(mai).values()
        assert hers.quoted is not None
        assert (hers.quoted.gone, hers.quoted.body, hers.mentioned) == ("unseen", "", ())
        leas = seen(lea)[quoting.body]
        assert leas.quoted is not None
        assert (leas.quoted.gone, leas.quoted.body) == ("", "Towels")
        assert leas.mentioned == ("theo",)
    mutes.mute(lea, muted=theo)
    assert "Towels" not in seen(lea)
    assert "Towels" in seen(None)


def test_whatever_changes_shows_at_once(mai: User, theo: User, towels: Post) -> None:
    quoting = posts.publish(mai, body="Quoted", language="en", quote_of=towels)
    assert set(seen(None)) == {"Towels", "Quoted"}
    posts.like(towels, user=mai)
    assert seen(None)["Towels"].like_count == 1
    edits.edit(towels, body="Bath towels", products=[])
    assert set(seen(None)) == {"Bath towels", "Quoted"}
    quoted = seen(None)["Quoted"].quoted
    assert quoted is not None
    assert quoted.body == "Bath towels"
    User.objects.filter(pk=theo.pk).update(display_name="Théo M.")
    assert seen(None)["Bath towels"].name == "Théo M."
    quoted = seen(None)["Quoted"].quoted
    assert quoted is not None
    assert quoted.name == "Théo M."
    posts.delete(towels)
    assert set(seen(None)) == {"Quoted"}
    posts.delete(quoting)
    assert seen(None) == {}


def test_the_face_on_the_page_is_the_present_one(mai: User, reader: Client) -> None:
    assert "Maï Lefort" in reader.get("/").content.decode()
    User.objects.filter(pk=mai.pk).update(display_name="Zoé <b>")
    page = reader.get("/").content.decode()
    assert "Zoé &lt;b&gt;" in page
    assert 'aria-hidden="true">Z</span>' in page
    assert "Maï" not in page


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Callable[[float], None]:
    """Moves the clock of what is kept of cards forward by some seconds."""
    settings.CARD_SECONDS = 1
    now = SimpleNamespace(value=1_000_000.0)
    monkeypatch.setattr(offers, "time", SimpleNamespace(monotonic=lambda: now.value))
    offers._kept.clear()

    def forward(seconds: float) -> None:
        now.value += seconds

    return forward


def test_a_card_is_a_second_old_at_the_most(
    clock: Callable[[float], None],
    theo: User,
    corniche: Product,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    posts.publish(theo, body="Buy it", language="en", products=[corniche])
    (offer,) = seen(None)["Buy it"].offers
    assert offer.price == 3400
    Variant.objects.update(price=4500)
    StockItem.objects.update(on_hand=0, reserved=0)
    clock(0.9)
    with django_assert_num_queries(1):
        assert seen(None)["Buy it"].offers == (offer,)
    clock(0.2)
    (offer,) = seen(None)["Buy it"].offers
    assert (offer.price, offer.available) == (4500, 0)
    Product.objects.update(status=Product.Status.ARCHIVED)
    clock(1.1)
    for _again in range(2):
        assert seen(None)["Buy it"].offers == ()


def test_cards_of_two_countries_are_kept_apart(
    clock: Callable[[float], None], theo: User, corniche: Product
) -> None:
    posts.publish(theo, body="Buy it", language="en", products=[corniche])
    for _again in range(2):
        for country, delivered in (("FR", True), ("US", False)):
            reader = timelines.reader_of(theo, country=country)
            (entry,) = timelines.read(timelines.market(), reader=reader).entries
            (offer,) = entry.offers
            assert (offer.delivery is not None) == delivered
