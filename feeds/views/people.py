"""Profiles of people and shops, and following them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from catalogue.models import Product
from catalogue.offers import Offer, offers
from feeds import follows, timelines
from feeds.models import Follow
from feeds.requests import answered, cursor, person, reader, signed_in
from feeds.timelines import PAGE, Reader
from feeds.views.feed import timeline_page
from shopping.htmx import wants_part


def _profile(request: HttpRequest, handle: str) -> User:
    return get_object_or_404(User, handle__iexact=handle, is_active=True)


def _facts(request: HttpRequest, profile: User) -> dict[str, Any]:
    """What stands above both tabs of a profile."""
    user = person(request)
    shop = profile.is_shop
    follows_it = (
        user is not None and Follow.objects.filter(follower=user, followed=profile).exists()
    )
    return {
        "profile": profile,
        "title": profile.display_name,
        "mine": user == profile,
        "follows": follows_it,
        "followers": Follow.objects.filter(followed=profile).count(),
        "place": "profile" if user == profile else "",
        "cover": _shelf_page(request, profile, size=1) if shop else [],
    }


def _shelf(profile: User, *, viewer: Reader, before: str, size: int) -> list[Offer]:
    """A shop's products, the newest first, behind the product `before` (a public id)."""
    products = Product.objects.on_sale().filter(merchant__account=profile).order_by("-id")
    if before:
        last = Product.objects.filter(public_id=before).values_list("id", flat=True).first()
        products = products.filter(id__lt=last) if last else products
    ids = list(products.values_list("id", flat=True)[:size])
    found = offers(ids, country=viewer.country, now=viewer.now)
    return [found[number] for number in ids if number in found]


def _shelf_page(request: HttpRequest, profile: User, *, size: int) -> list[Offer]:
    before = cursor(request) if size > 1 else None
    return _shelf(profile, viewer=reader(request), before=str(before or ""), size=size)


@login_required
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """One's own profile, under an address that is the same for everybody."""
    return redirect("feeds:profile", signed_in(request).handle)


@require_safe
def profile(request: HttpRequest, handle: str) -> HttpResponse:
    them = _profile(request, handle)
    if them.handle != handle:
        return HttpResponsePermanentRedirect(reverse("feeds:profile", args=[them.handle]))
    facts = {} if wants_part(request) else _facts(request, them)
    return timeline_page(
        request, timelines.by_author(them), template="feeds/profile.html", section="posts", **facts
    )


@require_safe
def shop(request: HttpRequest, handle: str) -> HttpResponse:
    """The Shop tab: what a shop sells."""
    them = get_object_or_404(User, handle__iexact=handle, kind=User.Kind.SHOP)
    shelf = _shelf_page(request, them, size=PAGE + 1)
    context: dict[str, Any] = {
        "shelf": shelf[:PAGE],
        "next": shelf[PAGE - 1].public_id if len(shelf) > PAGE else None,
        "path": request.path,
        "section": "shop",
    }
    if wants_part(request):
        return render(request, "feeds/_shelf.html", context)
    context |= _facts(request, them)
    context["shops"] = follows.shops_to_visit(person(request), limit=3)
    return render(request, "feeds/profile.html", context)


@require_POST
@login_required
def follow(request: HttpRequest, handle: str) -> HttpResponse:
    """`follow` says what is wished for, so that a repeat changes nothing."""
    them = _profile(request, handle)
    wanted = request.POST.get("follow") == "yes"
    (follows.follow if wanted else follows.unfollow)(signed_in(request), followed=them)
    default = reverse("feeds:profile", args=[them.handle])
    return answered(request, {"on": wanted}, default=default)
