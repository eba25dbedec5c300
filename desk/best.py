# ruff: noqa: S608 - the texts are made of words of our own, never of input
"""What sold best over a range of days: products, and the posts that sold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalogue.models import Merchant, Product
from desk.ranges import Range
from desk.sums import POSTS, PRODUCTS
from feeds import post_views
from feeds.models import Post
from shopping import rows

MOST = 10

_KEPT = """
SELECT {key}, {names} FROM {table}
WHERE merchant_id = %(merchant)s::bigint AND currency = %(currency)s::text
  AND day BETWEEN %(first)s::date AND %(last)s::date
"""
_OPEN = """
SELECT {key}, {names} FROM ({live}) added_up
WHERE currency = %(currency)s::text
  AND (%(days)s::date[])[place] BETWEEN %(first)s::date AND %(last)s::date
"""
_BEST = """
SELECT {key}, {sums} FROM ({each_day}) each_day
GROUP BY {key} HAVING sum(sales) > 0 ORDER BY sum(sales) DESC, {key} DESC LIMIT %(most)s::int
"""
_UNITS = """
SELECT day, sum(pieces)::bigint FROM (
    SELECT day, pieces FROM desk_dayproduct
    WHERE merchant_id = %(merchant)s::bigint AND currency = %(currency)s::text
      AND day BETWEEN %(first)s::date AND %(last)s::date{open}
) each_day GROUP BY day
"""
_OPEN_UNITS = f"""
    UNION ALL SELECT (%(days)s::date[])[place], pieces FROM ({PRODUCTS}) added_up
    WHERE currency = %(currency)s::text
      AND (%(days)s::date[])[place] BETWEEN %(first)s::date AND %(last)s::date"""
_ALL = "SELECT coalesce(sum(orders), 0)::bigint FROM ({each_day}) each_day"


@dataclass(frozen=True, slots=True)
class _Texts:
    """One question, of the kept days alone and of the open ones as well."""

    kept: str
    both: str

    @classmethod
    def of(
        cls, question: str, *, table: str, key: str, names: tuple[str, ...], live: str
    ) -> _Texts:
        words = {
            "table": table,
            "key": key,
            "names": ", ".join(names),
            "sums": ", ".join(f"sum({name})::bigint" for name in names),
            "live": live,
        }
        kept = _KEPT.format(**words)
        both = f"{kept} UNION ALL {_OPEN.format(**words)}"
        return cls(question.format(each_day=kept, **words), question.format(each_day=both, **words))

    def ask(self, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """`values` name the range; `days` and what follows from them where open days are in it."""
        return rows.run_named(self.both if "days" in values else self.kept, values)


_OF_PRODUCTS: dict[str, Any] = {
    "table": "desk_dayproduct",
    "key": "product_id",
    "names": ("orders", "pieces", "sales", "returned", "refunded"),
    "live": PRODUCTS,
}
_OF_POSTS: dict[str, Any] = {
    "table": "desk_daypost",
    "key": "post_id",
    "names": ("orders", "pieces", "sales"),
    "live": POSTS,
}
_PRODUCTS = _Texts.of(_BEST, **_OF_PRODUCTS)
_POSTS = _Texts.of(_BEST, **_OF_POSTS)
_THROUGH_POSTS = _Texts.of(_ALL, **_OF_POSTS)


@dataclass(frozen=True, slots=True)
class ProductSales:
    """Amounts in minor units; `returned` are pieces that were refunded."""

    product: Product
    orders: int
    pieces: int
    sales: int
    returned: int
    refunded: int


@dataclass(frozen=True, slots=True)
class PostSales:
    """`views`: by how many it was seen with a product of the shop's."""

    post: Post
    views: int
    orders: int
    pieces: int
    sales: int

    @property
    def conversion(self) -> float | None:
        """Orders a hundred views; None where nobody was counted."""
        return 100 * self.orders / self.views if self.views else None


def products(values: Mapping[str, Any]) -> list[ProductSales]:
    """The MOST that brought in most, best first. Two statements."""
    found = _PRODUCTS.ask({**values, "most": MOST})
    named = Product.objects.in_bulk([row[0] for row in found])
    return [ProductSales(named[key], *sums) for key, *sums in found]


def posts(merchant: Merchant, span: Range, values: Mapping[str, Any]) -> list[PostSales]:
    """The MOST posts that sold most, best first, and then those that were seen most. Four statements."""
    found: dict[int, Sequence[int]] = {
        key: sums for key, *sums in _POSTS.ask({**values, "most": MOST})
    }
    views = post_views.of_posts(merchant, span.first, span.last, found)
    seen = post_views.most_seen(merchant, span.first, span.last, most=MOST)
    for key in seen:
        if len(found) < MOST:
            found.setdefault(key, (0, 0, 0))
    views |= seen
    named = Post.objects.select_related("author").in_bulk(found)
    return [PostSales(named[key], views.get(key, 0), *sums) for key, sums in found.items()]


def units(values: Mapping[str, Any]) -> dict[date, int]:
    """Pieces that were sold on each day on which some were; those that came back are not taken off."""
    text = _UNITS.format(open=_OPEN_UNITS if "days" in values else "")
    return dict(rows.run_named(text, values))


def through_posts(values: Mapping[str, Any]) -> int:
    """How many orders came through posts; one that bought through two counts for each."""
    [(orders,)] = _THROUGH_POSTS.ask(values)
    return int(orders)
