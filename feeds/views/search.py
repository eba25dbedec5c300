"""Finding products, posts, people and hashtags."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from feeds import circles, explore, follows, limits
from feeds.articles import articles
from feeds.limits import TooOften
from feeds.requests import person, reader, told_to_wait
from feeds.search import results
from feeds.search.pages import Cursor
from feeds.search.results import Results
from feeds.views.feed import SHOPS
from shopping import queries
from shopping.htmx import wants_part
from shopping.limits import address_of
from shopping.paging import UnknownCursor
from shopping.patience import TookTooLong

# What HTMX is given of the kinds whose pages are continued.
PARTS = {
    results.PRODUCTS: "feeds/_shelf.html",
    results.POSTS: "feeds/_page.html",
    results.PEOPLE: "feeds/_people.html",
}
TABS: dict[str, Promise | str] = {
    results.ALL: pgettext_lazy("of search results", "All"),
    results.PRODUCTS: gettext_lazy("Products"),
    results.POSTS: gettext_lazy("Posts"),
    results.PEOPLE: gettext_lazy("People"),
    results.HASHTAGS: gettext_lazy("Hashtags"),
}
TAGS = 12


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What `?q=` finds, of the kind `?in=`; with `?before=` the page behind it. Without a word to
    look for, the page to look around."""
    typed = queries.clean(request.GET.get("q", ""), longest=results.LONGEST)
    if not typed:
        return HttpResponseRedirect(reverse("feeds:explore"))
    kind = results.kind_of(typed, asked=request.GET.get("in", ""))
    viewer = reader(request)
    try:
        before = request.GET.get("before")
        cursor = None if before is None else Cursor.of(before)
        limits.count_search(person(request), address=address_of(request))
        found = results.find(typed, kind=kind, reader=viewer, cursor=cursor)
    except UnknownCursor:
        raise Http404 from None
    except TooOften as refusal:
        return told_to_wait(_without(request, refusal.message, typed=typed, kind=kind), refusal)
    except TookTooLong:
        said = _("This search took too long and was given up. Try fewer or other words.")
        return _without(request, said, typed=typed, kind=kind)
    context = _context(request, found, typed=typed.strip(), kind=kind)
    if wants_part(request) and kind in PARTS:
        return render(request, PARTS[kind], context)
    if found.cut:
        said = _(
            "Part of this search took too long and was given up: there may be more than is shown."
        )
        context["problem"] = said
    if not found.count:
        context["tags"] = explore.hashtags(viewer)[:TAGS]
    return render(request, "feeds/search.html", context)


def _without(request: HttpRequest, problem: str, *, typed: str, kind: str) -> HttpResponse:
    """The page of a search that was not made, with what was typed and why it was not."""
    context = _context(request, Results(), typed=typed.strip(), kind=kind)
    return render(request, "feeds/search.html", context | {"problem": problem})


def _context(request: HttpRequest, found: Results, *, typed: str, kind: str) -> dict[str, Any]:
    # What is behind this page is of the spelling that this one is of.
    shown = urlencode({"q": found.shown_for or typed})
    return {
        "q": typed,
        "typed": urlencode({"q": typed}),
        "shown": shown,
        "tabs": TABS.items(),
        "kind": kind,
        "found": found,
        "shelf": found.products,
        "people": found.people,
        "followed": circles.followed_among(found.people, viewer=person(request)),
        "articles": articles(found.entries, signed_in=person(request) is not None),
        "path": request.path,
        "next": f"{found.next}&{shown}&in={kind}" if found.next else "",
        "place": "search",
        "shops": partial(follows.shops_to_visit, person(request), limit=SHOPS),
    }
