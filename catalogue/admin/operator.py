"""What only the operator's staff keeps: categories and tax rates."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from catalogue import rates
from catalogue.admin.forms import TaxRateForm
from catalogue.models import Category, TaxRate
from catalogue.roles import Capability
from shopping.admin_site import site
from shopping.own_rows import OwnRowsAdmin


@admin.register(Category, site=site)
class CategoryAdmin(OwnRowsAdmin):
    changing = Capability.LISTINGS
    adds = True
    open_choices = True
    suggested = True
    list_display = ["name", "slug", "parent"]
    list_select_related = ["parent"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    ordering = ["name"]


@admin.register(TaxRate, site=site)
class TaxRateAdmin(OwnRowsAdmin):
    changing = Capability.LISTINGS
    adds = True
    deletes = True
    refusals = (ValidationError,)
    form = TaxRateForm
    list_display = ["country", "kind", "category", "percent", "inclusive"]
    list_select_related = ["category"]
    search_fields = ["country"]
    ordering = ["country", "id"]

    def save_model(self, request: HttpRequest, obj: TaxRate, form: Any, change: bool) -> None:  # noqa: FBT001
        rates.save(obj)

    def delete_model(self, request: HttpRequest, obj: TaxRate) -> None:
        rates.remove(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[TaxRate]) -> None:
        for rate in queryset:
            rates.remove(rate)

    @display(description=_("rate"), ordering="basis_points")
    def percent(self, rate: TaxRate) -> str:
        return f"{rate.basis_points / 100:g} %"
