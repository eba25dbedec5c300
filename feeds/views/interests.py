"""What we think that somebody likes: seen and changed by them."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import preferences
from accounts.models import User
from feeds import interests, likings, topics
from feeds.requests import signed_in, way_back


def _choose(user: User, data: dict[str, str]) -> str:
    topic = data.get("topic", "")
    if interests.choose(user, topic=topic):
        return _("Added: %(topic)s") % {"topic": topics.name_of(topic)}
    return _("Choose a topic of the list.")


def _remove(user: User, data: dict[str, str]) -> str:
    topic = data.get("topic", "")
    interests.remove(user, topic=topic)
    return _("Removed: %(topic)s") % {"topic": topics.name_of(topic)}


def _pause(user: User, data: dict[str, str]) -> str:
    interests.pause(user)
    return _("Your interests are paused.")


def _resume(user: User, data: dict[str, str]) -> str:
    interests.resume(user)
    return _("Your interests are used again.")


def _delete(user: User, data: dict[str, str]) -> str:
    interests.delete_all(user)
    return _("Your interests are deleted.")


def _allow(user: User, data: dict[str, str]) -> str:
    # A box that is not ticked is not sent: only `asked` says that it was there.
    if data.get("asked") == "purchases":
        interests.allow_purchases(user, allowed="purchases" in data)
    preferences.declare_adult(user, adult="adult" in data)
    return _("Saved")


VERBS: dict[str, Callable[[User, dict[str, str]], str]] = {
    "choose": _choose,
    "remove": _remove,
    "pause": _pause,
    "resume": _resume,
    "delete": _delete,
    "allow": _allow,
}


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """The page; a POST does what its button `do` says and leads back."""
    user = signed_in(request)
    if request.method != "POST":
        return render(
            request, "feeds/interests.html", {**likings.of(user), "title": _("Interests")}
        )
    verb = VERBS.get(request.POST.get("do", ""))
    if verb is None or "\x00" in request.POST.get("topic", ""):
        return HttpResponseBadRequest()
    messages.success(request, verb(user, request.POST.dict()))
    return HttpResponseRedirect(way_back(request, default=reverse("feeds:interests")))
