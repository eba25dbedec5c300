"""Exports: what a shop may take along as CSV, each file written while it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from catalogue import exports as catalogue_exports
from catalogue.models import Merchant
from checkout import exports
from checkout.exports import Days
from checkout.models import MerchantExports
from shopping import csv_files
from shopping.admin_site import site
from shopping.own_rows import OwnRowsAdmin, access, words_of

NAME = "checkout_merchantexports"
Rows = Iterable[Sequence[object]]
MOST_DAYS = 3_660
YEAR = timedelta(days=365)


class DaysForm(forms.Form):
    """Which days; at most a few years, so that nobody asks for all time by a slip."""

    first = forms.DateField(label=_("From"), widget=UnfoldAdminTextInputWidget({"type": "date"}))
    last = forms.DateField(label=_("To"), widget=UnfoldAdminTextInputWidget({"type": "date"}))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and not first <= last <= first + timedelta(days=MOST_DAYS):
            raise ValidationError(
                _("The days go from the earlier to the later, over ten years at most.")
            )
        return cleaned


def days_form(*, zone: str) -> DaysForm:
    """The last year in `zone`, to begin with."""
    today = timezone.localdate(timezone=ZoneInfo(zone))
    return DaysForm(initial={"first": (today - YEAR).isoformat(), "last": today.isoformat()})


def asked_days(request: HttpRequest, *, zone: str) -> Days:
    """The days that the form of `request` names, in `zone`. Raises ValidationError."""
    form = DaysForm(request.GET)
    if not form.is_valid():
        raise ValidationError([text for texts in form.errors.values() for text in texts])
    return Days(form.cleaned_data["first"], form.cleaned_data["last"], ZoneInfo(zone))


@admin.register(MerchantExports, site=site)
class ExportsAdmin(OwnRowsAdmin):
    """A row is a shop; for whoever may see its rows."""

    merchant_path = ""
    list_display = ["name", "currency"]
    search_fields = ["name"]
    ordering = ["name", "id"]
    fields = readonly_fields = ["name", "time_zone"]
    change_form_outer_after_template = "admin/checkout/merchantexports/files.html"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        shop: Merchant = kwargs["obj"]
        context |= {"shop": shop, "days": days_form(zone=shop.time_zone)}
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[Any]:
        def one(name: str, made: Callable[[HttpRequest, Merchant], Rows]) -> Any:
            def view(request: HttpRequest, object_id: int) -> HttpResponseBase:
                return self._file(request, object_id, name, made)

            guarded = self.admin_site.admin_view(view)
            return path(f"<int:object_id>/{name}/", guarded, name=f"{NAME}_{name}")

        return [
            one("products", lambda _request, shop: catalogue_exports.products(shop)),
            one("stock", lambda _request, shop: catalogue_exports.stock(shop)),
            one("orders", lambda request, shop: exports.orders(shop, _days(request, shop))),
            one("ledger", lambda request, shop: exports.ledger(shop, _days(request, shop))),
            *super().get_urls(),
        ]

    def _file(
        self,
        request: HttpRequest,
        object_id: int,
        name: str,
        made: Callable[[HttpRequest, Merchant], Rows],
    ) -> HttpResponseBase:
        shop: Merchant | None = self.get_object(request, str(object_id))
        if shop is None:
            raise Http404
        try:
            rows = made(request, shop)
        except ValidationError as refusal:
            messages.error(request, words_of(refusal))
            return redirect(f"admin:{NAME}_change", shop.pk)
        return csv_files.download(rows, name=f"{slugify(shop.name) or shop.pk}-{name}.csv")


def _days(request: HttpRequest, shop: Merchant) -> Days:
    return asked_days(request, zone=shop.time_zone)


def whole_ledger(request: HttpRequest) -> HttpResponseBase:
    """All entries of some days, of all shops and our own; staff's alone."""
    if not access(request).everything:
        raise PermissionDenied
    try:
        days = asked_days(request, zone="UTC")
    except ValidationError as refusal:
        messages.error(request, words_of(refusal))
        return redirect("admin:checkout_ledgertransaction_changelist")
    return csv_files.download(exports.ledger(None, days), name="ledger.csv")
