"""Nothing of a test space stands on any page that a shopper, a visitor or a member can open.

All of its rows bear one word. The space does what no test key can do, too: its posts are written into
the tables, its drop is open, somebody follows its profile. Whoever adds an address to
tests/access/table.py has it looked at here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from catalogue import products, test_spaces
from catalogue.models import Drop, Merchant, Product, StockReminder
from catalogue.products import NewVariant
from checkout import carts
from checkout.cart_owners import Owner
from checkout.errors import UnknownProduct
from checkout.models import CartLine
from feeds import posts, sitemaps
from feeds.models import Follow, Hashtag, Post, PostTopic, ProductCard, Promotion
from feeds.posts import PostRefused
from feeds.search import spelling
from tests.access.table import rows
from tests.second_factors import sign_in
from tests.shops import Cast, cast

WORD = "Zanzibar"


@pytest.fixture
def world(db: None) -> Cast:
    return cast()


@pytest.fixture
def goods(world: Cast) -> Product:
    """What Plage's test space offers, and everything that could lead a shopper there."""
    twin = test_spaces.twin_of(world.plage.merchant)
    Merchant.objects.filter(pk=twin.pk).update(name=WORD, terms=f"The terms of {WORD}")
    profile = User.objects.get(pk=twin.account_id)
    profile.handle, profile.display_name, profile.bio = f"{WORD}_1", WORD, f"We are {WORD}"
    profile.save()
    twin.refresh_from_db()
    product = products.create(
        twin,
        title=f"{WORD} flip-flops",
        tags=[WORD],
        variants=[NewVariant(price=1000, on_hand=5)],
        actor=None,
        status=Product.Status.ACTIVE,
    )
    now = timezone.now()
    Drop.objects.create(product=product, opens_at=now - timedelta(hours=1), per_person=9)
    told = {"created_at": now, "language": "en"}
    body = f"{WORD} flip-flops #{WORD} @mai #summer"
    post = Post.objects.create(author=profile, body=body, **told)
    posts.write_names(post)
    ProductCard.objects.create(post=post, product=product)
    PostTopic.objects.create(post=post, topic="shoes")
    Post.objects.create(author=profile, body=f"{WORD} too", reply_to=world.post, **told)
    Post.objects.create(author=profile, body=f"{WORD} says", quote_of=world.post, **told)
    Follow.objects.create(follower=world.mai, followed=profile)
    Follow.objects.create(follower=profile, followed=world.mai)
    Promotion.objects.create(
        merchant=twin,
        post=post,
        topics=["shoes"],
        budget=1000,
        currency="EUR",
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(days=1),
    )
    spelling.learn()
    return product


def own_post(goods: Product) -> Post:
    """The one of its posts that is no answer."""
    return Post.objects.get(author=goods.merchant.account, reply_to=None, quote_of=None)


def asked(client: Client, path: str) -> str:
    before = transaction.savepoint()
    answer = client.get(path)
    transaction.savepoint_rollback(before)
    assert answer.status_code < 500, path
    return answer.getvalue().decode("utf-8", "replace")


WHO: dict[str, Callable[[Cast], User | None]] = {
    "anonymous": lambda world: None,
    "mai": lambda world: world.mai,
    "owner": lambda world: world.plage.owner,
}


# What connects servers lists what they do in the test space as well, under its name.
OF_SERVERS = ("/admin/webhooks/", "/admin/partners/")


@pytest.mark.parametrize("who", WHO)
def test_it_stands_on_no_page_that_there_is(world: Cast, goods: Product, who: str) -> None:
    person = WHO[who](world)
    found = []
    for row in rows():
        if row.method != "get":
            continue
        client = Client()
        if person is not None:
            sign_in(client, person)
        path = row.path(world)
        if who == "owner" and path.startswith(OF_SERVERS):
            continue
        if WORD.lower() in asked(client, path).lower():
            found.append(path)
    assert found == []


PLACES: dict[str, Callable[[Product], str]] = {
    "its product": lambda goods: f"/products/{goods.public_id}/{goods.slug}/",
    "the sheet": lambda goods: f"/buy/{goods.public_id}/",
    "its drop": lambda goods: f"/drops/{goods.drop.public_id}/",
    "its profile": lambda goods: f"/@{goods.merchant.account.handle}/",
    "its shelf": lambda goods: f"/@{goods.merchant.account.handle}/shop/",
    "what it says of itself": lambda goods: f"/@{goods.merchant.account.handle}/about/",
    "who follows it": lambda goods: f"/@{goods.merchant.account.handle}/followers/",
    "its post": lambda goods: f"/posts/{own_post(goods).public_id}/",
    "its product feed": lambda goods: f"/shops/{goods.merchant.public_id}/products.xml",
    "what others see of a link to it": lambda goods: (
        f"/oembed/?url={settings.PUBLIC_URL}/products/{goods.public_id}/{goods.slug}/"
    ),
    "its terms": lambda goods: f"/terms/{goods.merchant.public_id}/",
}


@pytest.mark.parametrize("place", PLACES)
def test_its_addresses_lead_nowhere(
    world: Cast, goods: Product, client: Client, place: str
) -> None:
    path = PLACES[place](goods)

    answer = client.get(path)

    assert answer.status_code == 404, path
    assert WORD not in answer.content.decode()


@pytest.mark.parametrize("section", sitemaps.SECTIONS)
def test_no_search_engine_is_told_of_it(
    world: Cast, goods: Product, client: Client, section: str
) -> None:
    told = asked(client, f"/sitemaps/{section}-1.xml").lower()

    for name in (str(goods.public_id), str(own_post(goods).public_id), WORD.lower()):
        assert name not in told


SEARCHES = ("", "&in=products", "&in=people", "&in=posts", "&in=tags")


@pytest.mark.parametrize("where", SEARCHES)
def test_no_search_finds_it(world: Cast, goods: Product, client: Client, where: str) -> None:
    sign_in(client, world.mai)
    for text in (WORD, f"%23{WORD}", f"@{WORD}_1", WORD[:5]):
        page = asked(client, f"/search/?q={text}{where}")
        assert f"{WORD} flip" not in page
        assert f"@{WORD}_1/" not in page


@pytest.mark.parametrize("section", ["products", "people", "tags", "posts"])
def test_it_is_not_among_what_is_new(
    world: Cast, goods: Product, client: Client, section: str
) -> None:
    assert WORD not in asked(client, f"/explore/{section}/")


def test_its_hashtag_has_no_posts(world: Cast, goods: Product, client: Client) -> None:
    assert Hashtag.objects.filter(name=WORD.lower()).exists()
    assert f"{WORD} flip" not in asked(client, f"/tags/{WORD}/")
    assert WORD not in asked(client, "/tags/summer/")


def test_whoever_writes_is_not_offered_it(world: Cast, goods: Product, client: Client) -> None:
    sign_in(client, world.plage.owner)
    for text in (WORD, f"/products/{goods.public_id}/"):
        assert f"{WORD} flip" not in asked(client, f"/posts/products/?q={text}")


def test_nobody_puts_it_into_a_cart(world: Cast, goods: Product) -> None:
    Drop.objects.all().delete()
    variant = goods.variants.get()
    for person in (world.mai, world.plage.owner, world.staff):
        with pytest.raises(UnknownProduct):
            carts.add(Owner(person.pk), variant.public_id)
    assert not CartLine.objects.filter(variant=variant).exists()


def test_nobody_is_reminded_of_it(world: Cast, goods: Product, client: Client) -> None:
    sign_in(client, world.mai)
    variant = goods.variants.get()

    answer = client.post(f"/variants/{variant.public_id}/remind/", {"remind": "yes"})

    assert answer.status_code == 404
    assert not StockReminder.objects.exists()


def test_a_test_space_posts_nothing(world: Cast, goods: Product) -> None:
    with pytest.raises(PostRefused, match="closed"):
        posts.publish(goods.merchant.account, body="Hello", language="en")


def test_a_reply_with_cart_to_a_post_of_its_is_no_way_in(
    world: Cast, goods: Product, client: Client
) -> None:
    sign_in(client, world.mai)

    answer = client.post(f"/posts/{own_post(goods).public_id}/reply/", {"body": "#cart"})

    assert answer.status_code == 404
