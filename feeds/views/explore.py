"""Looking around: what is talked of, sold and new, and whom one might follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from feeds import explore, follows
from feeds.articles import articles
from feeds.requests import cursor, reader
from feeds.search import products
from feeds.timelines import Reader
from shopping.htmx import wants_part
from shopping.paging import UnknownCursor

TAGS, PRODUCTS, PEOPLE, POSTS = 12, 6, 4, 4
Section = Callable[[HttpRequest, Reader], dict[str, Any]]


@require_safe
def look_around(request: HttpRequest) -> HttpResponse:
    """Some of each block, for anybody; without the people and shops that the reader follows."""
    viewer = reader(request)
    people = explore.people(viewer)[:PEOPLE]
    shops = follows.shops_to_visit(viewer.user, limit=PEOPLE)
    popular = explore.popular_products(viewer)[:PRODUCTS]
    new, _more = explore.new_products(viewer, size=PRODUCTS)
    priced = {offer.product_id: offer for offer in products.priced([*popular, *new], reader=viewer)}
    context = {
        "title": _("Explore"),
        "place": "search",
        "tags": explore.hashtags(viewer)[:TAGS],
        "popular": [priced[number] for number in popular if number in priced],
        "new": [priced[number] for number in new if number in priced],
        "shops": shops,
        "people": people,
        "followed": set(),
        "articles": articles(explore.posts(viewer, size=POSTS), signed_in=viewer.user is not None),
    }
    return render(request, "feeds/explore.html", context)


def _tags(request: HttpRequest, viewer: Reader) -> dict[str, Any]:
    return {"tags": explore.hashtags(viewer)}


def _popular(request: HttpRequest, viewer: Reader) -> dict[str, Any]:
    return {"shelf": products.priced(explore.popular_products(viewer), reader=viewer)}


def _new(request: HttpRequest, viewer: Reader) -> dict[str, Any]:
    try:
        found, following = explore.new_products(viewer, before=cursor(request))
    except UnknownCursor:
        raise Http404 from None
    return {"shelf": products.priced(found, reader=viewer), "next": following}


def _shops(request: HttpRequest, viewer: Reader) -> dict[str, Any]:
    return {"people": list(follows.shops_to_visit(viewer.user, limit=explore.SHOWN))}


def _people(request: HttpRequest, viewer: Reader) -> dict[str, Any]:
    return {"people": explore.people(viewer)}


SECTIONS: dict[str, tuple[Promise | str, Section]] = {
    "tags": (_("Trending hashtags"), _tags),
    "popular": (_("Popular products"), _popular),
    "new": (_("New products"), _new),
    "shops": (_("Shops to visit"), _shops),
    "people": (_("People to follow"), _people),
}


@require_safe
def section(request: HttpRequest, name: str) -> HttpResponse:
    """All of one block. Raises Http404 for one that there is not."""
    if name not in SECTIONS:
        raise Http404
    title, of = SECTIONS[name]
    viewer = reader(request)
    context = of(request, viewer) | {
        "title": title,
        "path": request.path,
        "place": "search",
        # No list has whom the reader follows already.
        "followed": set(),
    }
    if wants_part(request) and "shelf" in context:
        return render(request, "feeds/_shelf.html", context)
    return render(request, "feeds/explore_section.html", context)
