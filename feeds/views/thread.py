"""A post with its replies, and what one does to a post: reply, like, delete."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from feeds import follows, limits, posts, relations, timelines
from feeds.articles import article, articles
from feeds.blocks import Apart
from feeds.limits import TooOften
from feeds.models import Post
from feeds.requests import answered, cursor, reader, refused, signed_in, told_to_wait
from feeds.views.feed import SHOPS, page_behind
from feeds.views.people import apart
from feeds.visibility import seen_by
from shopping.htmx import wants_part
from shopping.templatetags.money import language


def visible_post(public_id: UUID) -> Post:
    """Raises Http404; for posts of suspended accounts too."""
    posts = Post.objects.visible().filter(author__is_active=True).select_related("author")
    return get_object_or_404(posts, public_id=public_id)


def _thread(
    request: HttpRequest, subject: Post, *, typed: str = "", error: str = ""
) -> HttpResponse:
    viewer = reader(request)
    relation = relations.between(viewer.user, subject.author)
    asked = request.method == "POST" or "shown" in request.GET or "before" in request.GET
    if relation.is_apart or (relation.muted and not asked):
        return apart(request, subject.author, relation)
    page = page_behind(timelines.replies(subject), viewer=viewer, before=cursor(request))
    known = viewer.user is not None
    context: dict[str, Any] = {
        "articles": articles(page.entries, signed_in=known, role="reply"),
        "next": page.next,
        "path": request.path,
        "is_thread": True,
    }
    if wants_part(request) and request.method == "GET":
        return render(request, "feeds/_page.html", context)
    context |= {
        "post": subject,
        "subject": article(timelines.one(subject, reader=viewer), signed_in=known, role="subject"),
        "parent": seen_by(Post.objects.visible(), viewer.user)
        .filter(pk=subject.reply_to_id)
        .first(),
        "can_delete": known and posts.may_speak_for(signed_in(request), subject.author),
        "typed": typed,
        "error": error,
        "shops": follows.shops_to_visit(viewer.user, limit=SHOPS),
    }
    return render(request, "feeds/thread.html", context, status=422 if error else 200)


@require_safe
def post(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return _thread(request, visible_post(public_id))


@require_POST
@login_required
def reply(request: HttpRequest, public_id: UUID) -> HttpResponse:
    subject = visible_post(public_id)
    user, body = signed_in(request), request.POST.get("body", "")
    try:
        limits.count(limits.POSTS, user)
        posts.publish(user, body=body, language=language(), reply_to=subject)
    except posts.PostRefused as refusal:
        return _thread(request, subject, typed=body, error=refusal.message)
    except TooOften as refusal:
        return told_to_wait(_thread(request, subject, typed=body, error=refusal.message), refusal)
    return redirect("feeds:post", public_id)


@require_POST
@login_required
def like(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """`liked` says what is wished for, so that a repeat changes nothing."""
    subject = visible_post(public_id)
    liked, user = request.POST.get("liked") == "yes", signed_in(request)
    try:
        if liked:
            limits.count(limits.LIKES, user)
            posts.like(subject, user=user)
        else:
            posts.unlike(subject, user=user)
    except (Apart, TooOften) as refusal:
        return refused(request, refusal)
    subject.refresh_from_db(fields=["like_count"])
    default = reverse("feeds:post", args=[public_id])
    return answered(request, {"on": liked, "count": subject.like_count}, default=default)


@require_POST
@login_required
def delete(request: HttpRequest, public_id: UUID) -> HttpResponse:
    subject = visible_post(public_id)
    user = signed_in(request)
    if not posts.may_speak_for(user, subject.author):
        raise PermissionDenied
    posts.delete(subject)
    messages.success(request, _("Your post is deleted."))
    return redirect("feeds:profile", subject.author.handle)
