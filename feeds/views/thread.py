"""A post with what it answers and its replies, and replying."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from feeds import cart_replies, edits, follows, posts, threads, timelines
from feeds.articles import article, articles, branches
from feeds.models import Post
from feeds.requests import cursor, reader, signed_in
from feeds.views import cart_boxes
from feeds.views.feed import SHOPS
from shopping.htmx import wants_part
from shopping.templatetags.money import language


def visible_post(public_id: UUID) -> Post:
    """The post, or the original where it is a repost. Raises Http404."""
    known = Post.objects.visible().select_related("author", "repost_of__author")
    found: Post = get_object_or_404(known, public_id=public_id)
    original = found.repost_of or found
    if original.deleted_at or original.hidden_at:
        raise Http404
    return original


def _thread(
    request: HttpRequest, subject: Post, *, typed: str = "", error: str = ""
) -> HttpResponse:
    viewer = reader(request)
    try:
        page = threads.branches(subject, reader=viewer, before=cursor(request))
    except timelines.UnknownCursor:
        raise Http404 from None
    known = viewer.user is not None
    boxes = cart_boxes.boxes_on(request, subject)
    context: dict[str, Any] = {
        "articles": branches(page.branches, signed_in=known, below=boxes.below),
        "next": page.next,
        "path": request.path,
        "is_thread": True,
    }
    if wants_part(request) and request.method == "GET":
        return render(request, "feeds/_page.html", context)
    chain = threads.chain(subject, reader=viewer)
    entry = timelines.one(subject, reader=viewer)
    speaks = known and posts.may_speak_for(signed_in(request), subject.author)
    context |= {
        "post": subject,
        "entry": entry,
        "above": articles(chain.entries, signed_in=known, role="above"),
        "earlier": chain.earlier,
        "subject": article(entry, signed_in=known, role="subject", below=boxes.below),
        "own": boxes.further_down([branch.reply for branch in page.branches], reader=viewer),
        "cart_tag": cart_replies.tag_for(language()) if entry.offers else "",
        "can_delete": speaks and not entry.mine,
        "can_edit": speaks and not entry.mine and edits.is_open(subject),
        "typed": typed,
        "error": error,
        "shops": follows.shops_to_visit(viewer.user, limit=SHOPS),
    }
    return render(request, "feeds/thread.html", context, status=422 if error else 200)


@require_safe
def post(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A post that is gone keeps its page while replies hold on to it."""
    answered = Post.objects.filter(public_id=public_id, repost_of=None, reply_count__gt=0)
    subject = answered.select_related("author").first() or visible_post(public_id)
    if subject.public_id != public_id:
        return redirect("feeds:post", subject.public_id)
    return _thread(request, subject)


@require_POST
@login_required
def reply(request: HttpRequest, public_id: UUID) -> HttpResponse:
    subject = visible_post(public_id)
    body = request.POST.get("body", "")
    try:
        said = posts.publish(signed_in(request), body=body, language=language(), reply_to=subject)
    except posts.PostRefused as refusal:
        return _thread(request, subject, typed=body, error=refusal.message)
    address = reverse("feeds:post", args=[public_id])
    return redirect(f"{address}{cart_boxes.anchor(said)}")
