"""Buyers of long ago: once the law wants their names no longer, orders and invoices name nobody."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils import timezone

from checkout.models import Order, OrderNote
from checkout.personal import WITHOUT_BUYER
from fulfilment.models import Invoice
from shopping.personal import GONE, NOWHERE, taking_out

# Full years behind the one of the purchase (Code de commerce, article L123-22).
YEARS = 10
BATCH = 200


def forget() -> int:
    """Take the buyer out of up to BATCH orders that are old enough, and off their invoices; how many."""
    first = datetime(timezone.now().year - YEARS, 1, 1, tzinfo=UTC)
    old = Order.objects.filter(placed_at__lt=first).exclude(email__endswith=f"@{NOWHERE}")
    found = list(old.order_by("pk").values_list("pk", flat=True)[:BATCH])
    for pk in found:
        with taking_out():
            for invoice in Invoice.objects.filter(fulfilment_order__order=pk):
                buyer = {name: GONE if said else said for name, said in invoice.buyer.items()}
                buyer["country"] = invoice.buyer.get("country", "")
                Invoice.objects.filter(pk=invoice.pk).update(buyer=buyer)
            OrderNote.objects.filter(order=pk).delete()
            Order.objects.filter(pk=pk).update(**WITHOUT_BUYER)
    return len(found)
