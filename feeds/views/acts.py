"""What one does to a post with a button: like, repost, bookmark, delete."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from feeds import authors, bookmarks, cart_replies, labels, limits, posts, reposts
from feeds.blocks import Apart
from feeds.limits import TooOften
from feeds.models import Post
from feeds.posts import PostRefused
from feeds.requests import answered, refused, signed_in, wants_state
from feeds.views.thread import visible_post


def _counted(
    request: HttpRequest, subject: Post, *, on: bool, count: int, label: Callable[[int], str]
) -> HttpResponse:
    """The new state of a button with a figure."""
    state: dict[str, object] = {"on": on, "count": count, "label": label(count)}
    return answered(request, state, default=reverse("feeds:post", args=[subject.public_id]))


@require_POST
@login_required
def like(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """`liked` says what is wished for, so that a repeat changes nothing; so with the others."""
    subject, user = visible_post(public_id), signed_in(request)
    liked = request.POST.get("liked") == "yes"
    try:
        if liked:
            limits.count(limits.LIKES, user)
            posts.like(subject, user=user)
        else:
            posts.unlike(subject, user=user)
    except (Apart, TooOften) as refusal:
        return refused(request, refusal)
    subject.refresh_from_db(fields=["like_count"])
    return _counted(request, subject, on=liked, count=subject.like_count, label=labels.like)


@require_POST
@login_required
def repost(request: HttpRequest, public_id: UUID) -> HttpResponse:
    subject, user = visible_post(public_id), signed_in(request)
    reposted = request.POST.get("reposted") == "yes"
    try:
        if reposted:
            limits.count(limits.POSTS, user)
            reposts.repost(subject, user=user)
        else:
            reposts.unrepost(subject, user=user)
    except (PostRefused, TooOften) as refusal:
        return refused(request, refusal)
    subject.refresh_from_db(fields=["repost_count", "quote_count"])
    count = subject.repost_count + subject.quote_count
    return _counted(request, subject, on=reposted, count=count, label=labels.repost)


@require_POST
@login_required
def bookmark(request: HttpRequest, public_id: UUID) -> HttpResponse:
    subject = visible_post(public_id)
    kept = request.POST.get("bookmarked") == "yes"
    verb = bookmarks.bookmark if kept else bookmarks.unbookmark
    verb(subject, user=signed_in(request))
    return answered(request, {"on": kept}, default=reverse("feeds:post", args=[public_id]))


@require_POST
@login_required
def delete(request: HttpRequest, public_id: UUID) -> HttpResponse:
    subject = visible_post(public_id)
    user = signed_in(request)
    if not authors.may_speak_for(user, subject.author):
        raise PermissionDenied
    posts.delete(subject)
    profile = reverse("feeds:profile", args=[subject.author.handle])
    if wants_state(request):
        return answered(request, {"on": True}, default=profile)
    if cart_replies.left_behind(subject):
        messages.success(
            request, _("Your post is deleted. What it put into your cart stays there.")
        )
    else:
        messages.success(request, _("Your post is deleted."))
    return redirect(profile)
