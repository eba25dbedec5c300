"""Writing a post, a reply or a quote, with products and pictures."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from feeds import drafts, limits, pictures, typed
from feeds.composer import choices, composer
from feeds.forms import ComposerForm, chosen_ids, written
from feeds.limits import TooOften
from feeds.models import Draft, Post
from feeds.pictures import PictureRefused
from feeds.posts import PostRefused
from feeds.requests import draft_key, place, reader, signed_in, told_to_wait
from shopping.htmx import wants_part
from shopping.ids import uuid_of
from shopping.templatetags.money import language

# Buttons that change the draft and show its page again.
STEPS = ("find", "add", "remove")


@login_required
@require_safe
def products(request: HttpRequest) -> HttpResponse:
    """The fragment below the composer's search field."""
    shown = choices(
        reader(request),
        query=request.GET.get("q", "").strip(),
        chosen=chosen_ids(request.GET.getlist("products")),
    )
    response = render(request, "feeds/_product_choices.html", {"choices": shown})
    # HTMX shows no answer that is an error.
    if shown.refusal is not None and not wants_part(request):
        return told_to_wait(response, shown.refusal)
    return response


def _page(
    request: HttpRequest,
    draft: Draft,
    *,
    query: str = "",
    errors: Sequence[str] = (),
    status: int = 422,
) -> HttpResponse:
    user = signed_in(request)
    typed_so_far = {
        "body": draft.body,
        "author": draft.author_id or user.pk,
        "paid_partnership": draft.paid_partnership,
    }
    shown = composer(draft, viewer=reader(request), query=query)
    context = {
        "composer": shown,
        "form": ComposerForm(initial=typed_so_far, user=user),
        "errors": errors,
        "title": _title(draft),
        "place": "new",
    }
    response = render(request, "feeds/compose.html", context, status=status if errors else 200)
    refusal = shown.choices.refusal
    return response if refusal is None else told_to_wait(response, refusal)


def _title(draft: Draft) -> str:
    if draft.reply_to is not None:
        return _("New reply")
    return _("New quote") if draft.quote_of is not None else _("New post")


def address_of(data: QueryDict) -> str:
    """The composer for what `data` names by `reply` or `quote`."""
    found = {name: uuid_of(str(data.get(name, ""))) for name in ("reply", "quote")}
    named = {name: str(key) for name, key in found.items() if key}
    return reverse("feeds:new") + (f"?{urlencode(named)}" if named else "")


def _back(request: HttpRequest) -> str:
    return address_of(request.GET if request.method == "GET" else request.POST)


@typed.keeps_what_is_typed(_back)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The composer. Whatever button is pressed, what is typed and picked is kept first. A GET that
    writes, after a sign-in: what was sent without one becomes a draft."""
    if request.method == "POST":
        return _pressed(request)
    user = signed_in(request)
    typed.take_up(request, user)
    draft = drafts.current(user, place=place(request.GET, among=Post.objects.visible()))
    wished = chosen_ids(request.GET.getlist("product"))
    draft.products = list(dict.fromkeys([*draft.products, *wished]))
    return _page(request, draft)


def _pressed(request: HttpRequest) -> HttpResponse:
    form = ComposerForm(request.POST, user=signed_in(request))
    draft = drafts.press(
        signed_in(request),
        draft_key(request.POST),
        place=place(request.POST, among=Post.objects.all()),
        written=written(form, request.POST),
    )
    if "discard" in request.POST:
        drafts.discard(draft)
        messages.success(request, _("Your draft is deleted."))
        return redirect(_after(draft))
    refusals = _keep_pictures(draft, request.FILES.getlist("pictures"))
    errors = [refusal.message for refusal in refusals]
    if any(refusal.seconds for refusal in refusals):
        return _page(request, draft, errors=errors, status=429)
    if any(step in request.POST for step in STEPS):
        return _page(request, draft, query=request.POST.get("q", "").strip(), errors=errors)
    if "save" in request.POST and not errors:
        messages.success(request, _("Your draft is saved."))
        return redirect(address_of(request.POST))
    if form.problem:
        errors.append(form.problem)
    return _page(request, draft, errors=errors) if errors else _publish(request, draft)


def _publish(request: HttpRequest, draft: Draft) -> HttpResponse:
    try:
        limits.count(limits.POSTS, draft.user)
        post = drafts.publish(draft, language=language())
    except PostRefused as refusal:
        return _page(request, draft, errors=[refusal.message])
    except TooOften as refusal:
        return told_to_wait(_page(request, draft, errors=[refusal.message]), refusal)
    if draft.reply_to is not None:
        return redirect(_after(draft))
    messages.success(request, _("Your post is published."))
    return redirect("feeds:post", post.public_id)


def _after(draft: Draft) -> str:
    if draft.reply_to is not None:
        return reverse("feeds:post", args=[draft.reply_to.public_id])
    return reverse("feeds:home")


def _keep_pictures(draft: Draft, files: Sequence[UploadedFile[bytes]]) -> list[PictureRefused]:
    """Keep what can be kept of the uploaded files; returns what is said of the rest."""
    refused = []
    for content in files:
        try:
            pictures.keep(draft, content=content)
        except PictureRefused as refusal:
            refused.append(refusal)
    return refused
