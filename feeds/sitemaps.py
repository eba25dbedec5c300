"""Lists of all that search engines may know: https://www.sitemaps.org/protocol.html.

A file holds what has keys of one span of MOST numbers, so it never holds more than it may, the
others need not be read to find where it begins, and a page stays in its file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet
from django.urls import reverse

from catalogue.models import Merchant, Product
from feeds.models import Hashtag, Post, PostHashtag
from shopping import made_files
from shopping.absolute import absolute
from shopping.paging import every
from shopping.xml import HEAD, element

MOST = 50_000
TOGETHER = 200
HIGHEST = 2**63 // MOST - 2  # The span of the last key that there can be.
NAMES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@dataclass(frozen=True)
class Section:
    """One kind of pages: which rows have one, its path, and when it was changed (None: unknown)."""

    rows: Callable[[], QuerySet[Any]]
    path: Callable[[Any], str]
    changed: Callable[[Any], datetime | None]


def _products() -> QuerySet[Product]:
    return Product.objects.shown().only("public_id", "slug", "updated_at")


def _shops() -> QuerySet[Merchant]:
    active = Merchant.objects.filter(status=Merchant.Status.ACTIVE, account__is_active=True)
    return active.select_related("account").only("account__handle")


def _posts() -> QuerySet[Post]:
    """What people and shops posted; answers and reposts are on the pages of those."""
    posts = Post.objects.visible().filter(reply_to=None, repost_of=None, author__is_active=True)
    return posts.only("public_id", "created_at", "edited_at")


def _hashtags() -> QuerySet[Hashtag]:
    seen = Post.objects.visible().filter(pk=OuterRef("post"), author__is_active=True)
    named = PostHashtag.objects.filter(Exists(seen), hashtag=OuterRef("pk"))
    return Hashtag.objects.filter(Exists(named))


SECTIONS = {
    "products": Section(
        _products,
        lambda product: reverse("catalogue:product", args=[product.public_id, product.slug]),
        lambda product: product.updated_at,
    ),
    "shops": Section(
        _shops,
        lambda merchant: reverse("feeds:profile", args=[merchant.account.handle]),
        lambda merchant: None,
    ),
    "posts": Section(
        _posts,
        lambda post: reverse("feeds:post", args=[post.public_id]),
        lambda post: post.edited_at or post.created_at,
    ),
    "tags": Section(_hashtags, lambda tag: reverse("feeds:tag", args=[tag.name]), lambda tag: None),
}


def name_of(section: str, number: int) -> str:
    """What `shopping.made_files` knows a file by."""
    return f"sitemaps/{section}-{number}"


def holds(section: str, number: int) -> bool:
    """Whether there is anything in a file; one statement."""
    return _span(section, number).exists()


def index() -> Iterator[str]:
    """All files that hold something, piece by piece."""
    yield f"{HEAD}<sitemapindex {NAMES}>\n"
    for section in SECTIONS:
        for number in _numbers(section):
            where = reverse("feeds:sitemap_file", args=[section, number])
            made = made_files.kept(name_of(section, number))
            changed = datetime.fromtimestamp(made.modified, UTC) if made else None
            yield f"<sitemap>{_entry(where, changed)}</sitemap>\n"
    yield "</sitemapindex>\n"


def file(section: str, number: int) -> Iterator[str]:
    """One file, piece by piece; a page of rows is in memory at a time."""
    kind = SECTIONS[section]
    yield f"{HEAD}<urlset {NAMES}>\n"
    urls = (
        f"<url>{_entry(kind.path(row), kind.changed(row))}</url>\n"
        for row in every(_span(section, number))
    )
    yield from iter(lambda: "".join(islice(urls, TOGETHER)), "")
    yield "</urlset>\n"


def _entry(path: str, changed: datetime | None) -> str:
    since = element("lastmod", changed.isoformat(timespec="seconds")) if changed else ""
    return element("loc", absolute(path)) + since


def _span(section: str, number: int) -> QuerySet[Any]:
    first = number * MOST
    return SECTIONS[section].rows().filter(pk__gte=first, pk__lt=first + MOST)


def _numbers(section: str) -> Iterator[int]:
    """The files of a section that hold something, in a statement for each span of keys."""
    model = SECTIONS[section].rows().model
    last = model._default_manager.aggregate(last=Max("pk"))["last"]
    spans = range(last // MOST + 1) if last is not None else range(0)
    return (number for number in spans if holds(section, number))
