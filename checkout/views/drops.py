"""A drop's page, what its script asks, and the two things that one can do there: wait, and come in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalogue import drops
from catalogue.models import Drop, Product
from catalogue.offers import offers
from catalogue.plain_words import plain_words
from checkout import drop_queues, drop_states, visitors
from checkout.cart_owners import Owner
from checkout.limits import NEW_GUESTS, PLACES, TooOften, count
from checkout.views.tills import refused_for
from feeds.requests import answered, signed_in
from shopping.htmx import wants_part
from shopping.ids import uuid_of
from shopping.own_forms import is_own_form
from shopping.preferences import country_of

# Seconds between two questions of the page's script, while it is looked at.
ASK = {"before": 60, "live": 5, "queue": 3, "turn": 5, "sold_out": 15, "ended": 0}


@never_cache
@require_GET
def drop(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One drop, before it opens and after. 404 unless its product is shown."""
    return _page(request, _shown(public_id))


@never_cache
@require_GET
def state(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The part of the page that changes. Whoever waits is noted as being there by asking."""
    found = _shown(public_id)
    return render(request, "checkout/_drop_now.html", _now(request, found))


@never_cache
@csrf_exempt
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The press on Buy now: a turn leads to the sheet, a place in the queue to the drop's page.

    A signed-out page is one copy for everybody and holds no token, so a form is known by where it
    comes from. By GET, which a browser tries where the press failed, nothing happens.
    """
    found = _shown(public_id)
    if request.method == "GET" or not is_own_form(request):
        return to_page(request, found)
    if not found.is_open(timezone.now()):
        return to_page(request, found)
    known = visitors.owner_of(request)
    owner = known or Owner(guest=visitors.new_guest())
    try:
        count(PLACES if known else NEW_GUESTS, visitors.counted(request))
    except TooOften as error:
        page = _page(request, found, refused=error.message)
        return refused_for(error.seconds, page)
    drop_queues.enter(found, principal=owner.principal)
    has_turn = drop_states.read(found, principal=owner.principal).kind in {"live", "turn"}
    response = _to_sheet(request, found) if has_turn else to_page(request, found)
    visitors.remember_guest(request, response, name=owner.guest)
    return response


@never_cache
@require_POST
def leave(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give one's place in the queue up."""
    found = _shown(public_id)
    drop_queues.leave(found, principal=visitors.principal_of(request))
    return redirect("checkout:drop", found.public_id)


@never_cache
@require_POST
@login_required
def remind(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """`remind` says what is wished for, so that a repeat changes nothing; none are set once it is open."""
    found, user = _shown(public_id), signed_in(request)
    wanted = request.POST.get("remind") == "yes"
    if not wanted:
        drops.forget(user, drop=found)
    elif found.opens_at > timezone.now():
        drops.remind(user, drop=found)
    said: dict[str, object] = {"reminded": wanted, "count": found.reminders.count()}
    return answered(request, said, default=reverse("checkout:drop", args=[found.public_id]))


def to_page(request: HttpRequest, found: Drop) -> HttpResponse:
    """Leave for the drop's page, also out of what HTMX asked for."""
    address = reverse("checkout:drop", args=[found.public_id])
    if wants_part(request):
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": address})
    return redirect(address)


def _to_sheet(request: HttpRequest, found: Drop) -> HttpResponse:
    address = reverse("checkout:buy", args=[found.product.public_id])
    return redirect(_with_choice(request, address))


def _shown(public_id: UUID) -> Drop:
    there = Drop.objects.filter(product__in=Product.objects.shown())
    return get_object_or_404(there.select_related("product__merchant"), public_id=public_id)


def _page(request: HttpRequest, found: Drop, *, refused: str = "") -> HttpResponse:
    # Plain text of HTML that was made safe when it was written.
    summary = plain_words(found.product.description)
    context = {**_now(request, found), "refused": refused, "summary": summary}
    return render(request, "checkout/drop.html", context)


def _now(request: HttpRequest, found: Drop) -> dict[str, Any]:
    principal, user = visitors.principal_of(request), visitors.user_of(request)
    product = found.product
    now = drop_states.read(found, principal=principal)
    if now.kind == "queue":
        drop_queues.seen(found.pk, principal=principal)
    if now.has_room:
        drop_queues.call(found.pk)
        now = drop_states.read(found, principal=principal)
    cards = offers([product.pk], country=country_of(request), now=now.now)
    return {
        "drop": found,
        "product": product,
        "merchant": product.merchant,
        "now": now,
        "ask": ASK[now.kind],
        "opens": int(found.opens_at.timestamp() * 1000),
        "offer": cards.get(product.pk),
        "asked": found.reminders.count() if now.kind == "before" else 0,
        "reminded": user is not None and drops.is_reminded(user, drop=found),
        "sheet_url": _with_choice(request, reverse("checkout:buy", args=[product.public_id])),
        "enter_url": _with_choice(request, reverse("checkout:drop_enter", args=[found.public_id])),
    }


def _with_choice(request: HttpRequest, address: str) -> str:
    """`address` with the variant that was chosen and the post that led here, if there are any."""
    kept = {name: request.GET.get(name, "") for name in ("variant", "post")}
    said = urlencode({name: text for name, text in kept.items() if uuid_of(text)})
    return f"{address}?{said}" if said else address
