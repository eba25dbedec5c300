"""Writing a post and attaching products to it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from catalogue.models import Product
from catalogue.offers import Offer, offers
from feeds import limits, posts, timelines
from feeds.forms import ComposerForm, chosen_ids, find_products
from feeds.limits import TooOften
from feeds.models import Post
from feeds.requests import reader, signed_in, told_to_wait
from feeds.text import MAX_LENGTH
from feeds.views.thread import visible_post
from shopping.templatetags.money import language


def _choices(request: HttpRequest, *, query: str, chosen: list[str]) -> dict[str, Any]:
    """The products to tick: those ticked already, then what `query` finds."""
    viewer = reader(request)
    ticked = list(Product.objects.on_sale().filter(public_id__in=chosen_ids(chosen)))
    found = [product for product in find_products(query) if product not in ticked]
    known = offers(
        (product.pk for product in [*ticked, *found]), country=viewer.country, now=viewer.now
    )

    def shown(products: list[Product]) -> list[Offer]:
        return [known[product.pk] for product in products if product.pk in known]

    return {"ticked": shown(ticked), "found": shown(found), "query": query}


@login_required
@require_safe
def products(request: HttpRequest) -> HttpResponse:
    """The fragment below the composer's search field."""
    choices = _choices(
        request, query=request.GET.get("q", "").strip(), chosen=request.GET.getlist("products")
    )
    return render(request, "feeds/_product_choices.html", choices)


def _quote_of(request: HttpRequest) -> Post | None:
    """The post in `quote`, of the address or of the form; None where it names none that is shown."""
    named = chosen_ids([request.POST.get("quote") or request.GET.get("quote", "")])
    if not named:
        return None
    try:
        return visible_post(named[0])
    except Http404:
        return None


def _composer(
    request: HttpRequest, form: ComposerForm, *, query: str, chosen: list[str], error: str = ""
) -> HttpResponse:
    context = _choices(request, query=query, chosen=chosen)
    quote_of = _quote_of(request)
    context |= {
        "form": form,
        "quoted": quote_of and timelines.one(quote_of, reader=reader(request)).as_quoted,
        "error": error,
        "limit": MAX_LENGTH,
        "title": _("New post"),
        "place": "new",
    }
    return render(request, "feeds/compose.html", context, status=422 if error else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The composer. Its "Find" button answers with products and keeps what is typed."""
    user = signed_in(request)
    if request.method != "POST":
        return _composer(
            request, ComposerForm(user=user), query="", chosen=request.GET.getlist("product")
        )
    form = ComposerForm(request.POST, user=user)
    query = request.POST.get("q", "").strip()
    chosen = request.POST.getlist("products")
    if "find" in request.POST:
        return _composer(request, form, query=query, chosen=chosen)
    quote_of = _quote_of(request)
    if request.POST.get("quote") and quote_of is None:
        error = _("This post has been deleted; it cannot be quoted.")
        return _composer(request, form, query=query, chosen=chosen, error=error)
    if not form.is_valid():
        error = _("One of these products is no longer on sale.")
        return _composer(request, form, query=query, chosen=chosen, error=error)
    try:
        limits.count(limits.POSTS, user)
        posts.publish(
            form.cleaned_data["author"] or user,
            body=form.cleaned_data["body"],
            language=language(),
            products=list(form.cleaned_data["products"]),
            quote_of=quote_of,
        )
    except posts.PostRefused as refusal:
        return _composer(request, form, query=query, chosen=chosen, error=refusal.message)
    except TooOften as refusal:
        page = _composer(request, form, query=query, chosen=chosen, error=refusal.message)
        return told_to_wait(page, refusal)
    return redirect("feeds:home")
