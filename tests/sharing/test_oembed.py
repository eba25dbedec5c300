"""What another site shows in place of a link to a page of ours."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from catalogue.models import Drop, Merchant, Product, ProductImage, StockItem
from feeds import posts
from feeds.models import Post, PostImage
from tests.sharing.framing import BLOG
from tests.sharing.schema import Blocks

HERE = "http://localhost:8000"
# Any page that takes a product's public id stands for the frame.
FRAME = "checkout:buy"


def page_of(product: Product) -> str:
    return f"{HERE}/products/{product.public_id}/{product.slug}/"


def ask(client: Client, url: str, **said: str) -> Any:
    return client.get("/oembed/", {"url": url, **said})


def described(client: Client, url: str, **said: str) -> dict[str, Any]:
    answer = ask(client, url, **said)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    found: dict[str, Any] = json.loads(answer.content)
    return found


@pytest.fixture
def post(mai: User, corniche: Product) -> Post:
    said = posts.publish(
        mai, body='They do not <squeak> & "slip"', language="en", products=[corniche]
    )
    files = {"640": "posts/a-640.webp", "1280": "posts/a-1280.webp", "2048": "posts/a-2048.webp"}
    PostImage.objects.create(post=said, files=files, width=2048, height=1024, alt="The sea")
    return said


def test_a_product_is_a_ticket_that_leads_to_the_sheet(client: Client, corniche: Product) -> None:
    picture = ProductImage.objects.create(
        product=corniche, file="products/a.jpg", alt='A "pair"', width=800, height=600
    )
    page = page_of(corniche)
    whole = described(client, f"{page}?variant=x#back")
    html = (
        f'<blockquote class="etal-product"><p><a href="{page}">'
        f'<img src="{HERE}/media/products/a.jpg" alt="A &quot;pair&quot;" width="360" height="270">'
        f'</a></p><p><a href="{page}">Corniche flip-flops</a>, €34.00</p>'
        f'<p><a href="{page}?buy={corniche.public_id}">Buy now</a>, Plage &amp; Fils, Étal</p>'
        "</blockquote>"
    )
    assert whole == {
        "type": "rich",
        "version": "1.0",
        "title": "Corniche flip-flops",
        "author_name": "Plage & Fils",
        "author_url": f"{HERE}/@plagefils/",
        "provider_name": "Étal",
        "provider_url": f"{HERE}/",
        "cache_age": 600,
        "thumbnail_url": f"{HERE}/media/products/a.jpg",
        "thumbnail_width": 800,
        "thumbnail_height": 600,
        "html": html,
        "width": 360,
        "height": 414,
    }
    low = described(client, page, maxwidth="300", maxheight="300")
    assert (low["type"], low["width"], low["height"]) == ("rich", 300, 144)
    assert "<img" not in low["html"]
    assert "thumbnail_url" not in low
    for room in ({"maxwidth": "219"}, {"maxheight": "143"}):
        assert described(client, page, **room)["type"] == "link"
    picture.delete()
    assert "<img" not in described(client, page)["html"]


def test_what_is_not_sold_just_now_is_a_link_or_has_no_button(
    client: Client, corniche: Product
) -> None:
    StockItem.objects.update(on_hand=0)
    assert "buy=" not in described(client, page_of(corniche))["html"]
    Merchant.objects.update(payable=False)
    assert described(client, page_of(corniche))["type"] == "link"


def test_with_a_frame_it_is_shown_there_in_the_room_there_is(
    client: Client, corniche: Product, settings: Settings
) -> None:
    settings.EMBED_PAGE = FRAME
    settings.EMBED_ORIGINS = ""
    Product.objects.update(title='"><script>x</script>')
    frame = f"{HERE}/buy/{corniche.public_id}/"
    for said, width, height in (
        ({}, 384, 445),
        ({"maxwidth": "300"}, 300, 445),
        ({"maxwidth": "2000", "maxheight": "240"}, 384, 240),
    ):
        found = described(client, page_of(corniche), **said)
        assert (found["type"], found["width"], found["height"]) == ("rich", width, height)
        assert found["html"] == (
            f'<iframe src="{frame}" width="{width}" height="{height}"'
            ' title="&quot;&gt;&lt;script&gt;x&lt;/script&gt;" loading="lazy" frameborder="0">'
            "</iframe>"
        )
    for room in ({"maxwidth": "239"}, {"maxheight": "199"}):
        assert "<iframe" not in described(client, page_of(corniche), **room).get("html", "")
    assert "<iframe" in described(client, frame)["html"]


def test_a_frame_is_given_only_to_sites_that_may_hold_it(
    client: Client, corniche: Product, settings: Settings
) -> None:
    settings.EMBED_PAGE = FRAME
    settings.EMBED_ORIGINS = "tests.sharing.framing.origins_of"

    def html(**said: str) -> str:
        return str(described(client, page_of(corniche), **said)["html"])

    assert "<iframe" in html(origin=BLOG)
    assert "<iframe" in html(origin=f"{BLOG}/")
    for other in ("", "https://elsewhere.example", f"{BLOG}.elsewhere.example", "null"):
        assert html(origin=other).startswith("<blockquote")
    assert html().startswith("<blockquote")


def test_a_post_is_a_quotation_that_leads_to_the_sheet(
    client: Client, post: Post, corniche: Product
) -> None:
    url = f"{HERE}/posts/{post.public_id}/"
    found = described(client, url)
    html = found.pop("html")
    assert found.pop("height") > 100
    assert found == {
        "type": "rich",
        "version": "1.0",
        "title": 'Maï Lefort: They do not <squeak> & "slip"',
        "author_name": "Maï Lefort",
        "author_url": f"{HERE}/@mai/",
        "provider_name": "Étal",
        "provider_url": f"{HERE}/",
        "cache_age": 600,
        "thumbnail_url": f"{HERE}/media/posts/a-2048.webp",
        "thumbnail_width": 2048,
        "thumbnail_height": 1024,
        "width": 550,
    }
    assert "<p>They do not &lt;squeak&gt; &amp; &quot;slip&quot;</p>" in html
    assert f'<a href="{url}?buy={corniche.public_id}">Corniche flip-flops, €34.00</a>' in html
    assert f'<a href="{HERE}/@mai/">Maï Lefort (@mai)</a>' in html
    tags = Blocks()
    tags.feed(html)
    assert set(tags.tags) == {"blockquote", "p", "a"}


def test_its_picture_is_one_that_fits(client: Client, post: Post) -> None:
    url = f"{HERE}/posts/{post.public_id}/"
    for room, width in (({"maxwidth": "1300"}, 1280), ({"maxheight": "400"}, 640)):
        found = described(client, url, **room)
        assert (found["thumbnail_width"], found["thumbnail_height"]) == (width, width // 2)
    narrow = described(client, url, maxwidth="219")
    assert narrow["type"] == "link"
    assert "thumbnail_url" not in narrow
    assert described(client, url, maxheight="60")["type"] == "link"


def test_paid_words_say_so_there_too(client: Client, post: Post) -> None:
    url = f"{HERE}/posts/{post.public_id}/"
    assert "Paid partnership" not in described(client, url)["html"]
    Post.objects.update(paid_partnership=True)
    assert "<p>Paid partnership</p>" in described(client, url)["html"]


def test_as_xml_it_says_the_same(client: Client, post: Post) -> None:
    url = f"{HERE}/posts/{post.public_id}/"
    answer = ask(client, url, format="xml")
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "oembed"
    said = described(client, url)
    assert {each.tag: each.text for each in root} == {name: str(said[name]) for name in said}


def test_a_format_that_is_not_made_is_501(client: Client, corniche: Product) -> None:
    for form in ("yaml", "", "JSON"):
        assert ask(client, page_of(corniche), format=form).status_code == 501


def test_what_nobody_sees_is_404(client: Client, post: Post, corniche: Product) -> None:
    product, said = page_of(corniche), f"{HERE}/posts/{post.public_id}/"
    for url in (
        f"{HERE}/",
        f"{HERE}/@mai/",
        f"{HERE}/nowhere/",
        "https://elsewhere.example/posts/",
        product.replace("http://", "ftp://"),
        product.replace(HERE, "http://localhost:8000@elsewhere.example"),
        product.replace(HERE, ""),
        "http://[",
        product.replace(str(corniche.public_id), "0192f0c1-0000-7000-8000-000000000000"),
    ):
        assert ask(client, url).status_code == 404, url
    Post.objects.update(hidden_at=timezone.now())
    Product.objects.update(status=Product.Status.DRAFT)
    assert (ask(client, said).status_code, ask(client, product).status_code) == (404, 404)
    Post.objects.update(hidden_at=None)
    User.objects.filter(handle="mai").update(is_active=False)
    Product.objects.update(status=Product.Status.ACTIVE)
    Merchant.objects.update(status=Merchant.Status.SUSPENDED)
    assert (ask(client, said).status_code, ask(client, product).status_code) == (404, 404)


@pytest.mark.parametrize("path", ["/orders/", "/orders/x:y/", "/account/", "/cart/", "/admin/"])
def test_what_is_somebodys_own_is_401(client: Client, db: None, path: str) -> None:
    answer = ask(client, HERE + path)
    assert answer.status_code == 401
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_what_makes_no_sense_is_400(client: Client, corniche: Product) -> None:
    assert client.get("/oembed/").status_code == 400
    assert ask(client, page_of(corniche) + "x" * 2_000).status_code == 400
    for size in ("", "0", "-1", "1e3", "²", "999999"):
        assert ask(client, page_of(corniche), maxwidth=size).status_code == 400
    assert client.post("/oembed/", {"url": page_of(corniche)}).status_code == 405


def test_any_site_may_ask_and_keep_it(client: Client, reader: Client, corniche: Product) -> None:
    answer = ask(client, page_of(corniche))
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "public" in answer["Cache-Control"]
    again = client.get(
        "/oembed/", {"url": page_of(corniche)}, headers={"If-None-Match": answer["ETag"]}
    )
    assert again.status_code == 304
    # Of whoever asks nothing is in it.
    reader.cookies["country"] = "US"
    assert ask(reader, page_of(corniche)).content == answer.content


def test_pages_say_where_they_are_described(client: Client, post: Post, corniche: Product) -> None:
    for url in (page_of(corniche), f"{HERE}/posts/{post.public_id}/"):
        page = client.get(urlsplit(url).path + f"?buy={corniche.public_id}").content.decode()
        for kind in ("application/json+oembed", "text/xml+oembed"):
            link = page.partition(f'<link rel="alternate" type="{kind}" href="')[2]
            there = urlsplit(link.partition('"')[0].replace("&amp;", "&"))
            assert f"{there.scheme}://{there.netloc}{there.path}" == f"{HERE}/oembed/"
            assert parse_qs(there.query)["url"] == [url]
            assert client.get(f"{there.path}?{there.query}").status_code == 200


def test_a_drop_that_waits_has_no_button(client: Client, corniche: Product) -> None:
    Drop.objects.create(product=corniche, opens_at=timezone.now() + timedelta(days=1))
    html = described(client, page_of(corniche))["html"]
    assert "Corniche flip-flops" in html
    assert "buy=" not in html
