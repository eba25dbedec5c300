"""What was bought: one order by its link, and a person's own list."""

from __future__ import annotations

from datetime import timedelta
from operator import attrgetter
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from catalogue.models import Merchant
from checkout import agents, baskets, claims, held, orders, refunds, standing, story
from checkout.models import AgentPurchase, Order, OrderDelivery, OrderLine, OrderNote, Payment
from checkout.views.cart import counted
from checkout.views.requests import int_of
from checkout.visitors import owner_of
from shopping.htmx import wants_part

WAITING = (Payment.Status.DECLINED, Payment.Status.REQUIRES_ACTION)
FRESH = timedelta(minutes=30)
# Every two seconds: a worker that is that late is down, and the page says what it knows.
MOST_LOOKS = 30
LISTED = 20


@never_cache
@require_GET
def order(request: HttpRequest, token: str) -> HttpResponse:
    """An order for whoever holds its link; any other link is a 404.

    Follows a payment under way, and then looks again until the shops know of it. `thanks` or `over`
    is asked for by the page that was paid in: who comes back later reads how the order stands.
    """
    try:
        found = orders.by_token(token)
    except Order.DoesNotExist:
        raise Http404 from None
    unsent, partly = standing.unsent(found), standing.partly_sent(found)
    payment = found.payments.order_by("-id").first()
    deliveries = list(found.deliveries.select_related("merchant"))
    cancelled = standing.cancelled(found)
    is_new = found.paid_at is not None and timezone.now() - found.paid_at < FRESH
    looks = _looks(request)
    context = {
        "order": found,
        "agent": agents.name_of(found),
        "lines": list(found.lines.select_related("merchant")),
        "deliveries": deliveries,
        "payment": payment,
        "payment_waits": payment is not None and payment.status in WAITING,
        "held": held.of(found),
        "is_late": payment is not None and payment.refunds.filter(reason=refunds.LATE).exists(),
        "history": story.of(found),
        "invoices": _invoices(found),
        "rest": [each.merchant for each in deliveries if each.merchant_id in partly],
        "shop_messages": _messages(found),
        "customers_note": OrderNote.objects.filter(order=found).first(),
        "unsent": [each.merchant for each in deliveries if each.merchant_id in unsent],
        "can_cancel": bool(unsent) and len(unsent) == len(deliveries),
        "token": token,
        "fresh": is_new and ("thanks" in request.GET or "over" in request.GET),
        "standing": standing.of(found),
        "coming": [each for each in deliveries if each.merchant_id not in cancelled],
        "next_look": looks + 1 if is_new and _is_incomplete(found) and looks < MOST_LOOKS else 0,
        "first_name": found.name.split(" ")[0],
    }
    response = render(request, _order_template(request), context)
    if found.cart_id is None:
        return response
    return counted(request, response, baskets.pieces(owner_of(request)))


def _looks(request: HttpRequest) -> int:
    """How often the page that asks has looked already."""
    return min(int_of(request.GET.get("look", "0")), MOST_LOOKS)


def _is_incomplete(order: Order) -> bool:
    """Whether its parts and their invoices are about to be written."""
    return order.status == Order.Status.PAID and order.fulfilment_opened_at is None


def _invoices(order: Order) -> list[Any]:
    """Invoices and credit notes, the oldest first. By name: fulfilment is built upon this app."""
    parts = order.fulfilment_orders.select_related("merchant").prefetch_related("invoices")
    found = [invoice for part in parts for invoice in part.invoices.all()]
    return sorted(found, key=attrgetter("pk"))


def _messages(order: Order) -> list[Any]:
    """What the shops wrote to the shopper, the oldest first. By name: fulfilment is built upon this app."""
    parts = order.fulfilment_orders.select_related("merchant").prefetch_related("messages")
    found = [(part.merchant, message) for part in parts for message in part.messages.all()]
    return sorted(found, key=lambda each: each[1].pk)


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
    user = cast(User, request.user)
    found = Order.objects.filter(user=user).order_by("-id")
    before = request.GET.get("before", "")
    if before.isdecimal():
        found = found.filter(number__lt=int(before[:18]))
    found = found.prefetch_related(
        Prefetch("lines", OrderLine.objects.select_related("merchant")),
        Prefetch("deliveries", OrderDelivery.objects.all()),
        Prefetch("payments", Payment.objects.order_by("-id")),
        # By name: fulfilment is built upon this app, not the other way round.
        "fulfilment_orders",
        Prefetch("agent_purchase", AgentPurchase.objects.select_related("agent")),
    )
    rows = list(found[: LISTED + 1])
    page = rows[:LISTED]
    context = {
        "orders": [(row, orders.token(row), standing.of(row)) for row in page],
        "this_year": timezone.now().year,
        "to_claim": claims.waiting(user).count(),
        "confirmed": claims.is_confirmed(user),
        "older": page[-1].number if len(rows) > LISTED else None,
        "place": "orders",
    }
    return render(request, "checkout/orders.html", context)


@login_required
@require_POST
def claim(request: HttpRequest) -> HttpResponse:
    """Take in what was bought as a guest with the person's own, confirmed address."""
    count = claims.claim(cast(User, request.user))
    if count:
        said = ngettext(
            "%(count)d order is now in your account.",
            "%(count)d orders are now in your account.",
            count,
        )
        messages.success(request, said % {"count": count})
    else:
        messages.info(request, _("There is no guest order with your confirmed address."))
    return redirect("checkout:orders")


@require_GET
def terms(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A shop's terms of sale, which the sheet names beside Pay."""
    merchant = get_object_or_404(Merchant, public_id=public_id, status=Merchant.Status.ACTIVE)
    return render(request, "checkout/terms.html", {"merchant": merchant})
