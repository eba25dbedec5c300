"""A post with what it answers and its replies, and replying."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from feeds import (
    authors,
    drafts,
    follows,
    limits,
    link_cards,
    posts,
    relations,
    threads,
    timelines,
    typed,
)
from feeds.articles import article, articles, branches
from feeds.drafts import Place, Written
from feeds.forms import typed_body
from feeds.limits import TooOften
from feeds.models import Draft, Post
from feeds.requests import cursor, draft_key, person, reader, signed_in, told_to_wait
from feeds.text import MAX_LENGTH
from feeds.views import cart_boxes
from feeds.views.decisions import in_place_of
from feeds.views.feed import SHOPS
from feeds.views.people import apart
from shopping.cart_tags import tag_for
from shopping.htmx import wants_part
from shopping.ids import uuid_of
from shopping.paging import UnknownCursor
from shopping.templatetags.money import language


def visible_post(public_id: UUID) -> Post:
    """As `threads.subject`. Raises Http404."""
    try:
        return threads.subject(public_id)
    except Post.DoesNotExist:
        raise Http404 from None


def kept_apart(request: HttpRequest, subject: Post) -> HttpResponse | None:
    """What stands in the place of a page of `subject` for whoever does not meet its author; whom
    they only muted, they are shown when they ask."""
    relation = relations.between(person(request), subject.author)
    asked = request.method == "POST" or "shown" in request.GET or "before" in request.GET
    if relation.is_apart or (relation.muted and not asked):
        return apart(request, subject.author, relation)
    return None


def _thread(
    request: HttpRequest, subject: Post, *, draft: Draft | None = None, error: str = ""
) -> HttpResponse:
    viewer = reader(request)
    closed = kept_apart(request, subject)
    if closed is not None:
        return closed
    try:
        page = threads.branches(subject, reader=viewer, before=cursor(request))
    except UnknownCursor:
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
    speaks = known and authors.may_speak_for(signed_in(request), subject.author)
    context |= {
        "post": subject,
        "entry": entry,
        "card": None
        if entry.gone
        else link_cards.card(entry, buys=uuid_of(request.GET.get("buy", ""))),
        "above": articles(chain.entries, signed_in=known, role="above"),
        "earlier": chain.earlier,
        "subject": article(entry, signed_in=known, role="subject", below=boxes.below),
        "own": boxes.further_down([branch.reply for branch in page.branches], reader=viewer),
        "cart_tag": tag_for(language()) if entry.offers else "",
        "can_delete": speaks and not entry.mine,
        "can_edit": speaks and not entry.mine and subject.is_editable,
        **(_reply_begun(signed_in(request), subject, draft) if known else {}),
        "error": error,
        "shops": follows.shops_to_visit(viewer.user, limit=SHOPS),
    }
    return render(request, "feeds/thread.html", context, status=422 if error else 200)


def _reply_begun(user: User, subject: Post, draft: Draft | None) -> dict[str, Any]:
    draft = draft or drafts.current(user, place=Place(reply_to=subject))
    carries = draft.pk is not None and (draft.products or draft.images.exists())
    return {"draft": draft, "draft_carries": carries, "limit": MAX_LENGTH}


@require_safe
def post(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A post that is gone keeps its page while replies hold on to it, and one that moderators hid
    says why to its author. A GET that writes, after a sign-in: what was sent without one becomes a
    draft."""
    kept = Q(reply_count__gt=0) | Q(hidden_at__isnull=False)
    lasting = Post.objects.filter(kept, public_id=public_id, repost_of=None)
    subject = lasting.select_related("author").first() or visible_post(public_id)
    if subject.hidden_at:
        statement = in_place_of(request, subject)
        if statement is not None:
            return statement
        if not subject.reply_count:
            raise Http404
    if subject.public_id != public_id:
        return redirect("feeds:post", subject.public_id)
    user = person(request)
    if user is not None:
        typed.take_up(request, user)
    return _thread(request, subject)


def _reply_form(request: HttpRequest, public_id: UUID) -> str:
    return reverse("feeds:post", args=[public_id]) + "#write"


@require_POST
@typed.keeps_what_is_typed(_reply_form)
def reply(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Publishes the draft of a reply, with what it carries; `save` and `more` only keep it."""
    subject = visible_post(public_id)
    draft = drafts.press(
        signed_in(request),
        draft_key(request.POST),
        place=Place(reply_to=subject),
        written=Written(body=typed_body(request.POST)),
    )
    if "more" in request.POST:
        return redirect(f"{reverse('feeds:new')}?reply={public_id}")
    if "save" in request.POST:
        messages.success(request, _("Your draft is saved."))
        return redirect(_reply_form(request, public_id))
    try:
        limits.count(limits.POSTS, draft.user)
        said = drafts.publish(draft, language=language())
    except posts.PostRefused as refusal:
        return _thread(request, subject, draft=draft, error=refusal.message)
    except TooOften as refusal:
        page = _thread(request, subject, draft=draft, error=refusal.message)
        return told_to_wait(page, refusal)
    return redirect(f"{reverse('feeds:post', args=[public_id])}{cart_boxes.anchor(said)}")
