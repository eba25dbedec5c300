"""Addresses of an order's papers: whoever holds the order's link may read them."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from checkout import orders
from checkout.models import Order, Payment
from fulfilment import documents
from fulfilment.models import Invoice


@never_cache
@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """The receipt of a paid order as PDF; a 404 for one that was never paid."""
    order = order_of(token)
    payment = order.payments.filter(status=Payment.Status.SUCCEEDED).first()
    if order.paid_at is None or payment is None:
        raise Http404
    lines = list(order.lines.select_related("merchant"))
    deliveries = list(order.deliveries.select_related("merchant").order_by("id"))
    content = documents.receipt(order, lines, deliveries, payment=payment)
    return pdf(content, name=f"receipt-{order.number}")


@never_cache
@require_safe
def invoice(request: HttpRequest, token: str, public_id: UUID) -> HttpResponse:
    """One of the order's invoices or credit notes as PDF; another order's is a 404."""
    found = Invoice.objects.filter(fulfilment_order__order=order_of(token))
    return invoice_pdf(get_object_or_404(found.select_related("corrects"), public_id=public_id))


def invoice_pdf(row: Invoice) -> HttpResponse:
    name = f"{row.kind}-{slugify(row.seller['name'])}-{row.number}"
    return pdf(documents.invoice(row), name=name)


def pdf(content: bytes, *, name: str) -> HttpResponse:
    """Shown by the browser, and saved under `name`, which is plain ASCII."""
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def order_of(token: str) -> Order:
    """The order that the link is of. Raises Http404 for any other link."""
    try:
        return orders.by_token(token)
    except Order.DoesNotExist:
        raise Http404 from None
