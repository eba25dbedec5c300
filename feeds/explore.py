"""What there is to see for whoever looks for nothing in particular.

The same for everybody apart from whom they never meet and whom they follow already: nobody's interests
are asked. All of it is read from the posts that Market ranks, so its price has a bound.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import User
from catalogue.models import Product
from feeds import pool, timelines
from feeds.entries import Entry
from feeds.models import Follow
from feeds.timelines import Reader
from feeds.visibility import seen_by
from shopping.paging import UnknownCursor

PAGE = 24
# Of each kind, at most so many are shown.
SHOWN = 60
TAG_DAYS = 7
# So many times the posts that are shown are read, for the reader may not meet some.
SPARE = 3
# The pool is read anew so much more often.
TIMES = 6

# Whoever repeats a tag or a product counts once.
TAGS = """
SELECT h.name, array_agg(DISTINCT p.author_id) FROM feeds_post p
CROSS JOIN LATERAL (
    SELECT n.hashtag_id FROM feeds_post_hashtags n WHERE n.post_id = p.id OFFSET 0) named
JOIN feeds_hashtag h ON h.id = named.hashtag_id
WHERE p.id = ANY(%s) AND p.created_at > %s
GROUP BY h.name ORDER BY count(DISTINCT p.author_id) DESC, max(p.id) DESC LIMIT %s
"""
PRODUCTS = """
SELECT c.product_id FROM feeds_productcard c JOIN feeds_post p ON p.id = c.post_id
WHERE c.post_id = ANY(%s)
GROUP BY c.product_id
ORDER BY count(DISTINCT p.author_id) DESC, sum(p.like_count) DESC, c.product_id DESC LIMIT %s
"""
PEOPLE = """
SELECT p.author_id FROM feeds_post p WHERE p.id = ANY(%s)
GROUP BY p.author_id ORDER BY sum(p.like_count + p.reply_count) DESC, max(p.id) DESC LIMIT %s
"""


@dataclass(frozen=True)
class Sights:
    """What many talk of: `tags` with who used them, ids of products, of people and of posts."""

    tags: list[tuple[str, frozenset[int]]]
    products: list[int]
    people: list[int]
    posts: list[int]
    made: float = field(default_factory=time.monotonic)


_kept: list[Sights] = []


# Not prepared: a process asks these once in several minutes, for posts that are named in the thousands,
# and a plan that PostgreSQL made without knowing how many would be kept for them.
def _rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _sights() -> Sights:
    """As they were at most TIMES times MARKET_POOL_SECONDS ago."""
    kept = _kept[0] if _kept else None
    if kept and time.monotonic() - kept.made < settings.MARKET_POOL_SECONDS * TIMES:
        return kept
    posts = [candidate.post_id for candidate in pool.present().candidates]
    since = timezone.now() - timedelta(days=TAG_DAYS)
    made = Sights(
        [(name, frozenset(who)) for name, who in _rows(TAGS, posts, since, SHOWN)],
        [number for (number,) in _rows(PRODUCTS, posts, SHOWN)],
        [number for (number,) in _rows(PEOPLE, posts, SHOWN)],
        posts[:SHOWN],
    )
    _kept[:] = [made]
    return made


def hashtags(reader: Reader) -> list[str]:
    """The tags of the last days that most people used of those whom `reader` meets."""
    sights = _sights().tags
    everybody = frozenset[int]().union(*(who for _name, who in sights))
    those = seen_by(User.objects.filter(pk__in=everybody), reader.user, field="pk")
    met = set(those.values_list("pk", flat=True))
    # A tag that fills the cart says nothing of what its post is about.
    commands = set(settings.CART_HASHTAGS.values())
    counted = [(name, len(who & met)) for name, who in sights if name not in commands]
    best = sorted((each for each in counted if each[1]), key=lambda each: -each[1])
    return [name for name, _count in best]


def _met_products(reader: Reader) -> QuerySet[Product]:
    on_sale: QuerySet[Product] = Product.objects.on_sale()
    return seen_by(on_sale, reader.user, field="merchant__account_id")


def _in_order(wanted: Iterable[int], among: Iterable[int]) -> list[int]:
    there = set(among)
    return [number for number in wanted if number in there]


def popular_products(reader: Reader) -> list[int]:
    """The products that most people's newest posts carry, SHOWN at most."""
    wanted = _sights().products
    return _in_order(
        wanted, _met_products(reader).filter(pk__in=wanted).values_list("pk", flat=True)
    )


def new_products(
    reader: Reader, *, before: UUID | None = None, size: int = PAGE
) -> tuple[list[int], UUID | None]:
    """At most `size` products behind the product `before`, the newest first, and the last of them
    where more follow. Raises UnknownCursor."""
    products = _met_products(reader).order_by("-pk")
    if before is not None:
        last = Product.objects.filter(public_id=before).values_list("pk", flat=True).first()
        if last is None:
            raise UnknownCursor
        products = products.filter(pk__lt=last)
    found = list(products.values_list("pk", "public_id")[: size + 1])
    following = found[size - 1][1] if len(found) > size else None
    return [number for number, _public_id in found[:size]], following


def people(reader: Reader) -> list[User]:
    """Who posts what others answer to, apart from whom `reader` follows already; SHOWN at most."""
    wanted = _sights().people
    persons = User.objects.filter(pk__in=wanted, kind=User.Kind.PERSON)
    them = seen_by(persons, reader.user, field="pk")
    if reader.user is not None:
        mine = Follow.objects.filter(follower=reader.user, followed=OuterRef("pk"))
        them = them.filter(~Exists(mine)).exclude(pk=reader.user.pk)
    known = {person.pk: person for person in them}
    return [known[number] for number in wanted if number in known]


def posts(reader: Reader, *, size: int) -> tuple[Entry, ...]:
    """The posts that stand first in the Market of those who are not known."""
    return timelines.these(_sights().posts[: SPARE * size], reader=reader)[:size]
