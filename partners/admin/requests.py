"""The log of calls of the API, for whoever looks for what went wrong."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from partners.models import RequestLine
from shopping.admin_site import site
from shopping.capabilities import Capability
from shopping.own_rows import MerchantFilter, OfferedFilter, OwnRowsAdmin


class OutcomeFilter(OfferedFilter):
    title = _("outcome")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("done", _("done")), ("refused", _("refused")), ("fault", _("our fault"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        spans = {"done": (0, 399), "refused": (400, 499), "fault": (500, 599)}
        value = self.value()
        if value is None:
            return queryset
        return queryset.filter(status__range=spans[value]) if value in spans else queryset.none()


@admin.register(RequestLine, site=site)
class RequestLineAdmin(OwnRowsAdmin):
    merchant_path = "merchant"
    with_tests = True
    list_display = ["at", "method", "path", "status", "code", "milliseconds", "caller"]
    list_filter = [OutcomeFilter, "live", MerchantFilter]
    search_fields = ["=request_id"]
    search_help_text = _("A request id, whole.")
    ordering = ["-id"]
    fields = readonly_fields = [
        *["at", "request_id", "merchant", "caller", "live", "method", "path", "status", "code"],
        "milliseconds",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[RequestLine]:
        rows = super().get_queryset(request)
        return self.own(request, rows, capability=Capability.MANAGE).select_related("merchant")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, Capability.MANAGE, self._row(request, obj))
