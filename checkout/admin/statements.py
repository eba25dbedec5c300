"""Statements: a shop's months with what they opened and closed at, as CSV and as PDF."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.text import slugify
from django.utils.translation import gettext as _

from checkout import statement_csv, statement_pdf, statements
from checkout.models import MerchantStatements
from checkout.statements import NoStatement, Statement
from shopping.admin_site import site
from shopping.own_rows import OwnRowsAdmin

NAME = "checkout_merchantstatements"


@admin.register(MerchantStatements, site=site)
class StatementsAdmin(OwnRowsAdmin):
    """A row is a shop; for whoever may see the shop's orders."""

    merchant_path = ""
    list_display = ["name", "currency"]
    search_fields = ["name"]
    ordering = ["name", "id"]
    fields = readonly_fields = ["name", "time_zone"]
    change_form_after_template = "admin/checkout/merchantstatements/months.html"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        shop: MerchantStatements | None = kwargs.get("obj")
        if shop is not None:
            context |= {"shop": shop, "statements": statements.of(shop)}
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[Any]:
        month = "<int:object_id>/<str:currency>/<str:month>/"
        as_csv, as_pdf = self.admin_site.admin_view(self.csv), self.admin_site.admin_view(self.pdf)
        return [
            path(f"{month}csv/", as_csv, name=f"{NAME}_csv"),
            path(f"{month}pdf/", as_pdf, name=f"{NAME}_pdf"),
            *super().get_urls(),
        ]

    def csv(self, request: HttpRequest, **wanted: Any) -> HttpResponseBase:
        return self._file(request, **wanted, made=_csv)

    def pdf(self, request: HttpRequest, **wanted: Any) -> HttpResponseBase:
        return self._file(request, **wanted, made=_pdf)

    def _file(
        self,
        request: HttpRequest,
        *,
        object_id: int,
        currency: str,
        month: str,
        made: Callable[[Statement], HttpResponseBase],
    ) -> HttpResponseBase:
        """The file of one month; where there is none, the months that there are."""
        shop = self.get_object(request, str(object_id))
        if shop is None:
            raise Http404
        try:
            statement = statements.find(shop, currency=currency, month=month)
        except NoStatement:
            said = _("There is no statement in %(currency)s for %(month)s. Choose one below.")
            messages.warning(request, said % {"currency": currency, "month": month})
            return redirect(f"admin:{NAME}_change", shop.pk)
        return made(statement)


def _csv(statement: Statement) -> HttpResponseBase:
    """Written while it is read, however long the month is."""
    content = statement_csv.lines(statement)
    named = {"Content-Disposition": f'attachment; filename="{_name(statement)}.csv"'}
    return StreamingHttpResponse(content, content_type="text/csv; charset=utf-8", headers=named)


def _pdf(statement: Statement) -> HttpResponseBase:
    named = {"Content-Disposition": f'inline; filename="{_name(statement)}.pdf"'}
    content = statement_pdf.pdf(statement)
    return HttpResponse(content, content_type="application/pdf", headers=named)


def _name(statement: Statement) -> str:
    """Plain ASCII: statement-plage-2026-11-eur."""
    shop = slugify(statement.merchant.name) or statement.merchant.pk
    return f"statement-{shop}-{statement.key}-{statement.currency.lower()}"
