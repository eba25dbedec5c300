"""What only the operator's staff keeps: categories and tax rates."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from catalogue.models import Category, TaxRate
from catalogue.roles import Capability
from shopping.admin_site import site
from shopping.own_rows import OwnRowsAdmin


@admin.register(Category, site=site)
class CategoryAdmin(OwnRowsAdmin):
    changing = Capability.LISTINGS
    adds = True
    open_choices = True
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
    list_display = ["country", "category", "percent", "inclusive"]
    list_select_related = ["category"]
    search_fields = ["country"]
    ordering = ["country", "id"]

    @display(description=_("rate"), ordering="basis_points")
    def percent(self, rate: TaxRate) -> str:
        return f"{rate.basis_points / 100:g} %"
