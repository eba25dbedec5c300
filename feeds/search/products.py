# ruff: noqa: S608 - statements are made of texts of our own, never of input
"""Products on sale by their title, tags, shop, category and description, or by their page's address."""

from __future__ import annotations

from collections.abc import Iterable

from catalogue.offers import Offer, offers
from catalogue.sale import LISTED
from feeds.cards import ADDRESS
from feeds.search import pages, relevance
from feeds.search.pages import Cursor, Page
from feeds.search.relevance import POPULAR
from feeds.timelines import Reader
from feeds.visibility import seen
from shopping import rows
from shopping.matches import Index
from shopping.queries import Query

PAGE = 24
# Whoever writes a post asks with every few letters, and sees eight.
WEIGHED_WHILE_TYPING = 40
MET = f"{LISTED} AND {seen('m', field='account_id')}"
PRODUCTS = Index(
    table="catalogue_productwords",
    rows="catalogue_product",
    words="r.words",
    key="product_id",
    # One by one, by key: what a word finds is few, and no reason to read all products.
    condition=f"""EXISTS (
        SELECT FROM catalogue_product p JOIN catalogue_merchant m ON m.id = p.merchant_id
        WHERE p.id = found.id AND {MET} OFFSET 0)""",
)
SCORED = f"""
SELECT p.id, p.public_id, ts_rank(w.words, %(sought)s::tsquery),
       (SELECT count(*) FROM (
            SELECT FROM feeds_productcard c WHERE c.product_id = p.id LIMIT {POPULAR}) carried),
       p.created_at,
       EXISTS (SELECT FROM catalogue_variant v JOIN catalogue_stockitem s ON s.variant_id = v.id
               WHERE v.product_id = p.id AND v.active AND s.on_hand > s.reserved)
FROM found JOIN catalogue_productwords w ON w.product_id = found.id
JOIN catalogue_product p ON p.id = found.id
"""
OF_OWN_SHOPS = f"""
SELECT p.id FROM catalogue_productwords w JOIN catalogue_product p ON p.id = w.product_id
JOIN catalogue_merchant m ON m.id = p.merchant_id
WHERE p.merchant_id IN (SELECT merchant_id FROM catalogue_membership WHERE user_id = %(viewer)s)
    AND w.words @@ %(sought)s::tsquery AND {MET}
ORDER BY p.id DESC LIMIT %(limit)s
"""


def _by_address(query: Query, *, reader: Reader) -> list[int] | None:
    """The product whose page's address was typed; None where none was."""
    address = ADDRESS.search(query.text)
    if address is None:
        return None
    statement = f"""SELECT p.id FROM catalogue_product p
        JOIN catalogue_merchant m ON m.id = p.merchant_id
        WHERE p.public_id = %(product)s AND {MET}"""
    values = {"product": address["product"], "viewer": reader.viewer}
    return [number for (number,) in rows.run_named(statement, values)]


def ids(
    query: Query,
    *,
    reader: Reader,
    cursor: Cursor | None = None,
    size: int = PAGE,
    weighed: int = 0,
) -> Page:
    """The products that `query` finds of those on sale by shops that `reader` meets.

    For `weighed` see `pages.page`. Raises UnknownCursor.
    """
    addressed = _by_address(query, reader=reader)
    if addressed is not None:
        return Page(addressed, "")
    return pages.page(
        PRODUCTS,
        [query.sought],
        scored=SCORED,
        rank=relevance.ranked,
        reader=reader,
        cursor=cursor,
        size=size,
        weighed=weighed,
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
    if query.begun:
        # Their own are few enough to be found by any beginning.
        values = {"sought": query.begun, "limit": size, "viewer": reader.viewer}
        own = [number for (number,) in rows.run_named(OF_OWN_SHOPS, values)]
    if len(own) == size:
        return own
    others = ids(query, reader=reader, size=size, weighed=WEIGHED_WHILE_TYPING)
    return list(dict.fromkeys([*own, *others.ids]))[:size]
