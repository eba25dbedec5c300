"""Which posts somebody has seen, as their browser says."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from feeds import limits, post_views
from feeds.forms import chosen_ids
from feeds.limits import TooOften
from feeds.requests import person, told_to_wait
from shopping.limits import address_of

# As how many people those at one address may count on a day: a household, more or less.
AGENTS = 20


@csrf_exempt
@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Count `post` (ids, post_views.MOST at most) as seen; nothing of it is kept of the visitor.

    A page that is the same for all has no token to send, so the call is known as a page's of ours
    by where the browser says it comes from. Who asks not to be counted (Sec-GPC) is not.
    """
    if not _is_ours(request):
        return HttpResponse("Only this site's own pages count views.", status=HTTPStatus.FORBIDDEN)
    ids = chosen_ids(request.POST.getlist("post"))
    if not 0 < len(ids) == len(request.POST.getlist("post")) <= post_views.MOST:
        told = f"Send between 1 and {post_views.MOST} ids of posts as `post`."
        return HttpResponse(told, status=HTTPStatus.BAD_REQUEST, content_type="text/plain")
    if request.headers.get("Sec-GPC") == "1":
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    address, user = address_of(request), person(request)
    try:
        limits.count_views(address)
    except TooOften as refusal:
        return told_to_wait(HttpResponse(refusal.message, content_type="text/plain"), refusal)
    post_views.note(ids, visitor=f"user:{user.pk}" if user else _signed_out(request, address))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _signed_out(request: HttpRequest, address: str) -> str:
    """Of those at one address that are signed out, one of `AGENTS`: anybody may call their browser
    anything, and stands for no more people than these."""
    agent = hashlib.sha256(request.headers.get("User-Agent", "").encode()).digest()
    return f"{address} {int.from_bytes(agent) % AGENTS}"


def _is_ours(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin", "")
    return urlsplit(origin).netloc == request.get_host()
