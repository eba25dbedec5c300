"""What came to a timeline since a page of it was made: how many, and the posts."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from feeds import timelines
from feeds.articles import articles
from feeds.forms import chosen_ids
from feeds.models import Post
from feeds.requests import moment, person, reader, stamp
from feeds.timelines import Posts
from shopping import replicas

MOST = 99
# What was written so lately may not be committed yet: it counts the next time.
SETTLED = timedelta(seconds=1)


def _posts(request: HttpRequest, feed: str) -> Posts:
    user = person(request)
    if feed == "market":
        return timelines.market()
    if feed == "following" and user is not None:
        return timelines.following(user)
    raise Http404


def _since(request: HttpRequest) -> datetime:
    """The moment `since`, or that of the row `after`: the newest that a page shows, so that the
    page itself holds no time and stays the same."""
    since = moment(request, "since")
    if since is not None:
        return since
    known = chosen_ids([request.GET.get("after", "")])
    row = Post.objects.filter(public_id__in=known).values_list("created_at", flat=True).first()
    if row is None:
        raise Http404
    return row


@require_safe
@replicas.reading
def count(request: HttpRequest, feed: str) -> HttpResponse:
    """`count` (MOST + 1 for more), its words, and `until`: the moment up to which it counts.

    Asked again every half minute by open pages: 304 while there is nothing else to say.
    """
    viewer = reader(request)
    until = viewer.now - SETTLED
    found = timelines.count_newer(
        _posts(request, feed), reader=viewer, since=_since(request), until=until, most=MOST + 1
    )
    shown = f"{MOST}+" if found > MOST else str(found)
    words = ngettext("%(n)s new post", "%(n)s new posts", found) % {"n": shown}
    response = JsonResponse({"count": found, "words": words, "until": stamp(until)})
    patch_cache_control(response, private=True, no_cache=True)
    # The count stands for the answer: an older `until` with the same count names the same posts.
    etag = f'"{found}"'
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response


@require_safe
@replicas.reading
def posts(request: HttpRequest, feed: str) -> HttpResponse:
    """The posts that `count` counted, the newest first, to stand above those of the page."""
    since, until = _since(request), moment(request, "until")
    if until is None:
        raise Http404
    viewer = reader(request)
    entries = timelines.newer(
        _posts(request, feed), reader=viewer, since=since, until=until, most=MOST
    )
    return HttpResponse(articles(entries, signed_in=viewer.user is not None))
