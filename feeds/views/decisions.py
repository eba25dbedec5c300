"""A decision about somebody, why it was taken, and their appeal: by the link in their mail, signed in
or not, and in the place of a post of theirs that is hidden."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from feeds import appeals, authors, decision_links, decision_words, decisions
from feeds.entries import pictures_of
from feeds.models import Appeal, Case, Decision, Post
from feeds.models.moderation import LONGEST
from feeds.models.posts import MOST_CODES
from feeds.refusals import Refused
from feeds.requests import person, signed_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """The link is the right: whoever holds it reads why, and may appeal once."""
    try:
        decision = decision_links.of_token(token)
    except Decision.DoesNotExist:
        raise Http404 from None
    return _page(request, decision)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The same for those who are signed in and speak for whom it concerns, as long as they do."""
    try:
        decision = decisions.of_person(public_id, reader=signed_in(request))
    except Decision.DoesNotExist:
        raise Http404 from None
    return _page(request, decision)


def _page(request: HttpRequest, decision: Decision) -> HttpResponse:
    if request.method != "POST":
        return statement(request, decision, address=request.path)
    words = request.POST.get("words", "")
    try:
        appeals.file(decision, words=words)
    except Refused as refusal:
        return statement(
            request, decision, address=request.path, words=words, error=refusal.message
        )
    return redirect(request.path)


def statement(
    request: HttpRequest, decision: Decision, *, address: str, words: str = "", error: str = ""
) -> HttpResponse:
    """The page about `decision`, with the form of an appeal, to `address`, as long as one may be sent."""
    case, what = decision.case, decision.kind
    if case.state == Case.State.REVERSED:
        what = Decision.Kind.LIFT if case.post is None else Decision.Kind.RESTORE
    context: dict[str, Any] = {
        "title": decision_words.title(what),
        "effect": decision_words.effect(what),
        "facts": decision_words.facts(decision, most=MOST_CODES),
        "redress": decision_words.redress(decision),
        "too_late": decision_words.too_late(decision) if decision.stands else "",
        "case": case,
        "images": pictures_of(case.post) if case.post else [],
        "appeal": Appeal.objects.filter(decision=decision).first(),
        "can_appeal": decision.can_be_appealed,
        "address": address,
        "longest": LONGEST,
        "words": words[: 2 * LONGEST],
        "error": error,
    }
    return render(request, "feeds/decision.html", context, status=422 if error else 200)


def in_place_of(request: HttpRequest, post: Post) -> HttpResponse | None:
    """The page of a hidden post for those who may post as its author; None for anybody else."""
    user = person(request)
    if user is None or not authors.may_speak_for(user, post.author):
        return None
    decision = decisions.why_hidden(post)
    if decision is None:
        return None
    return statement(request, decision, address=decision_links.own(decision))
