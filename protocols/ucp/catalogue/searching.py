"""Pages of products: found by words, or the newest there are."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalogue.models import Product, Variant
from feeds.search import results
from feeds.search.pages import Cursor
from feeds.timelines import Reader
from protocols.ucp.catalogue import shelf
from protocols.ucp.catalogue.shelf import Filters, Shelf
from shopping.ids import uuid_of
from shopping.paging import UnknownCursor

MOST = 50
USUAL = 10
# Pages of matches that one call looks through for what passes its filters.
MOST_LOOKS = 5


@dataclass(frozen=True, slots=True)
class Page:
    """Products in this order; `next` is the cursor of the page behind, "" at the end."""

    shelf: Shelf
    products: list[Product]
    next: str


def find(typed: str, filters: Filters, *, reader: Reader, size: int, cursor: str) -> Page:
    """At most `size` products that `typed` finds, the best first; without words, the newest first.

    A page may be short, or empty, and have another behind it: few may pass the filters. Raises
    UnknownCursor, and TookTooLong.
    """
    if typed:
        return _found(typed, filters, reader=reader, size=size, cursor=cursor)
    return _newest(filters, size=size, cursor=cursor)


def _found(typed: str, filters: Filters, *, reader: Reader, size: int, cursor: str) -> Page:
    following, products, on_shelf = cursor, list[Product](), shelf.read(())
    for _look in range(MOST_LOOKS):
        # What is left to fill alone: a page that were cut would lose what was cut off.
        page = results.page(
            typed,
            kind=results.PRODUCTS,
            reader=reader,
            size=size - len(products),
            cursor=Cursor.of(following) if following else None,
        )
        more = shelf.read([offer.product_id for offer in page.products], filters)
        found = [more.products.get(offer.product_id) for offer in page.products]
        products += [each for each in found if each]
        on_shelf = on_shelf.with_(more)
        following = page.next
        if not following or len(products) >= size:
            break
    return Page(on_shelf, products, following)


def _newest(filters: Filters, *, size: int, cursor: str) -> Page:
    wanted = _passing(Product.objects.on_sale(), filters).order_by("-pk")
    if cursor:
        wanted = wanted.filter(pk__lt=_anchor(cursor))
    found = list(wanted.values_list("pk", "public_id")[: size + 1])
    on_shelf = shelf.read([pk for pk, _public_id in found[:size]], filters)
    products = [on_shelf.products[pk] for pk, _id in found[:size] if pk in on_shelf.products]
    return Page(on_shelf, products, str(found[size - 1][1]) if len(found) > size else "")


def _passing(products: QuerySet[Product], filters: Filters) -> QuerySet[Product]:
    forms = Variant.objects.filter(product=OuterRef("pk"), active=True)
    if filters.priced:
        products = products.filter(currency=filters.currency)
        forms = forms.filter(price__gte=filters.low or 0)
        forms = forms if filters.high is None else forms.filter(price__lte=filters.high)
    named = Q()
    for name in filters.categories:
        named |= Q(category__name__iexact=name) | Q(category__slug=name)
    return products.filter(named, Exists(forms))


def _anchor(cursor: str) -> int:
    public_id = uuid_of(cursor)
    if public_id is None:
        raise UnknownCursor
    found = Product.objects.filter(public_id=public_id).values_list("pk", flat=True).first()
    if found is None:
        raise UnknownCursor
    return int(found)
