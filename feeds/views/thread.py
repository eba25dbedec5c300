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

from accounts.models import User
from feeds import drafts, follows, posts, timelines, typed
from feeds.articles import article, articles
from feeds.drafts import Place, Written
from feeds.models import Draft, Post
from feeds.requests import answered, cursor, draft_key, person, reader, signed_in
from feeds.views.feed import SHOPS, page_behind
from shopping.htmx import wants_part
from shopping.templatetags.money import language


def visible_post(public_id: UUID) -> Post:
    return get_object_or_404(Post.objects.visible().select_related("author"), public_id=public_id)


def _thread(
    request: HttpRequest, subject: Post, *, draft: Draft | None = None, error: str = ""
) -> HttpResponse:
    viewer = reader(request)
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
        "parent": subject.reply_to if subject.reply_to_id else None,
        "can_delete": known and posts.may_speak_for(signed_in(request), subject.author),
        **(_reply_begun(signed_in(request), subject, draft) if known else {}),
        "error": error,
        "shops": follows.shops_to_visit(viewer.user, limit=SHOPS),
    }
    return render(request, "feeds/thread.html", context, status=422 if error else 200)


def _reply_begun(user: User, subject: Post, draft: Draft | None) -> dict[str, Any]:
    draft = draft or drafts.current(user, place=Place(reply_to=subject))
    carries = draft.pk is not None and (draft.products or draft.images.exists())
    return {"draft": draft, "draft_carries": carries}


@require_safe
def post(request: HttpRequest, public_id: UUID) -> HttpResponse:
    subject = visible_post(public_id)
    user = person(request)
    if user is not None:
        typed.take_up(request, user)
    return _thread(request, subject)


def _reply_form(request: HttpRequest, public_id: UUID) -> str:
    return reverse("feeds:post", args=[public_id]) + "#reply"


@require_POST
@typed.keeps_what_is_typed(_reply_form)
def reply(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Publishes the draft of a reply, with what it carries; `save` and `more` only keep it."""
    subject = visible_post(public_id)
    draft = drafts.press(
        signed_in(request),
        draft_key(request.POST),
        place=Place(reply_to=subject),
        written=Written(body=request.POST.get("body", "")),
    )
    if "more" in request.POST:
        return redirect(f"{reverse('feeds:new')}?reply={public_id}")
    if "save" in request.POST:
        messages.success(request, _("Your draft is saved."))
        return redirect(_reply_form(request, public_id))
    try:
        drafts.publish(draft, language=language())
    except posts.PostRefused as refusal:
        return _thread(request, subject, draft=draft, error=refusal.message)
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
    messages.success(request, _("Your post is deleted."))
    return redirect("feeds:profile", subject.author.handle)
