"""The page on which people choose the picture that stands for them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from feeds import avatars, limits
from feeds.limits import TooOften
from feeds.requests import signed_in, told_to_wait


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def avatar(request: HttpRequest) -> HttpResponse:
    """The form; a POST keeps the picture that it brings, or with `remove` takes away what is there."""
    try:
        error = _keep(request) if request.method == "POST" else ""
    except TooOften as refusal:
        return told_to_wait(_page(request, error=refusal.message), refusal)
    if request.method == "POST" and not error:
        messages.success(request, _("Saved"))
        return redirect("feeds:me")
    return _page(request, error=error)


def _page(request: HttpRequest, *, error: str) -> HttpResponse:
    return render(request, "feeds/avatar.html", {"error": error}, status=422 if error else 200)


def _keep(request: HttpRequest) -> str:
    """What is wrong with what was sent; "" where it is kept. Raises TooOften."""
    user = signed_in(request)
    if "remove" in request.POST:
        avatars.remove(user)
        return ""
    content = request.FILES.get("picture")
    if content is None:
        return _("Choose a picture first.")
    limits.count(limits.PICTURES, user)
    try:
        avatars.change(user, content=content)
    except ValidationError as refusal:
        return refusal.messages[0]
    return ""
