"""The admin's first page: what there is to do today, for the shops one works for."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Q, Sum
from django.http import HttpRequest
from django.utils import timezone

from catalogue import payouts
from catalogue.models import StockItem
from catalogue.roles import Capability
from checkout.models import Order, OrderDelivery, OrderLine, ReconciliationFinding
from feeds.models import Appeal, Case
from fulfilment.models import FulfilmentOrder
from shopping.counts import count
from shopping.money import Money
from shopping.own_rows import access

ROWS = 8


def figures(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Context of admin/index.html: orders to send, those of them that are late, stock that runs low,
    paid today, and shops that sell nothing because Stripe could not pay them; for the operator also
    what does not agree in the books, and what moderation waits for."""
    held = access(request)
    real = Q(merchant__test_of=None)
    mine = real if held.everything else Q(merchant__in=held.merchants(Capability.VIEW))
    to_send = FulfilmentOrder.objects.filter(mine, status__in=FulfilmentOrder.TO_SEND)
    real = Q(variant__merchant__test_of=None)
    variants = real if held.everything else Q(variant__merchant__in=held.merchants(Capability.VIEW))
    low = StockItem.objects.low().watched().filter(variants)
    open_findings = ReconciliationFinding.objects.filter(status=ReconciliationFinding.Status.OPEN)
    return context | {
        "findings_count": count(open_findings) if held.everything else None,
        "cases_count": count(Case.objects.filter(state=Case.State.OPEN))
        if held.everything
        else None,
        "appeals_count": count(Appeal.objects.filter(state=Appeal.State.OPEN))
        if held.everything
        else None,
        "to_send": to_send.select_related("order", "merchant").order_by("id")[:ROWS],
        "to_send_count": count(to_send),
        "late_count": count(to_send.late(timezone.now())),
        "low": low.select_related("variant__product").order_by("on_hand", "pk")[:ROWS],
        "low_count": count(low),
        "paid_today": paid_today(mine),
        "held_back": payouts.held_back(held)[:ROWS],
    }


def paid_today(mine: Q) -> list[Money]:
    """What orders paid since midnight (UTC) come to for the merchants of `mine`, by currency."""
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    paid = {"order__status": Order.Status.PAID, "order__paid_at__gte": midnight}
    sums: dict[str, int] = defaultdict(int)
    for rows, amount in ((OrderLine.objects, "total"), (OrderDelivery.objects, "amount")):
        added = Sum("tax", filter=Q(tax_is_included=False), default=0)
        by_currency = rows.filter(mine, **paid).values_list("order__currency")
        found = by_currency.annotate(Sum(amount), Sum("discount"), added=added)
        for currency, total, discount, tax in found:
            sums[currency] += total - discount + tax
    return [Money(total, currency) for currency, total in sorted(sums.items())]
