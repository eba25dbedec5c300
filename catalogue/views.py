"""The product page."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from catalogue import (
    arrivals,
    choosing,
    drops,
    goods,
    link_cards,
    linked_data,
    rates,
    reminders,
    return_terms,
    vias,
)
from catalogue.linked_data import Said
from catalogue.models import Merchant, Product, StockReminder, Variant
from catalogue.plain_words import plain_words
from catalogue.products import sanitised
from catalogue.roles import Capability, access_of
from catalogue.zones import Place
from shopping.ids import uuid_of
from shopping.linked_data import script
from shopping.preferences import country_of


def _wanted(request: HttpRequest) -> tuple[UUID | None, dict[int, str]]:
    """`?variant=` and the chips `?o0=` to `?o2=` of the form."""
    try:
        variant_id = UUID(request.GET.get("variant", ""))
    except ValueError:
        variant_id = None
    values = {n: request.GET[f"o{n}"] for n in range(3) if f"o{n}" in request.GET}
    return variant_id, values


def _delivery(
    variant: Variant, *, merchant: Merchant, country: str, now: datetime
) -> dict[str, Any]:
    """What one piece costs to deliver and when it comes; `rate` None where it cannot go."""
    rate = rates.shipping_to(
        Place.of(country),
        merchant_id=merchant.pk,
        grams=variant.weight_grams if variant.requires_shipping else 0,
        value=variant.price,
    )
    if rate is None:
        return {"rate": None}
    arrives_from, arrives_to = arrivals.window(
        now,
        time_zone=merchant.time_zone,
        cut_off=merchant.cut_off,
        min_days=rate.min_days,
        max_days=rate.max_days,
    )
    return {
        "rate": rate,
        "delivery": rates.delivery_price(rate.price, rate.free_from, items_total=variant.price),
        "arrives_from": arrives_from,
        "arrives_to": arrives_to,
    }


def _seen(request: HttpRequest, public_id: UUID) -> tuple[Product, bool]:
    """The product, and whether everybody sees it. Raises Http404."""
    there = Product.objects.select_related("merchant__account", "drop")
    if "preview" not in request.GET or there.shown().filter(public_id=public_id).exists():
        return get_object_or_404(there.shown(), public_id=public_id), True
    found = get_object_or_404(there, public_id=public_id)
    if not access_of(request.user).may(Capability.VIEW, found.merchant_id):
        raise Http404
    return found, False


def _told_to_machines(
    request: HttpRequest, page: dict[str, Any], *, variants: list[Variant], now: datetime
) -> dict[str, Any]:
    """What search engines and other networks read, of a `page` as people do; one statement."""
    product, current, summary = page["product"], page["variant"], page["summary"]
    card = link_cards.card(
        product,
        variant=current,
        pictures=page["pictures"],
        summary=summary,
        opens_sheet=uuid_of(request.GET.get("buy", "")) == product.public_id,
        now=now,
    )
    said = Said(
        product,
        variants=variants,
        shown=current,
        pictures=page["pictures"],
        summary=summary,
        country=country_of(request),
        rate=page["rate"],
        terms=return_terms.of(product.merchant),
        drop=getattr(product, "drop", None),
        now=now,
    )
    return {"card": card, "linked_data": script(linked_data.product(said))}


@require_safe
def product(request: HttpRequest, public_id: UUID, slug: str) -> HttpResponse:
    """One product; 404 unless it is shown. The slug is for people: a wrong one is redirected.

    With `?preview` its shop's members see it also before it is shown, and after.
    """
    shown, is_shown = _seen(request, public_id)
    address = reverse("catalogue:product", args=[shown.public_id, shown.slug])
    if slug != shown.slug:
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
    variants = goods.variants_of(shown)
    if not variants:
        raise Http404
    variant_id, values = _wanted(request)
    current = choosing.chosen(variants, variant_id=variant_id, values=values)
    options = choosing.options(
        shown, variants, current=current, variant_id=variant_id, values=values
    )
    pictures = goods.images_of(shown)
    pictures.sort(key=lambda picture: picture.variant_id != current.pk)
    country = country_of(request)
    description = sanitised(shown.description)
    drop = getattr(shown, "drop", None)
    user = request.user if isinstance(request.user, User) else None
    now = timezone.now()
    mine = StockReminder.objects.filter(user=user, variant=current)
    context = {
        "product": shown,
        "is_preview": not is_shown,
        "merchant": shown.merchant,
        "seller": shown.merchant.account,
        "address": address,
        "variant": current,
        "left": choosing.left(current),
        "reminded": user is not None and mine.exists(),
        "waits_for_drop": drop if drop and drop.opens_at > now else None,
        "open_drop": drop if drop and drop.is_open(now) else None,
        "ended_drop": drop if drop and drop.ends_at and drop.ends_at <= now else None,
        "drop_reminded": user is not None and drops.is_reminded(user, drop=drop),
        "options": options,
        "missing": next((option for option in options if option.is_missing), None),
        "asks_to_choose": "choose" in request.GET,
        "pictures": pictures,
        "description": mark_safe(description),  # noqa: S308  cleaned by nh3
        # Plain text: safe HTML is not safe in an attribute, where its quotes would end it.
        "summary": plain_words(description),
        "tax": rates.tax_in(country, product=shown),
        **_delivery(current, merchant=shown.merchant, country=country, now=now),
    }
    if is_shown:
        context |= _told_to_machines(request, context, variants=variants, now=now)
    response = render(request, "catalogue/product.html", context)
    if is_shown:
        vias.remember(request, response, product=shown.public_id)
    else:
        add_never_cache_headers(response)
    return response


@require_POST
@login_required
def remind(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """`remind` says what is wished for, so that a repeat changes nothing."""
    variants = Variant.objects.filter(active=True, product__in=Product.objects.on_sale())
    variant = get_object_or_404(variants.select_related("product"), public_id=public_id)
    if not isinstance(request.user, User):
        raise Http404
    wanted = request.POST.get("remind") == "yes"
    (reminders.ask if wanted else reminders.withdraw)(request.user, variant=variant)
    address = reverse("catalogue:product", args=[variant.product.public_id, variant.product.slug])
    return redirect(f"{address}?variant={variant.public_id}#back")
