"""Finding products, shops and people by a word of their name."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from catalogue.offers import offers
from feeds import follows
from feeds.forms import find_products
from feeds.requests import person, reader
from feeds.visibility import seen_by

MAX_QUERY = 80
PRODUCTS = 24
PEOPLE = 8


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """With no query, shops to visit."""
    viewer = reader(request)
    query = request.GET.get("q", "").replace("\x00", "").strip()[:MAX_QUERY]
    context: dict[str, object] = {"q": query, "place": "search"}
    if query:
        ids = [product.pk for product in find_products(query, limit=PRODUCTS)]
        known = offers(ids, country=viewer.country, now=viewer.now)
        bare = query.removeprefix("@").removeprefix("#")
        named = Q(display_name__icontains=bare) | Q(handle__istartswith=bare)
        context["shelf"] = [known[number] for number in ids if number in known]
        people = seen_by(User.objects.filter(named), viewer.user, field="pk")
        context["people"] = people.order_by("pk")[:PEOPLE]
    context["shops"] = follows.shops_to_visit(person(request), limit=PEOPLE if not query else 3)
    return render(request, "feeds/search.html", context)
