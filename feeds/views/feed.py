"""The tabs Following and Drops, and a hashtag's posts."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue import drops as announced
from catalogue.offers import offers
from feeds import follows, timelines
from feeds.articles import articles
from feeds.requests import cursor, person, reader
from feeds.text import tag_name
from feeds.timelines import Posts, Reader, Timeline
from feeds.visibility import seen_by
from shopping import replicas, shells
from shopping.htmx import wants_part
from shopping.paging import UnknownCursor

SHOPS = 5
# Up to here the posts of a hashtag are counted, for each of them is looked at.
TAGGED = 500


def page_behind(posts: Posts, *, viewer: Reader, before: UUID | None) -> Timeline:
    """A page of `posts`. Raises Http404 for a cursor that never was."""
    try:
        return timelines.read(posts, reader=viewer, before=before)
    except UnknownCursor:
        raise Http404 from None


def filling(request: HttpRequest, posts: Posts) -> dict[str, Any]:
    """What a page of `posts` shows between its header and its foot."""
    viewer = reader(request)
    page = page_behind(posts, viewer=viewer, before=cursor(request))
    # Pictures of a fragment are further down: none of them is loaded before its turn.
    leading = "" if wants_part(request) else "first"
    return {
        "articles": articles(page.entries, signed_in=viewer.user is not None, leading=leading),
        "next": page.next,
        "path": request.path,
        "newest": page.entries[0].row if page.entries else "",
        "shops": partial(follows.shops_to_visit, viewer.user, limit=SHOPS),
    }


def timeline_page(
    request: HttpRequest, posts: Posts, *, template: str, **context: Any
) -> HttpResponse:
    """A page of `posts`, or for HTMX only what goes below the posts already shown."""
    context |= filling(request, posts)
    template = "feeds/_page.html" if wants_part(request) else template
    return render(request, template, context)


def tab_page(
    request: HttpRequest, posts: Posts, *, template: str, **frame: str | bool
) -> HttpResponse:
    """As `timeline_page`, in a frame that is kept: `frame` has few different values."""
    parts = filling(request, posts)
    if wants_part(request):
        return render(request, "feeds/_page.html", parts)
    frame["leading"] = "before" not in request.GET
    return shells.render(request, template, fixed=frame, filling=parts)


@require_safe
@replicas.reading
def following(request: HttpRequest) -> HttpResponse:
    """Whoever is signed out is asked to sign in; who follows nobody, to begin with five shops."""
    frame = {
        "title": _("Following"),
        "tab": "following",
        "place": "home",
        "nothing": "feeds/_follow_first.html",
    }
    user = person(request)
    if user is None:
        return render(request, "feeds/following.html", frame)
    return tab_page(request, timelines.following(user), template="feeds/following.html", **frame)


@require_safe
@replicas.reading
def tag(request: HttpRequest, name: str) -> HttpResponse:
    """Posts that name a hashtag, in any case and however its accents are typed."""
    if "\x00" in name:
        raise Http404
    name = tag_name(name)
    found = timelines.by_tag(name)
    context: dict[str, Any] = {"title": f"#{name}", "name": name}
    if not wants_part(request):
        count = timelines.count(found, reader=reader(request), most=TAGGED + 1)
        context |= {"count": min(count, TAGGED), "more": count > TAGGED}
    return timeline_page(request, found, template="feeds/tag.html", **context)


@require_safe
@replicas.reading
def drops(request: HttpRequest) -> HttpResponse:
    """What opens for sale soon, the nearest first, and what has opened in the last week;
    of the shops that the reader meets."""
    viewer = reader(request)
    listed = announced.listed(viewer.now)
    met = seen_by(listed, viewer.user, field="product__merchant__account_id")[: timelines.PAGE]
    found = offers((drop.product_id for drop in met), country=viewer.country, now=viewer.now)
    pairs = [(drop, found[drop.product_id]) for drop in met if drop.product_id in found]
    context = {
        "title": _("Drops"),
        "tab": "drops",
        "place": "drops",
        "drops": pairs,
        "now": viewer.now,
        "shops": partial(follows.shops_to_visit, viewer.user, limit=SHOPS),
    }
    return render(request, "feeds/drops.html", context)
