"""Profiles of people and shops: posts, replies, likes, the shop and what there is to know of it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import User
from catalogue.models import Merchant, Product
from catalogue.offers import Offer, offers
from feeds import circles, follows, relations, timelines
from feeds.relations import Relation
from feeds.requests import cursor, person, reader, signed_in
from feeds.timelines import PAGE, Posts, Reader
from feeds.views.feed import SHOPS, filling
from shopping import replicas
from shopping.htmx import wants_part


def named(handle: str) -> User:
    """Whose handle it is, in any case. Raises Http404; for suspended accounts too."""
    return get_object_or_404(User.objects.named(handle), is_active=True)


def _facts(request: HttpRequest, profile: User, relation: Relation) -> dict[str, Any]:
    """What stands above the tabs of a profile."""
    user = person(request)
    return {
        "profile": profile,
        "title": profile.display_name,
        "mine": user == profile,
        "relation": relation,
        "followers": circles.count(circles.followers(profile, viewer=None)),
        "followed": circles.count(circles.followed(profile, viewer=None)),
        "place": "profile" if user == profile else "",
        "cover": _shelf(profile, viewer=reader(request), before="", size=1)
        if profile.is_shop
        else [],
        "path": request.path,
        "shops": partial(follows.shops_to_visit, user, limit=SHOPS),
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


def apart(request: HttpRequest, them: User, relation: Relation) -> HttpResponse:
    """In the place of a page of `them` whom the reader blocked or muted, or who blocked the reader."""
    context = {"them": them, "relation": relation, "path": request.path}
    return render(request, "feeds/apart.html", context, status=403 if relation.is_shut else 200)


def closed(
    request: HttpRequest, profile: User, relation: Relation, **facts: Any
) -> HttpResponse | None:
    """What stands in the place of a profile where one of the two blocked the other."""
    if relation.is_shut:
        return apart(request, profile, relation)
    if relation.blocked:
        facts |= {"profile": profile, "title": profile.display_name, "relation": relation}
        return render(request, "feeds/profile.html", facts)
    return None


@login_required
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """One's own profile, under an address that is the same for everybody."""
    return redirect("feeds:profile", signed_in(request).handle)


def _page(
    request: HttpRequest,
    profile: User,
    posts: Posts,
    *,
    section: str,
    relation: Relation,
    **facts: Any,
) -> HttpResponse:
    """A whole tab of posts; whoever muted `profile` is shown them when they ask for it."""
    context = _facts(request, profile, relation) | {"section": section, "shown": not relation.muted}
    if context["shown"] or "shown" in request.GET or "before" in request.GET:
        context |= filling(request, posts) | {"shown": True}
    return render(request, "feeds/profile.html", context | facts)


def _posts(request: HttpRequest, profile: User, posts: Posts, *, section: str) -> HttpResponse:
    """A tab of posts, or for HTMX only what goes below the posts already shown."""
    relation = relations.between(person(request), profile)
    page = closed(request, profile, relation)
    if page is not None:
        return page
    if wants_part(request):
        return render(request, "feeds/_page.html", filling(request, posts))
    return _page(request, profile, posts, section=section, relation=relation)


def changed(request: HttpRequest, profile: User) -> HttpResponse:
    """The whole profile anew, for HTMX, after something between it and the reader has changed."""
    relation = relations.between(person(request), profile)
    address = reverse("feeds:profile", args=[profile.handle])
    return closed(request, profile, relation, changed=True) or _page(
        request,
        profile,
        timelines.by_author(profile),
        section="posts",
        relation=relation,
        path=address,
        changed=True,
    )


@require_safe
@replicas.reading
def profile(request: HttpRequest, handle: str) -> HttpResponse:
    them = named(handle)
    if them.handle != handle:
        return HttpResponsePermanentRedirect(reverse("feeds:profile", args=[them.handle]))
    return _posts(request, them, timelines.by_author(them), section="posts")


@require_safe
@replicas.reading
def replies(request: HttpRequest, handle: str) -> HttpResponse:
    """The tab of posts and replies."""
    them = named(handle)
    return _posts(request, them, timelines.all_by(them), section="replies")


@require_safe
@replicas.reading
def likes(request: HttpRequest, handle: str) -> HttpResponse:
    """The tab of what they like."""
    them = named(handle)
    return _posts(request, them, timelines.liked_by(them), section="likes")


def _merchant(them: User) -> Merchant:
    """The shop that `them` is. Raises Http404 for who is none."""
    return get_object_or_404(Merchant, account=them, account__kind=User.Kind.SHOP)


@require_safe
def shop(request: HttpRequest, handle: str) -> HttpResponse:
    """The Shop tab: what a shop sells."""
    them = named(handle)
    _merchant(them)
    relation = relations.between(person(request), them)
    page = closed(request, them, relation)
    if page is not None:
        return page
    before = str(cursor(request) or "")
    shelf = _shelf(them, viewer=reader(request), before=before, size=PAGE + 1)
    context: dict[str, Any] = {
        "shelf": shelf[:PAGE],
        "next": shelf[PAGE - 1].public_id if len(shelf) > PAGE else None,
        "path": request.path,
        "section": "shop",
    }
    if wants_part(request):
        return render(request, "feeds/_shelf.html", context)
    context |= _facts(request, them, relation)
    return render(request, "feeds/profile.html", context)


@require_safe
def about(request: HttpRequest, handle: str) -> HttpResponse:
    """The About tab: who a shop is."""
    them = named(handle)
    merchant = _merchant(them)
    relation = relations.between(person(request), them)
    page = closed(request, them, relation)
    if page is not None:
        return page
    context = _facts(request, them, relation) | {"section": "about", "merchant": merchant}
    return render(request, "feeds/profile.html", context)
