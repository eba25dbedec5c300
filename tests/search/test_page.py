"""The page of a search: its kinds, its further pages, and what it says where nothing is found."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from catalogue.models import Merchant
from feeds import limits, posts
from feeds.search import pages, results, spelling
from shopping import limits as counts
from shopping.patience import Deadline, TookTooLong
from tests.market import product

MORE = re.compile(r'class="btn more" href="([^"]+)"')


def shown(client: Client, address: str) -> str:
    return client.get(address).content.decode()


@pytest.fixture
def lamps(theo: User, plage: Merchant) -> Merchant:
    posts.publish(theo, body="A lamp for #lampe lovers", language="en")
    product(plage, "Lampe", price=1000)
    User.objects.create_user("l@etal.example", handle="lampist", display_name="Lampe & Co")
    return plage


def test_each_kind_shows_its_own_and_all_shows_some_of_each(
    client: Client, lamps: Merchant
) -> None:
    marks = {
        "products": 'class="shelf"',
        "posts": "A lamp for",
        "people": 'href="/@lampist/"',
        "hashtags": 'class="opts tags"',
    }
    everything = shown(client, "/search/?q=lampe")
    for kind, mark in marks.items():
        assert mark in everything, kind
        page = shown(client, f"/search/?q=lampe&in={kind}")
        assert [name for name, other in marks.items() if other in page] == [kind]
        assert f'in={kind}" aria-current="page"' in page
        assert 'name="q" value="lampe"' in page


def test_the_first_sign_says_which_kind_is_meant(client: Client, lamps: Merchant) -> None:
    assert 'in=hashtags" aria-current' in shown(client, "/search/?q=%23lampe")
    assert 'in=people" aria-current' in shown(client, "/search/?q=@lampist")
    assert 'in=all" aria-current' in shown(client, "/search/?q=%23lampe&in=all")
    assert "A lamp for" in shown(client, "/search/?q=%23lampe&in=all")


@pytest.mark.parametrize("kind", ["products", "posts", "people"])
def test_pages_go_on_by_links_and_by_htmx(
    client: Client, theo: User, plage: Merchant, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "WEIGHED", 25)
    for number in range(60):
        if kind == "products":
            product(plage, f"Lampe {number} end", price=100)
        elif kind == "posts":
            posts.publish(theo, body=f"Lampe {number} end", language="fr")
        else:
            User.objects.create_user(
                f"l{number}@etal.example", handle=f"l_{number}", display_name=f"Lampe {number} end"
            )
    address, found = f"/search/?q=lampe&in={kind}", []
    while address:
        page = shown(client, address)
        headers = {"HX-Request": "true"}
        part = client.get(address, headers=headers).content.decode()
        assert "<html" not in part
        titles = re.findall(r"Lampe \d+ end(?=<)", page)
        assert re.findall(r"Lampe \d+ end(?=<)", part) == titles
        found += titles
        link = MORE.search(page)
        address = link[1].replace("&amp;", "&") if link else ""
    assert len(found) == len(set(found)) == 60


def test_a_slip_is_shown_as_what_was_meant(client: Client, lamps: Merchant) -> None:
    product(lamps, "Tabouret", price=100)
    spelling.learn()
    page = shown(client, "/search/?q=tabuoret")
    assert "Nothing found for “tabuoret”. These are results for “tabouret”." in page
    assert "Tabouret</span>" in page
    assert 'name="q" value="tabuoret"' in page
    product(lamps, "Tabuoret", price=100)
    page = shown(client, "/search/?q=tabuoret")
    assert "Did you mean" in page
    assert 'href="/search/?q=tabouret"' in page


def test_who_is_only_called_alike_stands_beside_nothing_that_is(
    client: Client, lamps: Merchant
) -> None:
    User.objects.create_user("b@etal.example", handle="hugo", display_name="Hugo Lambert")
    assert 'href="/@hugo/"' not in shown(client, "/search/?q=lamps")
    assert 'href="/@hugo/"' in shown(client, "/search/?q=lamberd")
    assert 'href="/@hugo/"' in shown(client, "/search/?q=lamberd&in=people")


def test_where_nothing_is_found_it_says_what_to_do(client: Client, lamps: Merchant) -> None:
    page = shown(client, "/search/?q=<b>&in=products")
    assert "Nothing found for “&lt;b&gt;”" in page
    assert 'href="/search/?q=%3Cb%3E&amp;in=all"' in page
    assert 'href="/tags/lampe/"' in page
    assert "Try another word" in page
    assert "Try a shorter word" in shown(client, "/search/?q=lumbago&in=products")


def test_an_empty_search_leads_to_explore(client: Client, db: None) -> None:
    for typed in ("", "%20", "%00"):
        assert client.get(f"/search/?q={typed}")["Location"] == "/explore/"


@pytest.fixture
def low_ids(db: None) -> None:
    """A search reads stretch by stretch of ids, so higher ones take more statements."""
    with connection.cursor() as cursor:
        for table in ("accounts_user", "catalogue_product", "feeds_post"):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 1, false)")


@pytest.mark.usefixtures("low_ids")
@pytest.mark.parametrize(
    ("asked", "for_few", "for_many"),
    [
        ("lampe", 12, 11),
        ("zzz", 15, 15),
        ("lmape", 15, 10),
        ("lampe&in=products", 4, 4),
        ("lampe&in=posts", 6, 5),
        ("lampe&in=people", 5, 5),
        ("lampe&in=hashtags", 3, 3),
    ],
)
def test_a_search_takes_so_many_statements_and_no_more(
    client: Client,
    theo: User,
    lamps: Merchant,
    asked: str,
    for_few: int,
    for_many: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(30):
        posts.publish(theo, body=f"Lampe {number} #lampe{number}", language="fr")
        product(lamps, f"Lampe {number}", price=100)
        User.objects.create_user(f"l{number}@etal.example", handle=f"lampe{number}")
        if number in (3, 29):
            caches["regions"].clear()
            with django_assert_num_queries(for_few if number == 3 else for_many):
                client.get(f"/search/?q={asked}")


class Slow:
    """A part of a search of many statements, each far shorter than the search may take."""

    def __init__(self) -> None:
        self.begun = 0

    def __call__(self, *_given: object) -> results.Results:
        for _statement in range(100):
            self.begun += 1
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.02)")
        return results.Results()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("typed", ["lamp", "%23lamp"])
def test_a_search_that_takes_too_long_as_a_whole_says_so_and_keeps_the_words(
    client: Client, lamps: Merchant, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    monkeypatch.setattr(results, "PATIENCE", 200)
    slow = Slow()
    monkeypatch.setitem(results.FINDERS, results.POSTS, slow)
    page = shown(client, f"/search/?q={typed}&in=posts")
    assert 0 < slow.begun <= 10
    assert "This search took too long and was given up." in page
    assert f'name="q" value="{typed.replace("%23", "#")}"' in page
    assert "Nothing found" not in page


@pytest.mark.django_db(transaction=True)
def test_of_a_search_that_takes_too_long_is_shown_what_was_found(
    client: Client, lamps: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow()
    monkeypatch.setitem(results.SOME, results.POSTS, slow)
    monkeypatch.setattr(results, "PATIENCE", 1000)
    page = shown(client, "/search/?q=lampe")
    assert slow.begun < 100
    assert "Part of this search took too long and was given up" in page
    assert "Lampe</span>" in page
    assert 'href="/@lampist/"' in page
    assert 'href="/tags/lampe/"' in page
    assert "A lamp for" not in page


@pytest.mark.django_db(transaction=True)
def test_one_statement_takes_no_longer_than_there_is_time_left(db: None) -> None:
    with Deadline.after(100).kept(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.06)")
        with pytest.raises(TookTooLong):
            cursor.execute("SELECT pg_sleep(60)")
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


@pytest.mark.parametrize("signed_in", [True, False])
def test_searching_too_often_is_refused_with_the_seconds_and_the_words_stay(
    reader: Client, mai: User, lamps: Merchant, settings: Any, *, signed_in: bool
) -> None:
    cache.clear()
    settings.LIMIT_VISITORS = True
    browser = reader if signed_in else Client()
    limit, who = (
        (limits.SEARCHES, str(mai.pk)) if signed_in else (limits.SEARCHES_OF_ADDRESS, "127.0.0.1")
    )
    for _time in range(limit.most - 1):
        counts.count(limit, who)
    assert browser.get("/search/?q=lamp").status_code == 200
    answer = browser.get("/search/?q=lamp")
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 600
    page = answer.content.decode()
    assert "That was a lot in a short time." in page
    assert 'name="q" value="lamp"' in page
    cache.clear()
