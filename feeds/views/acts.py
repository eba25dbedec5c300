"""What one does to a post with a button: like, repost, bookmark, delete."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from feeds import bookmarks, labels, posts, reposts
from feeds.models import Post
from feeds.requests import answered, signed_in, wants_state
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
    subject = visible_post(public_id)
    liked = request.POST.get("liked") == "yes"
    (posts.like if liked else posts.unlike)(subject, user=signed_in(request))
    subject.refresh_from_db(fields=["like_count"])
    return _counted(request, subject, on=liked, count=subject.like_count, label=labels.like)


@require_POST
@login_required
def repost(request: HttpRequest, public_id: UUID) -> HttpResponse:
    subject = visible_post(public_id)
    reposted = request.POST.get("reposted") == "yes"
    verb = reposts.repost if reposted else reposts.unrepost
    try:
        verb(subject, user=signed_in(request))
    except posts.PostRefused:  # It was deleted in this moment.
        raise Http404 from None
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
    if not posts.may_speak_for(user, subject.author):
        raise PermissionDenied
    posts.delete(subject)
    profile = reverse("feeds:profile", args=[subject.author.handle])
    if wants_state(request):
        return answered(request, {"on": True}, default=profile)
    messages.success(request, _("Your post is deleted."))
    return redirect(profile)
