"""A part's papers: invoices, packing slips and address labels, as PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from fulfilment import slips
from fulfilment.models import FulfilmentOrder
from fulfilment.papers import invoice_pdf, pdf
from shopping.own_rows import OwnRowsAdmin


class Papers(OwnRowsAdmin):
    def get_urls(self) -> list[Any]:
        pattern = "<int:object_id>/invoices/<uuid:public_id>/"
        view = self.admin_site.admin_view(self.invoice)
        return [path(pattern, view, name="fulfilment_fulfilmentorder_invoice"), *super().get_urls()]

    def invoice(self, request: HttpRequest, object_id: int, public_id: UUID) -> HttpResponse:
        """A PDF of the shop's own invoice or credit note; any other shop's is a 404."""
        row = self.get_object(request, str(object_id))
        if row is None:
            raise Http404
        found = row.invoices.select_related("corrects")
        return invoice_pdf(get_object_or_404(found, public_id=public_id))

    @display(description=_("papers"))
    def papers(self, row: FulfilmentOrder) -> str:
        name = "admin:fulfilment_fulfilmentorder_invoice"
        links = [
            (reverse(name, args=[row.pk, each.public_id]), each.get_kind_display(), each.number)
            for each in row.invoices.all()
        ]
        html = '<a class="text-link" href="{}">{} {}</a>'
        return format_html_join(SafeString("<br>"), html, links) or "–"

    # Slips and labels: of one part, and of those that are ticked -----------------------------------

    @action(description=_("Packing slip"), url_path="slip", icon="receipt_long")
    def slip(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._one(request, object_id, slips.slips, name="slip")

    @action(description=_("Label"), url_path="label", icon="label")
    def label(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._one(request, object_id, slips.labels, name="label")

    @admin.action(description=_("Packing slips (PDF)"))
    def slips_all(self, request: HttpRequest, queryset: QuerySet[FulfilmentOrder]) -> HttpResponse:
        return pdf(slips.slips(queryset.order_by("pk")[: slips.MOST]), name="slips")

    @admin.action(description=_("Labels (PDF)"))
    def labels_all(self, request: HttpRequest, queryset: QuerySet[FulfilmentOrder]) -> HttpResponse:
        return pdf(slips.labels(queryset.order_by("pk")[: slips.MOST]), name="labels")

    def _one(
        self,
        request: HttpRequest,
        object_id: str,
        printed: Callable[[Sequence[FulfilmentOrder]], bytes],
        *,
        name: str,
    ) -> HttpResponse:
        """Whoever sees the part prints it; any other shop's is a 404."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return pdf(printed([row]), name=f"{name}-{row.order.number}")
