"""Following, muting and blocking, and the lists of people that come of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from feeds import blocks, circles, follows, limits, mutes, relations
from feeds.blocks import Apart
from feeds.circles import Circle
from feeds.limits import TooOften
from feeds.requests import answered, cursor, person, refused, signed_in
from feeds.views.feed import SHOPS
from feeds.views.people import changed, closed, named
from shopping.htmx import wants_part
from shopping.paging import UnknownCursor


@require_POST
@login_required
def follow(request: HttpRequest, handle: str) -> HttpResponse:
    """`follow` says what is wished for, so that a repeat changes nothing."""
    them, user = named(handle), signed_in(request)
    wanted = request.POST.get("follow") == "yes"
    try:
        if wanted:
            limits.count(limits.FOLLOWS, user)
            follows.follow(user, followed=them)
        else:
            follows.unfollow(user, followed=them)
    except (Apart, TooOften) as refusal:
        return refused(request, refusal)
    default = reverse("feeds:profile", args=[them.handle])
    return answered(request, {"on": wanted}, default=default)


def _hidden(request: HttpRequest, them: User, *, wanted: bool) -> HttpResponse:
    """After a mute or a block: the profile anew for HTMX, else as after a follow."""
    if wants_part(request):
        return changed(request, them)
    return answered(request, {"on": wanted}, default=reverse("feeds:profile", args=[them.handle]))


@require_POST
@login_required
def mute(request: HttpRequest, handle: str) -> HttpResponse:
    """`mute` says what is wished for, so that a repeat changes nothing."""
    them, user = named(handle), signed_in(request)
    wanted = request.POST.get("mute") == "yes"
    (mutes.mute if wanted else mutes.unmute)(user, muted=them)
    return _hidden(request, them, wanted=wanted)


@require_POST
@login_required
def block(request: HttpRequest, handle: str) -> HttpResponse:
    """`block` says what is wished for, so that a repeat changes nothing."""
    them, user = named(handle), signed_in(request)
    wanted = request.POST.get("block") == "yes"
    (blocks.block if wanted else blocks.unblock)(user, blocked=them)
    return _hidden(request, them, wanted=wanted)


def _people(request: HttpRequest, circle: Circle, **context: Any) -> HttpResponse:
    """A page of a list of people, or for HTMX only what goes below those already shown."""
    viewer = person(request)
    try:
        people, following = circles.page(circle, before=cursor(request))
    except UnknownCursor:
        raise Http404 from None
    context |= {
        "people": people,
        "next": following,
        "path": request.path,
        "followed": circles.followed_among(people, viewer=viewer),
        "shops": partial(follows.shops_to_visit, viewer, limit=SHOPS),
    }
    template = "feeds/_people.html" if wants_part(request) else "feeds/people.html"
    return render(request, template, context)


def _of_profile(
    request: HttpRequest, handle: str, *, list_of: Callable[..., Circle], **context: Any
) -> HttpResponse:
    them = named(handle)
    viewer = person(request)
    page = closed(request, them, relations.between(viewer, them))
    return page or _people(request, list_of(them, viewer=viewer), profile=them, **context)


@require_safe
def followers(request: HttpRequest, handle: str) -> HttpResponse:
    return _of_profile(
        request, handle, list_of=circles.followers, title=_("Followers"), section="followers"
    )


@require_safe
def followed(request: HttpRequest, handle: str) -> HttpResponse:
    return _of_profile(
        request,
        handle,
        list_of=circles.followed,
        title=pgettext("whom somebody follows", "Following"),
        section="followed",
    )


@login_required
@require_safe
def muted(request: HttpRequest) -> HttpResponse:
    """Whom one has muted, to take it back."""
    circle = circles.muted(signed_in(request))
    return _people(request, circle, title=_("Muted"), section="muted", verb="mute")


@login_required
@require_safe
def blocked(request: HttpRequest) -> HttpResponse:
    """Whom one has blocked, to take it back."""
    circle = circles.blocked(signed_in(request))
    return _people(request, circle, title=_("Blocked"), section="blocked", verb="block")
