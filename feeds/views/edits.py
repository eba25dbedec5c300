"""Editing a post, in its place in the feed or on a page of its own, and what it said before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from catalogue.models import Product
from feeds import authors, edits, limits, timelines
from feeds.articles import article
from feeds.forms import chosen_ids, typed_body
from feeds.limits import TooOften
from feeds.models import Post
from feeds.posts import PostRefused
from feeds.requests import reader, signed_in, told_to_wait
from feeds.text import MAX_LENGTH
from feeds.views.thread import kept_apart, visible_post
from shopping.htmx import wants_part

# Where an edited post may stand; see `feeds.articles`.
ROLES = frozenset({"", "first", "subject", "above", "reply", "inner"})


def _form(
    request: HttpRequest,
    subject: Post,
    *,
    body: str,
    ticked: Iterable[UUID],
    error: str = "",
) -> HttpResponse:
    carried = Product.objects.on_sale().filter(cards__post=subject).order_by("cards__position")
    part = wants_part(request)
    context: dict[str, Any] = {
        "part": part,
        "post": subject,
        "body": body,
        "products": [(product, product.public_id in set(ticked)) for product in carried],
        "error": error,
        "limit": MAX_LENGTH,
        "address": request.get_full_path(),
    }
    response = render(
        request,
        "feeds/_edit.html" if part else "feeds/edit.html",
        context,
        status=422 if error else 200,
    )
    if part and error:
        response["HX-Retarget"], response["HX-Reswap"] = "closest form", "outerHTML"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The form. HTMX puts it, and the edited post, in the post's place (`role` says which)."""
    subject = visible_post(public_id)
    if not authors.may_speak_for(signed_in(request), subject.author):
        raise PermissionDenied
    on_it = subject.cards.values_list("product__public_id", flat=True)
    if request.method != "POST":
        return _form(request, subject, body=subject.body, ticked=on_it)
    body = typed_body(request.POST)
    ticked = chosen_ids(request.POST.getlist("products"))
    chosen = Product.objects.on_sale().filter(public_id__in=ticked, cards__post=subject)
    try:
        limits.count(limits.EDITS, signed_in(request))
        edits.edit(subject, body=body, products=list(chosen.order_by("cards__position")))
    except PostRefused as refusal:
        return _form(request, subject, body=body, ticked=ticked, error=refusal.message)
    except TooOften as refusal:
        page = _form(request, subject, body=body, ticked=ticked, error=refusal.message)
        return told_to_wait(page, refusal)
    if not wants_part(request):
        return redirect("feeds:post", public_id)
    role = request.GET.get("role", "")
    entry = timelines.one(subject, reader=reader(request))
    return HttpResponse(article(entry, signed_in=True, role=role if role in ROLES else ""))


@require_safe
def history(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What a post said before, the last text first."""
    subject = visible_post(public_id)
    closed = kept_apart(request, subject)
    if closed is not None:
        return closed
    context = {"post": subject, "revisions": subject.revisions.order_by("-id")}
    return render(request, "feeds/history.html", context)
