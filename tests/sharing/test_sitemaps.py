"""What search engines are told of: which pages, since when, and which they leave alone."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from catalogue.models import Drop, Merchant, Product
from feeds import posts, sitemaps
from feeds.crawlers import PRIVATE
from feeds.models import Post

HERE = "http://localhost:8000"
S = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def parse(text: str) -> dict[str, str]:
    """Addresses with what stands as their last change."""
    return {
        str(each.findtext(f"{S}loc")): each.findtext(f"{S}lastmod") or ""
        for each in ElementTree.fromstring(text)
    }


def listed(section: str) -> dict[str, str]:
    """All of a section, as its files have it."""
    found: dict[str, str] = {}
    for number in sitemaps._numbers(section):
        found |= parse("".join(sitemaps.file(section, number)))
    return found


@pytest.fixture
def post(mai: User, corniche: Product) -> Post:
    return posts.publish(mai, body="Look #sun", language="en", products=[corniche])


def test_the_index_names_every_file_and_each_says_where_its_pages_are(
    client: Client, corniche: Product, post: Post, plage: Merchant
) -> None:
    index = parse(b"".join(client.get("/sitemap.xml")).decode())
    files = {
        address.rpartition("/")[2].partition("-")[0]: address.removeprefix(HERE)
        for address in index
    }
    assert list(files) == ["products", "shops", "posts", "tags"]
    pages = {name: parse(b"".join(client.get(path)).decode()) for name, path in files.items()}
    corniche.refresh_from_db()
    changed = corniche.updated_at.isoformat(timespec="seconds")
    page = f"{HERE}/products/{corniche.public_id}/{corniche.slug}/"
    assert pages["products"] == {page: changed}
    assert pages["shops"] == {f"{HERE}/@plagefils/": ""}
    said = post.created_at.isoformat(timespec="seconds")
    assert pages["posts"] == {f"{HERE}/posts/{post.public_id}/": said}
    assert pages["tags"] == {f"{HERE}/tags/sun/": ""}
    for address in (address for each in pages.values() for address in each):
        assert client.get(address.removeprefix(HERE)).status_code == 200


def test_what_nobody_sees_is_not_in_it(
    corniche: Product, post: Post, mai: User, theo: User, plage: Merchant
) -> None:
    answer = posts.publish(theo, body="An answer", language="en", reply_to=post)
    assert str(answer.public_id) not in "".join(listed("posts"))
    Post.objects.filter(pk=post.pk).update(edited_at=post.created_at + timedelta(days=1))
    (since,) = listed("posts").values()
    assert since == (post.created_at + timedelta(days=1)).isoformat(timespec="seconds")
    Post.objects.filter(pk=post.pk).update(hidden_at=timezone.now())
    assert (listed("posts"), listed("tags")) == ({}, {})
    Post.objects.filter(pk=post.pk).update(hidden_at=None)
    User.objects.filter(pk=mai.pk).update(is_active=False)
    assert (listed("posts"), listed("tags")) == ({}, {})
    Product.objects.update(status=Product.Status.DRAFT)
    assert listed("products") == {}
    Product.objects.update(status=Product.Status.ACTIVE)
    Drop.objects.create(product=corniche, opens_at=timezone.now() + timedelta(days=1))
    assert len(listed("products")) == 1  # Its page is there, and says when it opens.
    Merchant.objects.update(status=Merchant.Status.SUSPENDED)
    assert (listed("products"), listed("shops")) == ({}, {})


def test_no_file_holds_more_than_it_may_and_none_is_empty(
    client: Client, mai: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "MOST", 3)
    said = [posts.publish(mai, body=f"Word {n}", language="en") for n in range(10)]
    first = said[0].pk // 3
    numbers = list(sitemaps._numbers("posts"))
    assert numbers == list(range(first, said[-1].pk // 3 + 1))
    sizes = [len(parse("".join(sitemaps.file("posts", number)))) for number in numbers]
    assert sum(sizes) == 10
    assert max(sizes) == 3
    gone = [post.pk for post in said if post.pk // 3 == first + 1]
    Post.objects.filter(pk__in=gone).update(deleted_at=timezone.now())
    assert first + 1 not in list(sitemaps._numbers("posts"))
    for path in (f"posts-{first + 1}", "posts-99999999999999999999", "people-0", "posts-0x"):
        assert client.get(f"/sitemaps/{path}.xml").status_code == 404


def test_they_are_kept_and_who_has_them_is_told_so(client: Client, corniche: Product) -> None:
    first = client.get("/sitemap.xml")
    with CaptureQueriesContext(connection) as statements:
        again = client.get("/sitemap.xml", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, len(statements)) == (304, 0)
    path = f"/sitemaps/products-{corniche.pk // sitemaps.MOST}.xml"
    file = client.get(path)
    with CaptureQueriesContext(connection) as statements:
        same = client.get(path, headers={"If-Modified-Since": file["Last-Modified"]})
    assert (same.status_code, len(statements)) == (304, 0)
    assert client.get(path, headers={"Accept-Encoding": "gzip"})["Content-Encoding"] == "gzip"


def test_robots_are_told_of_it_and_kept_from_what_is_somebodys_own(client: Client) -> None:
    answer = client.get("/robots.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    lines = answer.content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert lines[-1] == f"Sitemap: {HERE}/sitemap.xml"
    for path in PRIVATE:
        assert f"Disallow: {path}" in lines
    # A link that opens the sheet is read for its card.
    assert not any(line.startswith(("Disallow: /products", "Disallow: /posts/ ")) for line in lines)
    again = client.get("/robots.txt", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
