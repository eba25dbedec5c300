"""What other networks read of a page to show its link as a card, and where the card leads."""

from __future__ import annotations

from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils import timezone, translation
from pytest_django import Settings

from accounts.models import User
from catalogue.models import Drop, Merchant, Product, ProductImage, StockItem, Variant
from feeds import posts
from feeds.models import Post, PostImage

HERE = "http://localhost:8000"
OURS = ("og:", "product:", "article:", "twitter:", "description")


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        name = said.get("property") or said.get("name")
        if tag == "meta" and name and name.startswith(OURS):
            assert name not in self.found, name
            self.found[name] = said.get("content") or ""
        if tag == "link" and said.get("rel") == "canonical":
            self.found["canonical"] = said["href"] or ""


def read(client: Client, path: str) -> dict[str, str]:
    tags = Tags()
    tags.feed(client.get(path).content.decode())
    return tags.found


def path_of(product: Product) -> str:
    return f"/products/{product.public_id}/{product.slug}/"


@pytest.fixture
def post(mai: User, corniche: Product) -> Post:
    return posts.publish(mai, body='Look <here> "now"', language="en", products=[corniche])


def test_a_product_says_price_stock_and_picture(client: Client, corniche: Product) -> None:
    ProductImage.objects.create(
        product=corniche, file="products/a.jpg", width=1600, height=1200, alt='A "pair"'
    )
    Product.objects.update(description="<p>Made &amp; sold.</p>")
    variant = corniche.variants.get()
    page = HERE + path_of(corniche)
    assert read(client, path_of(corniche)) == {
        "canonical": page,
        "description": "Made & sold.",
        "og:site_name": "Étal",
        "og:type": "product",
        "og:title": "Corniche flip-flops",
        "og:url": page,
        "og:description": "Made & sold.",
        "og:image": f"{HERE}/media/products/a.jpg",
        "og:image:width": "1600",
        "og:image:height": "1200",
        "og:image:alt": 'A "pair"',
        "product:price:amount": "34.00",
        "product:price:currency": "EUR",
        "product:availability": "in stock",
        "product:condition": "new",
        "product:brand": "Plage & Fils",
        "product:retailer_item_id": str(variant.public_id),
        "product:item_group_id": str(corniche.public_id),
        "twitter:card": "summary_large_image",
        "twitter:image:alt": 'A "pair"',
        "twitter:label1": "Price",
        "twitter:data1": "€34.00",
        "twitter:label2": "Sold by",
        "twitter:data2": "Plage & Fils",
    }


def test_addresses_are_ours_whatever_the_request_says(
    client: Client, corniche: Product, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://etal.example"
    found = read(client, path_of(corniche))
    assert found["canonical"] == found["og:url"] == f"https://etal.example{path_of(corniche)}"
    assert found["og:image"] == "https://etal.example/static/icons/any-512.png"
    assert found["twitter:card"] == "summary"


def test_a_link_that_opens_the_sheet_is_where_the_card_leads(
    client: Client, corniche: Product, foulee: Merchant
) -> None:
    page = HERE + path_of(corniche)
    buys = f"?buy={corniche.public_id}"
    found = read(client, path_of(corniche) + buys)
    assert (found["og:url"], found["canonical"]) == (page + buys, page)
    for other in (f"?buy={foulee.public_id}", "?buy=%22%3E", "?buy="):
        assert read(client, path_of(corniche) + other)["og:url"] == page


def test_it_says_what_was_asked_before_and_whether_there_is_any(
    client: Client, corniche: Product
) -> None:
    Variant.objects.update(compare_at_price=4_000)
    StockItem.objects.update(on_hand=0)
    found = read(client, path_of(corniche))
    assert found["product:original_price:amount"] == "40.00"
    assert found["product:availability"] == "out of stock"
    StockItem.objects.update(on_hand=1)
    now = timezone.now()
    drop = Drop.objects.create(product=corniche, opens_at=now + timedelta(days=1))
    assert read(client, path_of(corniche))["product:availability"] == "out of stock"
    Drop.objects.filter(pk=drop.pk).update(opens_at=now - timedelta(days=1))
    assert read(client, path_of(corniche))["product:availability"] == "in stock"
    Drop.objects.update(ends_at=now)
    assert read(client, path_of(corniche))["product:availability"] == "discontinued"


def test_a_frame_that_any_site_may_hold_is_named(
    client: Client, corniche: Product, settings: Settings
) -> None:
    assert "twitter:player" not in read(client, path_of(corniche))
    settings.EMBED_PAGE = "checkout:buy"  # Any page that takes a product's public id.
    settings.EMBED_ORIGINS = ""
    found = read(client, path_of(corniche))
    assert found["twitter:player"] == f"{HERE}/buy/{corniche.public_id}/"
    assert (found["twitter:player:width"], found["twitter:player:height"]) == ("384", "445")
    # Elsewhere than on the listed sites it would stay empty.
    settings.EMBED_ORIGINS = "tests.sharing.framing.origins_of"
    assert "twitter:player" not in read(client, path_of(corniche))


def test_a_post_says_its_words_author_and_largest_picture(
    client: Client, corniche: Product, post: Post
) -> None:
    files = {"640": "posts/a-640.webp", "2048": "posts/a-2048.webp"}
    PostImage.objects.create(post=post, files=files, width=2048, height=1024, alt="The sea")
    page = f"{HERE}/posts/{post.public_id}/"
    found = read(client, f"/posts/{post.public_id}/?buy={corniche.public_id}")
    assert found == {
        "canonical": page,
        "description": 'Look <here> "now"',
        "og:site_name": "Étal",
        "og:type": "article",
        "og:title": "Maï Lefort",
        "og:url": f"{page}?buy={corniche.public_id}",
        "og:description": 'Look <here> "now"',
        "og:image": f"{HERE}/media/posts/a-2048.webp",
        "og:image:width": "2048",
        "og:image:height": "1024",
        "og:image:alt": "The sea",
        "article:published_time": post.created_at.isoformat(),
        "article:author": f"{HERE}/@mai/",
        "twitter:card": "summary_large_image",
        "twitter:image:alt": "The sea",
        "twitter:label1": "Corniche flip-flops",
        "twitter:data1": "€34.00",
    }


def test_without_a_picture_it_shows_what_it_carries_else_its_author(
    client: Client, corniche: Product, mai: User, post: Post
) -> None:
    path = f"/posts/{post.public_id}/"
    assert read(client, path)["og:image"] == f"{HERE}/static/icons/any-512.png"
    User.objects.filter(pk=mai.pk).update(avatar="avatars/mai.webp")
    found = read(client, path)
    assert (found["og:image"], found["twitter:card"]) == (
        f"{HERE}/media/avatars/mai.webp",
        "summary",
    )
    ProductImage.objects.create(product=corniche, file="products/a.jpg")
    found = read(client, path)
    assert found["og:image"] == f"{HERE}/media/products/a.jpg"
    assert found["twitter:card"] == "summary_large_image"


def test_paid_words_say_so_first(client: Client, post: Post) -> None:
    Post.objects.update(paid_partnership=True)
    path = f"/posts/{post.public_id}/"
    assert read(client, path)["og:description"].startswith("Paid partnership · Look")
    with translation.override("fr"):
        label = translation.gettext("Paid partnership")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "fr"
    assert read(client, path)["og:description"].startswith(f"{label} · Look")


def test_a_post_that_is_gone_has_no_card(client: Client, mai: User, post: Post) -> None:
    posts.publish(mai, body="An answer", language="en", reply_to=post)
    posts.delete(post)
    found = read(client, f"/posts/{post.public_id}/")
    assert set(found) == {"canonical"}
