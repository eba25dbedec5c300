"""Invoices and credit notes, and the papers of a parcel, as PDF."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import TupleLessThan
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from fulfilment import slips
from fulfilment.api import part_shapes
from fulfilment.api.own_parts import OwnParts
from fulfilment.api.part_examples import INVOICE
from fulfilment.api.part_shapes import InvoiceShown
from fulfilment.models import Invoice
from fulfilment.papers import invoice_pdf, pdf
from partners import paging
from partners.queries import id_of, one_of

PDF = "application/pdf"
PRINTED: dict[Any, Any] = {(200, PDF): OpenApiTypes.BINARY}
SHEET = OpenApiExample("A file", value="%PDF-1.7 …", response_only=True, media_type=PDF)


class PdfRenderer(JSONRenderer):
    """For whoever asks for a PDF; problems are JSON to them as well."""

    media_type = PDF
    format = "pdf"


class Printed(OwnParts):
    renderer_classes = [JSONRenderer, PdfRenderer]


class Invoices(OwnParts):
    scopes = {"GET": "fulfilment:read"}
    shape, paged = InvoiceShown, True
    filters = frozenset({"kind", "fulfilment_order"})

    @extend_schema(
        operation_id="invoices_list",
        summary="List invoices and credit notes",
        description="By number, the newest first; both are of one series without gaps.",
        parameters=[
            OpenApiParameter("kind", str, enum=Invoice.Kind.values, description="Only these."),
            OpenApiParameter("fulfilment_order", UUID, description="Only of this one."),
        ],
        responses={200: InvoiceShown},
        examples=[INVOICE],
    )
    def get(self, request: Request) -> Response:
        at = paging.place(request, name="invoices")
        found = _own(self.merchant)
        if (kind := one_of(request, "kind", Invoice.Kind.values)) is not None:
            found = found.filter(kind=kind)
        if (part := id_of(request, "fulfilment_order")) is not None:
            found = found.filter(fulfilment_order__public_id=part)
        if at.after is not None:
            found = found.filter(TupleLessThan((F("year"), F("sequence")), tuple(at.after)))
        rows = list(found.order_by("-year", "-sequence")[: at.limit + 1])
        return self.page(rows, at, show=part_shapes.invoice, key=_number)


class OneInvoice(OwnParts):
    scopes = {"GET": "fulfilment:read"}
    shape = InvoiceShown

    @extend_schema(
        operation_id="invoices_read",
        summary="Read an invoice or a credit note",
        responses={200: InvoiceShown},
        examples=[INVOICE],
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        return self.one(part_shapes.invoice(_own(self.merchant).get(public_id=public_id)))


class InvoicePdf(Printed):
    scopes = {"GET": "fulfilment:read"}

    @extend_schema(
        operation_id="invoices_pdf",
        summary="Get an invoice or a credit note as PDF",
        description="In the shopper's language, as it was issued.",
        responses=PRINTED,
        examples=[SHEET],
    )
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        found = _own(self.merchant).select_related("corrects")
        return invoice_pdf(found.get(public_id=public_id))


class PackingSlip(Printed):
    scopes = {"GET": "fulfilment:read"}

    @extend_schema(
        operation_id="fulfilment_orders_packing_slip",
        summary="Get a packing slip as PDF",
        description="What is left to send, without prices, in the shopper's language.",
        responses=PRINTED,
        examples=[SHEET],
    )
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        part = self.own_part(public_id)
        return pdf(slips.slips([part]), name=f"slip-{part.order.number}")


class Label(Printed):
    scopes = {"GET": "fulfilment:read"}

    @extend_schema(
        operation_id="fulfilment_orders_label",
        summary="Get an address label as PDF",
        description="On a sheet of A6.",
        responses=PRINTED,
        examples=[SHEET],
    )
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        part = self.own_part(public_id)
        return pdf(slips.labels([part]), name=f"label-{part.order.number}")


def _own(merchant: Any) -> QuerySet[Invoice]:
    return Invoice.objects.filter(merchant=merchant).select_related("fulfilment_order")


def _number(row: Invoice) -> list[int]:
    return [row.year, row.sequence]
