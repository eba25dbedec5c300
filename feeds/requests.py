"""What the views of this app read from a request, and where a form sends its sender back to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User
from feeds.drafts import Place
from feeds.limits import TooOften
from feeds.models import Post
from feeds.refusals import Refused
from feeds.timelines import Reader, reader_of
from shopping.ids import uuid_of
from shopping.preferences import country_of


def person(request: HttpRequest) -> User | None:
    """Who is signed in, or None."""
    user = request.user
    return user.itself if isinstance(user, User) else None


def signed_in(request: HttpRequest) -> User:
    """Who is signed in, in a view behind `login_required`."""
    user = person(request)
    if user is None:
        raise PermissionDenied
    return user


def reader(request: HttpRequest) -> Reader:
    return reader_of(person(request), country=country_of(request))


def cursor(request: HttpRequest) -> UUID | None:
    """The post in `?before=`, None without one. Raises Http404 for what is no UUID."""
    text = request.GET.get("before")
    if text is None:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def place(data: QueryDict, *, among: QuerySet[Post]) -> Place:
    """Which post `reply` or `quote` names; of a repost, the original.

    Raises Http404 for one that is not `among` them.
    """

    def named(field: str) -> Post | None:
        if not data.get(field):
            return None
        key = uuid_of(str(data[field]))
        known = among.select_related("author", "repost_of__author")
        found = known.filter(public_id=key).first() if key else None
        if found is None:
            raise Http404
        return found.original

    reply_to = named("reply")
    return Place(reply_to=reply_to, quote_of=None if reply_to else named("quote"))


def draft_key(data: QueryDict) -> UUID:
    """The key of the page's draft; a fresh one for a form that has none."""
    return uuid_of(data.get("draft", "")) or uuid4()


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def stamp(when: datetime) -> int:
    """A moment as an address holds it: microseconds since 1970."""
    return (when - EPOCH) // timedelta(microseconds=1)


def moment(request: HttpRequest, name: str) -> datetime | None:
    """The `stamp` in `?name=`, None without one. Raises Http404 for what is none."""
    text = request.GET.get(name)
    if text is None:
        return None
    try:
        return EPOCH + timedelta(microseconds=int(text))
    except (ValueError, OverflowError):
        raise Http404 from None


def way_back(request: HttpRequest, *, default: str) -> str:
    """`next` of the form, else the page it came from, if it is one of ours; else `default`."""
    for address in (request.POST.get("next"), request.headers.get("Referer")):
        if address and url_has_allowed_host_and_scheme(
            address, {request.get_host()}, require_https=request.is_secure()
        ):
            return address
    return default


def wants_state(request: HttpRequest) -> bool:
    """Whether one of our scripts asks, which shows the new state itself."""
    return request.headers.get("Accept") == "application/json"


def answered(request: HttpRequest, state: dict[str, object], *, default: str) -> HttpResponse:
    """After a like or a follow: the new state for our script, a redirect back for a plain form."""
    if wants_state(request):
        return JsonResponse(state)
    return HttpResponseRedirect(way_back(request, default=default))


def told_to_wait(response: HttpResponse, refusal: TooOften) -> HttpResponse:
    """`response` as 429: what it refuses may be tried again after the seconds of `refusal`."""
    response.status_code = HTTPStatus.TOO_MANY_REQUESTS
    response["Retry-After"] = str(refusal.seconds)
    return response


def refused(request: HttpRequest, refusal: Refused | TooOften) -> HttpResponse:
    """What was not done and why, to our script as its `message`, to a plain form as a page: 429
    with the seconds for what is done too often, else 403."""
    if wants_state(request):
        response: HttpResponse = JsonResponse({"message": refusal.message})
    else:
        back = way_back(request, default=reverse("feeds:home"))
        response = render(request, "feeds/refused.html", {"message": refusal.message, "back": back})
    if isinstance(refusal, TooOften):
        return told_to_wait(response, refusal)
    response.status_code = HTTPStatus.FORBIDDEN
    return response
