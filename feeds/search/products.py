# ruff: noqa: S608 - statements are made of texts of our own, never of input
"""Products on sale by their title, tags, shop, category and description, or by their page's address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from catalogue.models import Membership, Product
from catalogue.offers import Offer, offers
from catalogue.sale import LISTED
from feeds.cards import ADDRESS
from feeds.search import pages, relevance
from feeds.search.pages import Cursor, Page
from feeds.search.relevance import POPULAR, Scored
from feeds.timelines import Reader
from feeds.visibility import seen
from shopping.matches import Index
from shopping.queries import Query

PAGE = 24
MET = f"{LISTED} AND {seen('m', field='account_id')}"
PRODUCTS = Index(
    table="catalogue_productwords",
    words="r.words",
    key="product_id",
    # One by one, by key: what a word finds is few, and no reason to read all products.
    condition=f"""EXISTS (
        SELECT FROM catalogue_product p JOIN catalogue_merchant m ON m.id = p.merchant_id
        WHERE p.id = found.id AND {MET} OFFSET 0)""",
)
WEIGHED = f"""
SELECT p.id, ts_rank(w.words, %s::tsquery),
       (SELECT count(*) FROM (
            SELECT FROM feeds_productcard c WHERE c.product_id = p.id LIMIT {POPULAR}) carried),
       p.created_at,
       EXISTS (SELECT FROM catalogue_variant v JOIN catalogue_stockitem s ON s.variant_id = v.id
               WHERE v.product_id = p.id AND v.active AND s.on_hand > s.reserved)
FROM catalogue_productwords w JOIN catalogue_product p ON p.id = w.product_id
WHERE w.product_id = ANY(%s)
"""
OF_SHOPS = f"""
SELECT p.id FROM catalogue_productwords w JOIN catalogue_product p ON p.id = w.product_id
JOIN catalogue_merchant m ON m.id = p.merchant_id
WHERE p.merchant_id = ANY(%(shops)s) AND w.words @@ %(sought)s::tsquery AND {MET}
ORDER BY p.id DESC LIMIT %(limit)s
"""


def _rank(sought: str, ids: list[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(WEIGHED, [sought, ids])
        return relevance.ranked([Scored(*row) for row in cursor.fetchall()])


def _by_address(query: Query, *, reader: Reader) -> list[int] | None:
    """The product whose page's address was typed; None where none was."""
    address = ADDRESS.search(query.text)
    if address is None:
        return None
    statement = f"""SELECT p.id FROM catalogue_product p
        JOIN catalogue_merchant m ON m.id = p.merchant_id
        WHERE p.public_id = %(product)s AND {MET}"""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"product": address["product"], "viewer": reader.viewer})
        return [row[0] for row in cursor.fetchall()]


def ids(query: Query, *, reader: Reader, cursor: Cursor | None = None, size: int = PAGE) -> Page:
    """The products that `query` finds of those on sale by shops that `reader` meets.

    Raises UnknownCursor.
    """
    addressed = _by_address(query, reader=reader)
    if addressed is not None:
        return Page(addressed, "")
    return pages.page(
        PRODUCTS,
        [query.sought],
        rank=_rank,
        model=Product,
        reader=reader,
        cursor=cursor,
        size=size,
    )


def priced(found: Iterable[int], *, reader: Reader) -> list[Offer]:
    """Their offers, in this order, without those that are gone."""
    found = list(found)
    known = offers(found, country=reader.country, now=reader.now)
    return [known[number] for number in found if number in known]


def find(
    query: Query, *, reader: Reader, cursor: Cursor | None = None, size: int = PAGE
) -> tuple[list[Offer], str]:
    """As `ids`, with what is told of each, and the cursor of the page behind them."""
    found = ids(query, reader=reader, cursor=cursor, size=size)
    return priced(found.ids, reader=reader), found.next


def own_first(query: Query, *, reader: Reader, size: int) -> list[int]:
    """For whoever writes a post: what the shops sell that they work for, then what others do.

    Ids of `size` products at most, each once.
    """
    own: list[int] = []
    shops = list(Membership.objects.filter(user=reader.user).values_list("merchant", flat=True))
    if shops and query.sought:
        values: dict[str, Any] = {
            "shops": shops,
            "sought": query.sought,
            "limit": size,
            "viewer": reader.viewer,
        }
        with connection.cursor() as cursor:
            cursor.execute(OF_SHOPS, values)
            own = [row[0] for row in cursor.fetchall()]
    if len(own) == size:
        return own
    return list(dict.fromkeys([*own, *ids(query, reader=reader, size=size).ids]))[:size]
