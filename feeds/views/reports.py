"""Reporting a post or a profile: in its place by HTMX, on a page of its own without."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import User
from feeds import limits, relations, reports
from feeds.limits import TooOften
from feeds.models import Ground, Post
from feeds.models.moderation import LONGEST
from feeds.refusals import Refused
from feeds.requests import signed_in, told_to_wait
from feeds.views.people import named
from feeds.views.thread import visible_post
from shopping.htmx import wants_part

EXCERPT = 200
THANKS = gettext_lazy("Thank you. Our staff looks at it, and we tell you what comes of it.")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A post, or the original of a repost; of somebody apart too, whose words are not shown."""
    subject = visible_post(public_id)
    return _page(request, subject.author, post=subject)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, handle: str) -> HttpResponse:
    """A profile, of somebody apart too. Raises Http404 where there is none."""
    return _page(request, named(handle), post=None)


def _page(request: HttpRequest, them: User, *, post: Post | None) -> HttpResponse:
    if request.method != "POST":
        return _form(request, them, post=post)
    user = signed_in(request)
    try:
        limits.count(limits.REPORTS, user)
        reports.report(
            user,
            person=them,
            post=post,
            ground=request.POST.get("ground", ""),
            words=request.POST.get("words", ""),
        )
    except Refused as refusal:
        return _form(request, them, post=post, error=refusal.message)
    except TooOften as refusal:
        page = _form(request, them, post=post, error=refusal.message)
        return told_to_wait(page, refusal)
    if wants_part(request):
        return render(request, "feeds/_reported.html", {"thanks": THANKS})
    messages.success(request, THANKS)
    return redirect(_back(them, post))


def _back(them: User, post: Post | None) -> str:
    if post is not None:
        return reverse("feeds:post", args=[post.public_id])
    return reverse("feeds:profile", args=[them.handle])


def _form(request: HttpRequest, them: User, *, post: Post | None, error: str = "") -> HttpResponse:
    """The form, with what was typed and what is wrong with it."""
    part = wants_part(request)
    sentence = _("Report a post by @%(handle)s") if post else _("Report @%(handle)s")
    before = None if error else reports.waiting(signed_in(request), person=them, post=post)
    form = "feeds/_reported_before.html" if before else "feeds/_report.html"
    shown = post is not None and not relations.between(signed_in(request), them).is_apart
    context: dict[str, Any] = {
        "part": part,
        "form": form,
        "before": before,
        "title": sentence % {"handle": them.handle},
        "excerpt": Truncator(post.body).chars(EXCERPT) if post is not None and shown else "",
        "subject": them.handle if post is None else post.public_id,
        "address": request.path,
        "back": _back(them, post),
        "grounds": Ground.choices,
        "ground": request.POST.get("ground", ""),
        "words": request.POST.get("words", "")[: 2 * LONGEST],
        "longest": LONGEST,
        "error": error,
    }
    template = form if part else "feeds/report.html"
    return render(request, template, context, status=422 if error else 200)
