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

from feeds import cart_replies, follows, posts, timelines
from feeds.models import Post
from feeds.requests import answered, cursor, reader, signed_in
from feeds.views.cart_boxes import boxes_of
from feeds.views.feed import SHOPS, page_behind
from shopping.htmx import wants_part
from shopping.templatetags.money import language


def visible_post(public_id: UUID) -> Post:
    return get_object_or_404(Post.objects.visible().select_related("author"), public_id=public_id)


def _thread(
    request: HttpRequest, subject: Post, *, typed: str = "", error: str = ""
) -> HttpResponse:
    viewer = reader(request)
    page = page_behind(timelines.replies(subject), viewer=viewer, before=cursor(request))
    known = viewer.user is not None
    boxes = boxes_of(request, subject, page.entries)
    context: dict[str, Any] = {
        "articles": boxes.articles(page.entries, role="reply"),
        "next": page.next,
        "path": request.path,
        "is_thread": True,
    }
    if wants_part(request) and request.method == "GET":
        return render(request, "feeds/_page.html", context)
    entry = timelines.one(subject, reader=viewer)
    context |= {
        "post": subject,
        "subject": boxes.articles([entry], role="subject"),
        "own": boxes.elsewhere(subject, page.entries, reader=viewer),
        "cart_tag": cart_replies.tag_for(language()) if entry.offers else "",
        "parent": subject.reply_to if subject.reply_to_id else None,
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
    body = request.POST.get("body", "")
    try:
        posts.publish(signed_in(request), body=body, language=language(), reply_to=subject)
    except posts.PostRefused as refusal:
        return _thread(request, subject, typed=body, error=refusal.message)
    return redirect("feeds:post", public_id)


@require_POST
@login_required
def like(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """`liked` says what is wished for, so that a repeat changes nothing."""
    subject = visible_post(public_id)
    liked = request.POST.get("liked") == "yes"
    (posts.like if liked else posts.unlike)(subject, user=signed_in(request))
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
    if cart_replies.left_behind(subject):
        messages.success(
            request, _("Your post is deleted. What it put into your cart stays there.")
        )
    else:
        messages.success(request, _("Your post is deleted."))
    return redirect("feeds:profile", subject.author.handle)
