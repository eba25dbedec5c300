"""The page of what a person has bookmarked."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from feeds import bookmarks
from feeds.articles import articles
from feeds.requests import moment, reader, signed_in, stamp
from shopping.htmx import wants_part


@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The last kept first."""
    kept = bookmarks.page(
        signed_in(request), reader=reader(request), before=moment(request, "before")
    )
    part = wants_part(request)
    context = {
        "articles": articles(kept.entries, signed_in=True, leading="" if part else "first"),
        "next": stamp(kept.next) if kept.next else None,
        "path": request.path,
        "title": _("Bookmarks"),
        "place": "bookmarks",
    }
    return render(request, "feeds/_page.html" if part else "feeds/bookmarks.html", context)
