"""Opening the Buy-now sheet, and following what the shopper changes in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from catalogue.models import Merchant, Product
from checkout import notes, visitors
from checkout.errors import BadAddress, CheckoutError, UnknownCard
from checkout.notes import Note
from checkout.sheets import Sheet, build
from checkout.views.requests import asked, key_of, product_of, typed, wants_part


@never_cache
@require_GET
def buy(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The sheet, over the feed for HTMX, or a page of its own. Writes nothing."""
    product = product_of(public_id)
    if not is_on_sale(product):
        return gone(request, product)
    try:
        sheet = build(product, user=visitors.user_of(request), asked=asked(request, product))
    except CheckoutError:
        return gone(request, product)
    note = _first_note(sheet)
    response = show(request, sheet, key=new_key(), note=note)
    visitors.remember_guest(request, response)
    return response


@never_cache
@require_POST
def quote(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What another variant, quantity or country comes to."""
    product = product_of(public_id)
    if not is_on_sale(product):
        return gone(request, product)
    try:
        sheet = build(product, user=visitors.user_of(request), asked=asked(request, product))
    except (BadAddress, UnknownCard) as error:
        return parts(request, rebuilt(request, product), note=notes.refused(error))
    except CheckoutError:
        return gone(request, product)
    if wants_part(request):
        return parts(request, sheet, note=_first_note(sheet))
    visitors.keep_draft(request, typed(request.POST))
    return show(request, sheet, key=key_of(request.POST) or new_key(), note=_first_note(sheet))


@never_cache
@require_POST
def draft(request: HttpRequest, public_id: UUID) -> JsonResponse:
    """Keep what was typed for half an hour, and say what is wrong with it so far."""
    visitors.keep_draft(request, typed(request.POST))
    product = product_of(public_id)
    try:
        sheet = build(
            product, user=visitors.user_of(request), asked=asked(request, product, sent=True)
        )
    except CheckoutError:
        return JsonResponse({"errors": {}})
    return JsonResponse({"errors": sheet.errors})


def new_key() -> str:
    """An idempotency key for one form; nobody can guess it."""
    return uuid4().hex


def is_on_sale(product: Product) -> bool:
    return (
        product.status == Product.Status.ACTIVE
        and product.merchant.status == Merchant.Status.ACTIVE
    )


def rebuilt(request: HttpRequest, product: Product) -> Sheet:
    """The sheet as it stands now, for what was sent; with the default address and card where the
    sent ones are not the shopper's. Raises SoldOut for a product without any variant."""
    user = visitors.user_of(request)
    said = asked(request, product, sent=True)
    try:
        return build(product, user=user, asked=said)
    except (BadAddress, UnknownCard):
        return build(product, user=user, asked=replace(said, address="", card=""))


def gone(request: HttpRequest, product: Product) -> HttpResponse:
    """A product that is no longer sold, said in place."""
    name = "checkout/_gone.html" if wants_part(request) else "checkout/gone.html"
    return render(request, name, {"product": product}, status=410)


def show(
    request: HttpRequest, sheet: Sheet, *, key: str, note: Note | None, status: int = 200
) -> HttpResponse:
    """The whole sheet: a dialog for HTMX, else a page."""
    name = "checkout/_sheet.html" if wants_part(request) else "checkout/buy.html"
    context = {
        **_context(sheet, note=note),
        "key": key,
        "member": visitors.member_mark(request),
        "stripe": stripe_settings(),
    }
    return render(request, name, context, status=status)


def parts(request: HttpRequest, sheet: Sheet, *, note: Note | None) -> HttpResponse:
    """The parts of an open sheet that depend on the quote, each to be put in its place."""
    return render(request, "checkout/_parts.html", _context(sheet, note=note))


def stripe_settings() -> dict[str, str]:
    return {"script": settings.STRIPE_JS_URL, "key": settings.STRIPE_PUBLISHABLE_KEY}


def _context(sheet: Sheet, *, note: Note | None) -> dict[str, Any]:
    return {"sheet": sheet, "product": sheet.product, "note": note}


def _first_note(sheet: Sheet) -> Note | None:
    """What the shopper has to know of the sheet as it stands."""
    if sheet.choice.lost and sheet.asked.picks is not None:
        return notes.sold_out(sheet.choice.lost)
    if sheet.problem is not None:
        return notes.refused(sheet.problem)
    return None
