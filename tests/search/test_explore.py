"""What stands there for whoever looks for nothing in particular."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from catalogue.models import Merchant, Product
from feeds import blocks, explore, follows, posts
from feeds.search import products
from feeds.timelines import reader_of
from tests.market import person, product

NOBODY = reader_of(None, country="FR")


def test_tags_go_by_how_many_people_use_them(mai: User, theo: User, plage: Merchant) -> None:
    for _time in range(3):
        posts.publish(mai, body="#alone", language="en")
    for who in (mai, theo):
        posts.publish(who, body="#together, or #cart", language="en")
    posts.publish(theo, body="#theos", language="en")
    assert explore.hashtags(NOBODY) == ["together", "theos", "alone"]
    blocks.block(mai, blocked=theo)
    assert sorted(explore.hashtags(reader_of(mai, country="FR"))) == ["alone", "together"]
    User.objects.filter(pk=theo.pk).update(is_active=False)
    assert sorted(explore.hashtags(NOBODY)) == ["alone", "together"]


def test_what_most_people_carry_is_popular(mai: User, theo: User, plage: Merchant) -> None:
    once, twice, never = (product(plage, f"Towel {n}", price=100) for n in range(3))
    posts.publish(mai, body="Both", language="en", products=[once, twice])
    posts.publish(theo, body="One", language="en", products=[twice])
    assert explore.popular_products(NOBODY) == [twice.pk, once.pk]
    assert explore.new_products(NOBODY)[0] == [never.pk, twice.pk, once.pk]
    Product.objects.filter(pk=twice.pk).update(status=Product.Status.ARCHIVED)
    assert explore.popular_products(NOBODY) == [once.pk]
    blocks.block(mai, blocked=plage.account)
    assert explore.popular_products(reader_of(mai, country="FR")) == []
    assert explore.new_products(reader_of(mai, country="FR")) == ([], None)


def test_new_products_go_on_page_by_page(client: Client, plage: Merchant) -> None:
    for number in range(explore.PAGE + 1):
        product(plage, f"Towel no. {number}.", price=100)
    first = client.get("/explore/new/").content.decode()
    found, following = explore.new_products(NOBODY)
    assert f"before={following}" in first
    assert "Towel no. 0." not in first
    part = client.get(f"/explore/new/?before={following}", headers={"HX-Request": "true"})
    assert [offer.title for offer in part.context["shelf"]] == ["Towel no. 0."]
    assert "<html" not in part.content.decode()
    assert len(products.priced(found, reader=NOBODY)) == explore.PAGE


def test_one_is_shown_whom_one_does_not_follow_yet(mai: User, theo: User, plage: Merchant) -> None:
    ines = person("ines", "Inès Caro")
    posts.publish(plage.account, body="We sell", language="en")
    for who in (mai, theo, ines):
        posts.publish(who, body="Good morning", language="en")
    reader = reader_of(mai, country="FR")
    assert {each.handle for each in explore.people(reader)} == {"theo", "ines"}
    follows.follow(mai, followed=theo)
    assert [each.handle for each in explore.people(reader)] == ["ines"]


def test_nobodys_interests_are_asked(
    mai: User, theo: User, reader: Client, settings: Settings
) -> None:
    settings.PREPARED_STATEMENTS = False  # Each is seen as it is written.
    posts.publish(theo, body="A lamp #lamp", language="en")
    with CaptureQueriesContext(connection) as market:
        reader.get("/")
    with CaptureQueriesContext(connection) as around:
        assert "A lamp" in reader.get("/explore/").content.decode()
    asked = [
        [each["sql"] for each in of if "feeds_interest" in each["sql"]] for of in (market, around)
    ]
    assert asked[0]
    assert asked[1] == []


def test_the_way_to_the_rest_is_called_what_it_shows_and_where_it_leads(
    client: Client, theo: User
) -> None:
    posts.publish(theo, body="#lamp", language="en")
    page = client.get("/explore/").content.decode()
    named = 'See all<span class="vh">, Trending hashtags</span></a>'
    assert f'href="/explore/tags/">{named}' in page


def test_only_shops_that_sell_are_worth_a_visit(client: Client, plage: Merchant) -> None:
    assert 'href="/@plagefils/"' in client.get("/explore/shops/").content.decode()
    Merchant.objects.filter(pk=plage.pk).update(payable=False)
    assert 'href="/@plagefils/"' not in client.get("/explore/shops/").content.decode()


def test_where_there_is_nothing_it_says_so(client: Client, db: None) -> None:
    assert "Nothing here yet" in client.get("/explore/").content.decode()
    assert "Nothing here yet" in client.get("/explore/people/").content.decode()


@pytest.mark.parametrize(
    ("address", "statements"),
    [
        ("/explore/", 25),
        ("/explore/tags/", 5),
        ("/explore/popular/", 6),
        ("/explore/new/", 2),
        ("/explore/shops/", 1),
        ("/explore/people/", 5),
    ],
)
def test_it_takes_as_many_statements_for_much_as_for_little(
    client: Client,
    plage: Merchant,
    address: str,
    statements: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(40):
        author = person(f"p{number}", f"P {number}")
        carried = product(plage, f"Towel {number}", price=100)
        posts.publish(author, body=f"#tag{number}", language="en", products=[carried])
        if number in (0, 39):
            with django_assert_num_queries(statements):
                client.get(address)
