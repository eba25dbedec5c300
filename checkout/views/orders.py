"""What was bought: one order by its link, and a person's own list."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from catalogue.models import Merchant
from checkout import baskets, orders
from checkout.models import Order, OrderDelivery, OrderLine, Payment
from checkout.views.cart import counted, owner_of
from checkout.views.requests import wants_part
from checkout.visitors import user_of

FRESH = timedelta(minutes=30)
LISTED = 20


@never_cache
@require_GET
def order(request: HttpRequest, token: str) -> HttpResponse:
    """An order for whoever holds its link; any other link is a 404. Follows a payment under way."""
    try:
        found = orders.by_token(token)
    except Order.DoesNotExist:
        raise Http404 from None
    context = {
        "order": found,
        "lines": list(found.lines.select_related("merchant")),
        "deliveries": list(found.deliveries.select_related("merchant")),
        "payment": found.payments.order_by("-id").first(),
        "token": token,
        "fresh": found.paid_at is not None and timezone.now() - found.paid_at < FRESH,
        "first_name": found.name.split(" ")[0],
    }
    response = render(request, _order_template(request), context)
    if found.cart_id is None:
        return response
    return counted(request, response, baskets.pieces(owner_of(request)))


def _order_template(request: HttpRequest) -> str:
    """A page, what changes on it while a payment is under way, or the end of a sheet."""
    if not wants_part(request):
        return "checkout/order.html"
    return "checkout/_order_over.html" if "over" in request.GET else "checkout/_order.html"


@never_cache
@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The signed-in person's orders, newest first, a page of twenty at a time."""
    found = Order.objects.filter(user=user_of(request)).order_by("-id")
    before = request.GET.get("before", "")
    if before.isdecimal():
        found = found.filter(number__lt=int(before[:18]))
    found = found.prefetch_related(
        Prefetch("lines", OrderLine.objects.select_related("merchant")),
        Prefetch("deliveries", OrderDelivery.objects.all()),
        Prefetch("payments", Payment.objects.order_by("-id")),
    )
    rows = list(found[: LISTED + 1])
    page = rows[:LISTED]
    context = {
        "orders": [(row, orders.token(row)) for row in page],
        "older": page[-1].number if len(rows) > LISTED else None,
        "place": "orders",
    }
    return render(request, "checkout/orders.html", context)


@require_GET
def terms(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A shop's terms of sale, which the sheet names beside Pay."""
    merchant = get_object_or_404(Merchant, public_id=public_id, status=Merchant.Status.ACTIVE)
    return render(request, "checkout/terms.html", {"merchant": merchant})
