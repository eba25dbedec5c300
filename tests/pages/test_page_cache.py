"""The signed-out feed as finished pages: right, safe, and never anybody's own."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings
from redis import RedisError

from accounts.models import User
from catalogue.models import Product, StockItem, Variant
from feeds import page_cache, posts


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the cache's clocks forward by some seconds."""
    now = SimpleNamespace(value=1_000_000.0)
    both = SimpleNamespace(time=lambda: now.value, monotonic=lambda: now.value)
    monkeypatch.setattr(page_cache, "time", both)

    def forward(seconds: float) -> None:
        now.value += seconds

    return forward


@pytest.fixture
def site(settings: Settings) -> Callable[[], Client]:
    """Makes browsers, each at a web process of its own, that share the same Redis."""
    settings.PAGE_CACHE_SECONDS = 8
    cache.clear()
    return lambda: Client()


def offered(author: User, product: Product) -> None:
    posts.publish(author, body="on the market", language="en", products=[product])


def test_a_second_visit_asks_the_database_nothing(
    site: Callable[[], Client],
    mai: User,
    corniche: Product,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    offered(mai, corniche)
    browser = site()
    first = browser.get("/")
    with django_assert_num_queries(0):
        second = browser.get("/")
        elsewhere = site().get("/")
    assert first.content == second.content == elsewhere.content
    assert b"on the market" in first.content


def test_explore_is_kept_as_the_feed_is(
    site: Callable[[], Client],
    mai: User,
    corniche: Product,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    offered(mai, corniche)
    first = site().get("/explore/")
    with django_assert_num_queries(0):
        assert site().get("/explore/").content == first.content
    assert b"on the market" in first.content


def test_a_kept_page_has_every_header_of_a_new_one(
    site: Callable[[], Client], client: Client, mai: User
) -> None:
    browser = site()
    browser.get("/")
    kept = browser.get("/")
    for name in (
        "Content-Security-Policy",
        "X-Content-Type-Options",
        "X-Frame-Options",
        "Referrer-Policy",
        "Content-Language",
        "Content-Type",
    ):
        assert kept[name] == client.get("/accounts/login/")[name]
    assert kept["Cache-Control"] == "no-cache"
    assert "Cookie" in kept["Vary"]
    assert "Accept-Language" in kept["Vary"]
    assert "csrf" not in kept.content.decode().lower()
    assert not kept.cookies


def test_zipped_and_unchanged_answers(site: Callable[[], Client], mai: User) -> None:
    browser = site()
    plain = browser.get("/")
    zipped = browser.get("/", headers={"Accept-Encoding": "gzip, br"})
    assert zipped["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.content) == plain.content
    same = browser.get("/", headers={"If-None-Match": plain["ETag"]})
    assert (same.status_code, same.content) == (304, b"")


def test_a_member_never_gets_the_kept_page(
    site: Callable[[], Client], mai: User, corniche: Product
) -> None:
    browser = site()
    browser.get("/")
    browser.force_login(mai)
    own = browser.get("/")
    assert "Maï Lefort" in own.content.decode()
    assert "ETag" not in own
    assert "Maï Lefort" not in site().get("/").content.decode()


def test_languages_themes_and_countries_are_kept_apart(
    site: Callable[[], Client], mai: User, corniche: Product
) -> None:
    offered(mai, corniche)
    browser = site()
    english = browser.get("/", headers={"Accept-Language": "en"}).content.decode()
    french = browser.get("/", headers={"Accept-Language": "fr"}).content.decode()
    assert '<html lang="en">' in english
    assert '<html lang="fr">' in french
    assert "34,00\u00a0€" in french
    browser.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in browser.get("/").content.decode()
    browser.cookies["country"] = "US"
    assert "not delivered to your country" in browser.get("/").content.decode()


def test_a_changed_price_and_stock_show_within_fifteen_seconds(
    site: Callable[[], Client], clock: Callable[[float], None], mai: User, corniche: Product
) -> None:
    offered(mai, corniche)
    one, other = site(), site()
    assert "€34.00" in one.get("/").content.decode()
    clock(7.9)
    assert "€34.00" in other.get("/").content.decode()
    Variant.objects.update(price=4500)
    StockItem.objects.update(on_hand=3)
    clock(15)
    for browser in (one, other):
        page = browser.get("/").content.decode()
        assert "€45.00" in page
        assert "Only 3 left" in page


def test_while_one_makes_the_page_others_give_out_the_old_one(
    site: Callable[[], Client],
    clock: Callable[[float], None],
    mai: User,
    corniche: Product,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    offered(mai, corniche)
    browser = site()
    key = page_cache.key_of(browser.get("/").wsgi_request)
    cache.add(f"{key}|making", 1, timeout=60)
    clock(9)
    with django_assert_num_queries(0):
        assert browser.get("/").status_code == 200


def test_without_redis_pages_are_still_given_out(
    site: Callable[[], Client], monkeypatch: pytest.MonkeyPatch, mai: User, corniche: Product
) -> None:
    def away(*_args: object, **_options: object) -> None:
        raise RedisError("away")

    offered(mai, corniche)
    for verb in ("get", "set", "add"):
        monkeypatch.setattr(page_cache.cache, verb, away)
    assert "on the market" in site().get("/").content.decode()


@pytest.mark.parametrize("query", ["?before=x", "?utm=1", "?before=", "?q=%00"])
def test_odd_queries_are_not_kept(site: Callable[[], Client], mai: User, query: str) -> None:
    browser = site()
    assert "ETag" not in browser.get(f"/{query}")
