"""What the composer's scripts send while somebody writes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from feeds import drafts, pictures
from feeds.composer import Tile, choices
from feeds.drafts import Written
from feeds.forms import ComposerForm, typed_body, written
from feeds.models import Post
from feeds.pictures import PictureRefused
from feeds.requests import draft_key, person, place, reader


def _signed_out() -> HttpResponse:
    said = _("You are signed out. Sign in again: what you have written stays here.")
    return HttpResponse(said, status=401, content_type="text/plain")


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep what is typed; answers with the products that the text links to."""
    user = person(request)
    if user is None:
        return _signed_out()
    if "whole" in request.POST:
        typed = written(ComposerForm(request.POST, user=user), request.POST)
    else:
        typed = Written(body=typed_body(request.POST))
    where = place(request.POST, among=Post.objects.all())
    draft = drafts.keep(user, draft_key(request.POST), place=where, written=typed)
    shown = choices(reader(request), query="", chosen=draft.products, body=draft.body)
    return render(request, "feeds/_linked.html", {"choices": shown})


@require_POST
def add_picture(request: HttpRequest) -> HttpResponse:
    """Keep one picture of a draft; answers with its place in the form, or with what is wrong."""
    user = person(request)
    if user is None:
        return _signed_out()
    content = request.FILES.get("pictures")
    where = place(request.POST, among=Post.objects.all())
    if content is None:
        return HttpResponse(_("No picture came along."), status=422, content_type="text/plain")
    draft = drafts.started(user, draft_key(request.POST), place=where)
    try:
        image = pictures.keep(draft, content=content)
    except PictureRefused as refusal:
        status = 429 if refusal.seconds else 422
        answer = HttpResponse(refusal.message, status=status, content_type="text/plain")
        if refusal.seconds:
            answer["Retry-After"] = str(refusal.seconds)
        return answer
    return render(request, "feeds/_pending_picture.html", {"tile": Tile.of(image)})
