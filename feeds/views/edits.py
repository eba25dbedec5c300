"""Editing a post, in its place in the feed or on a page of its own, and what it said before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
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
    paid_partnership: bool,
    error: str = "",
) -> HttpResponse:
    carried = Product.objects.on_sale().filter(cards__post=subject).order_by("cards__position")
    shown = {
        "form": "feeds/_edit.html",
        "body": body,
        "products": [(product, product.public_id in set(ticked)) for product in carried],
        "paid_partnership": paid_partnership,
        "limit": MAX_LENGTH,
    }
    return _answer(request, subject, shown, error=error)


def _label_form(request: HttpRequest, subject: Post, *, error: str = "") -> HttpResponse:
    """What is left of the form when the time for editing is over."""
    shown = {"form": "feeds/_label.html", "late": edits.too_late()}
    return _answer(request, subject, shown, error=error)


def _answer(
    request: HttpRequest, subject: Post, shown: dict[str, Any], *, error: str
) -> HttpResponse:
    part = wants_part(request)
    context = {
        "part": part,
        "post": subject,
        "error": error,
        "address": request.get_full_path(),
        **shown,
    }
    response = render(
        request,
        shown["form"] if part else "feeds/edit.html",
        context,
        status=422 if error else 200,
    )
    if part and error:
        response["HX-Retarget"], response["HX-Reswap"] = "closest form", "outerHTML"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The form. HTMX puts it, and the edited post, in the post's place (`role` says which). When
    the time is over there is a button alone, which labels a paid partnership."""
    subject = visible_post(public_id)
    if not authors.may_speak_for(signed_in(request), subject.author):
        raise PermissionDenied
    form: Callable[..., HttpResponse]
    verb: Callable[[], bool]
    if "declare" in request.POST:
        form = partial(_label_form, request, subject)
        verb = partial(edits.declare_partnership, subject)
    elif request.method == "POST":
        form, verb = _typed(request, subject)
    elif subject.is_editable:
        on_it = subject.cards.values_list("product__public_id", flat=True)
        labelled = subject.paid_partnership
        return _form(request, subject, body=subject.body, ticked=on_it, paid_partnership=labelled)
    else:
        return _label_form(request, subject)
    try:
        limits.count(limits.EDITS, signed_in(request))
        verb()
    except PostRefused as refusal:
        return form(error=refusal.message)
    except TooOften as refusal:
        return told_to_wait(form(error=refusal.message), refusal)
    return _edited(request, subject)


def _typed(
    request: HttpRequest, subject: Post
) -> tuple[Callable[..., HttpResponse], Callable[[], bool]]:
    """The form as it was sent, to be shown again, and the edit that it asks for."""
    body = typed_body(request.POST)
    ticked = chosen_ids(request.POST.getlist("products"))
    labelled = "paid_partnership" in request.POST
    chosen = Product.objects.on_sale().filter(public_id__in=ticked, cards__post=subject)
    products = list(chosen.order_by("cards__position"))
    form = partial(_form, request, subject, body=body, ticked=ticked, paid_partnership=labelled)
    verb = partial(edits.edit, subject, body=body, products=products, paid_partnership=labelled)
    return form, verb


def _edited(request: HttpRequest, subject: Post) -> HttpResponse:
    if not wants_part(request):
        return redirect("feeds:post", subject.public_id)
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
