"""Market, and why a post stands in it."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from feeds import follows, market, reasons
from feeds.articles import articles
from feeds.requests import cursor, reader
from feeds.views.feed import SHOPS
from feeds.views.thread import kept_apart, visible_post
from shopping import replicas, shells
from shopping.htmx import wants_part
from shopping.paging import UnknownCursor


@require_safe
@replicas.reading
def home(request: HttpRequest) -> HttpResponse:
    """Market: the first page, or with `?before=…&in=…` the page behind a post of a reading.

    A GET that writes: promotions that the page shows to a person are counted, each once a reading
    and within their budgets.
    """
    viewer = reader(request)
    part = wants_part(request)
    try:
        page = market.read(viewer, before=cursor(request), token=request.GET.get("in", ""))
    except UnknownCursor:
        raise Http404 from None
    except market.ReadingLost:
        if part:
            return render(request, "feeds/_begin_again.html")
        return HttpResponseRedirect(reverse("feeds:home"))
    filling = {
        "articles": articles(
            page.entries,
            signed_in=viewer.user is not None,
            # Pictures of a fragment are further down: none of them is loaded before its turn.
            leading="" if part else "first",
            reading=page.reading,
            sponsors=page.sponsors,
        ),
        "next": page.next,
        "path": request.path,
        "newest": page.newest or "",
        "shops": partial(follows.shops_to_visit, viewer.user, limit=SHOPS),
    }
    if part:
        return render(request, "feeds/_page.html", filling)
    frame = {
        "title": _("Market"),
        "tab": "market",
        "place": "home",
        "nothing": "feeds/_no_posts.html",
        "leading": "before" not in request.GET,
    }
    return shells.render(request, "feeds/home.html", fixed=frame, filling=filling)


@never_cache
@require_safe
def why(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Why a post was picked, from the numbers of the reading `?in=`."""
    subject = visible_post(public_id)
    closed = kept_apart(request, subject)
    if closed is not None:
        return closed
    viewer = reader(request)
    context = {
        "title": _("Why am I seeing this?"),
        "post": subject,
        "why": reasons.of(subject, reader=viewer, token=request.GET.get("in", "")),
        "here": request.get_full_path(),
    }
    return render(request, "feeds/why.html", context)
