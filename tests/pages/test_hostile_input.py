"""What strangers and shops type stays text, and no address of theirs breaks a page."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.test import Client

from catalogue.models import Product


class Metas(HTMLParser):
    """The attributes of each <meta> of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "meta":
            self.found.append(dict(attrs))


def test_a_description_cannot_send_the_reader_elsewhere(client: Client, corniche: Product) -> None:
    """An unescaped quote would make the page's own <meta> a redirect."""
    said = '0;url=https://evil.example/" http-equiv="refresh'
    Product.objects.filter(pk=corniche.pk).update(description=f"<p>{said} &amp; &lt;more</p>")
    page = client.get(f"/products/{corniche.public_id}/{corniche.slug}/").content.decode()
    metas = Metas(page).found
    assert [meta for meta in metas if "http-equiv" in meta] == []
    assert {"name": "description", "content": f"{said} & <more"} in metas


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"/search/?q=/products/{'-' * 36}/", 200),
        ("/search/?q=%00", 302),
        ("/search/?q=a%00b", 200),
        ("/search/?q=%F0%9F%AA%94&in=posts", 200),
        ("/search/?q=" + "%22%26%7C!():*%3C%5C'" * 9, 200),
        ("/search/?q=" + "long" * 2000, 200),
        ("/search/?q=le+la+of+the&in=products", 200),
        ("/search/?q=lamp&in=x&before=", 404),
        ("/search/?q=lamp&in=people&before=%00", 404),
        ("/explore/new/?before=x", 404),
        ("/explore/%00/", 404),
        ("/tags/summer%00/", 404),
        ("/orders/%00/", 404),
    ],
)
def test_an_odd_address_is_no_error(
    client: Client, corniche: Product, address: str, status: int
) -> None:
    assert client.get(address).status_code == status


def test_an_odd_country_or_word_is_no_error(reader: Client, corniche: Product) -> None:
    quoted = reader.post(
        f"/buy/{corniche.public_id}/quote/", {"country": "F\x00R", "quantity": "1"}
    )
    assert quoted.status_code == 200
    assert reader.post("/posts/new/", {"find": "1", "q": "a\x00b"}).status_code == 200
