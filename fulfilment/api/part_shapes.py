"""A fulfilment order: what a shop has to send of a paid order, and where to (ADR 0110)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from rest_framework import serializers

from catalogue.models import Merchant
from checkout.models import Order, OrderDelivery, OrderLine
from fulfilment import cancellations
from fulfilment.api import parcel_shapes
from fulfilment.api.parcel_shapes import ParcelLine, ShipmentShown
from fulfilment.cancellations import Plan
from fulfilment.models import FulfilmentOrder, Invoice, Shipment
from fulfilment.parts import left_of
from partners.shapes import Money, Shape, money

ADDRESS = ("name", "line1", "line2", "postal_code", "city", "region", "country", "phone")


class FulfilmentLine(Shape):
    variant_id = serializers.UUIDField()
    sku = serializers.CharField()
    title = serializers.CharField()
    options = serializers.ListField(child=serializers.CharField())
    quantity = serializers.IntegerField(help_text="Bought.")
    to_send = serializers.IntegerField(help_text="In no parcel yet, and not given back.")
    dispatched = serializers.IntegerField()
    refunded = serializers.IntegerField()
    unit_price = Money()
    discount = Money(help_text="Taken off the line.")


class FulfilmentDelivery(Shape):
    name = serializers.CharField()
    amount = Money()
    arrives_from = serializers.DateField()
    arrives_to = serializers.DateField()


class FulfilmentAddress(Shape):
    name = serializers.CharField()
    line1 = serializers.CharField()
    line2 = serializers.CharField()
    postal_code = serializers.CharField()
    city = serializers.CharField()
    region = serializers.CharField()
    country = serializers.CharField()
    phone = serializers.CharField()


class InvoiceShown(Shape):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Invoice.Kind.choices)
    number = serializers.CharField()
    order_number = serializers.CharField()
    fulfilment_order_id = serializers.UUIDField()
    total = Money(help_text="Positive in a credit note as well.")
    issued_at = serializers.DateTimeField()
    pdf = serializers.CharField(help_text="Its address; it needs the same key.")


class FulfilmentOrderShown(Shape):
    """Your part of a paid order. What other shops sent of it is not shown."""

    id = serializers.UUIDField()
    order_id = serializers.UUIDField()
    number = serializers.CharField(help_text="The order's, as people read it.")
    status = serializers.ChoiceField(choices=FulfilmentOrder.Status.choices)
    leaves_by = serializers.DateTimeField(
        allow_null=True, help_text="When it should have left for what its shopper was promised."
    )
    lines = FulfilmentLine(many=True)
    delivery = FulfilmentDelivery(allow_null=True)
    address = FulfilmentAddress()
    email = serializers.EmailField()
    locale = serializers.CharField(help_text="The shopper's language.")
    note = serializers.CharField(help_text="The shopper's words; mostly empty.")
    shipments = ShipmentShown(many=True)
    invoices = InvoiceShown(many=True)
    packing_slip = serializers.CharField(help_text="A PDF's address; it needs the same key.")
    label = serializers.CharField(  # type: ignore[assignment]  # DRF keeps fields apart
        help_text="A PDF's address; it needs the same key."
    )
    placed_at = serializers.DateTimeField()
    paid_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField(help_text="When it took its last step.")


class CancellationShown(Shape):
    possible = serializers.BooleanField(help_text="False: it has left, or is cancelled.")
    amount = Money(help_text="What goes back to the shopper.")
    lines = ParcelLine(many=True, help_text="What goes back on the shelf.")


class CancellationAsked(Shape):
    amount = Money(help_text="As the preview has it: if it has changed, nothing is done.")


def whole(found: QuerySet[FulfilmentOrder], merchant: Merchant) -> QuerySet[FulfilmentOrder]:
    """`found`, parts of `merchant`, with all that `fulfilment_order` reads; six statements."""
    lines = OrderLine.objects.filter(merchant=merchant).select_related("variant").order_by("pk")
    deliveries = OrderDelivery.objects.filter(merchant=merchant)
    parcels = parcel_shapes.with_contents(Shipment.objects.order_by("pk"))
    return found.select_related("order__note", "merchant").prefetch_related(
        Prefetch("order__lines", lines),
        Prefetch("order__deliveries", deliveries),
        Prefetch("shipments", parcels),
        Prefetch("invoices", Invoice.objects.select_related("fulfilment_order").order_by("pk")),
    )


def fulfilment_order(part: FulfilmentOrder) -> dict[str, Any]:
    """A part that was read by `whole`."""
    order, papers = part.order, f"/api/v1/fulfilment-orders/{part.public_id}/"
    delivery = next(iter(order.deliveries.all()), None)
    note = getattr(order, "note", None)
    return {
        "id": str(part.public_id),
        "order_id": str(order.public_id),
        "number": order.reference,
        "status": part.status,
        "leaves_by": part.leaves_by,
        "lines": [_line(each, part) for each in order.lines.all()],
        "delivery": _delivery(delivery, order.currency) if delivery else None,
        "address": _address(order),
        "email": order.email,
        "locale": order.locale,
        "note": note.text if note else "",
        "shipments": [parcel_shapes.shipment(each) for each in part.shipments.all()],
        "invoices": [invoice(each) for each in part.invoices.all()],
        "packing_slip": f"{settings.PUBLIC_URL}{papers}packing-slip/",
        "label": f"{settings.PUBLIC_URL}{papers}label/",
        "placed_at": order.placed_at,
        "paid_at": order.paid_at,
        "created_at": part.created_at,
        "updated_at": part.updated_at,
    }


def invoice(row: Invoice) -> dict[str, Any]:
    """`row` with its part."""
    pdf = reverse("api_fulfilment:invoice_pdf", args=[row.public_id])
    return {
        "id": str(row.public_id),
        "kind": row.kind,
        "number": row.number,
        "order_number": row.reference,
        "fulfilment_order_id": str(row.fulfilment_order.public_id),
        "total": money(row.total, row.currency),
        "issued_at": row.issued_at,
        "pdf": f"{settings.PUBLIC_URL}{pdf}",
    }


def cancellation(part: FulfilmentOrder, plan: Plan) -> dict[str, Any]:
    """What cancelling `part` does now."""
    lines = OrderLine.objects.filter(pk__in=[line.pk for line, _pieces in plan.lines])
    variants = dict(lines.values_list("pk", "variant__public_id"))
    possible = cancellations.can_cancel([part.status], alone=True)
    seen = plan.preview if possible else None
    return {
        "possible": possible,
        "amount": money(seen.amount.amount if seen else 0, part.order.currency),
        "lines": [
            {
                "variant_id": str(variants[line.pk]),
                "sku": line.sku,
                "title": line.title,
                "quantity": pieces,
            }
            for line, pieces in plan.lines
            if possible
        ],
    }


def _line(line: OrderLine, part: FulfilmentOrder) -> dict[str, Any]:
    currency, cancelled = part.order.currency, part.status == FulfilmentOrder.Status.CANCELLED
    return {
        "variant_id": str(line.variant.public_id),
        "sku": line.sku,
        "title": line.title,
        "options": line.option_values,
        "quantity": line.quantity,
        "to_send": 0 if cancelled else left_of(line),
        "dispatched": line.dispatched_quantity,
        "refunded": line.refunded_quantity,
        "unit_price": money(line.unit_price, currency),
        "discount": money(line.discount, currency),
    }


def _delivery(row: OrderDelivery, currency: str) -> dict[str, Any]:
    return {
        "name": row.name,
        "amount": money(row.amount, currency),
        "arrives_from": row.arrives_from,
        "arrives_to": row.arrives_to,
    }


def _address(order: Order) -> dict[str, str]:
    return {name: getattr(order, name) for name in ADDRESS}
