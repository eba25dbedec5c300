"""Variants: the few below a product, and the list and pages where any number has room."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.requests import actor
from catalogue import listings
from catalogue.admin import changes
from catalogue.admin.forms import VariantForm, VariantFormSet, VariantPageForm
from catalogue.admin.listing import OfProduct, looked_through
from catalogue.admin.saving import save_variant
from catalogue.models import Variant
from catalogue.products import ProductError
from catalogue.roles import Capability
from shopping.admin_site import site
from shopping.own_rows import MerchantFilter, OwnRows, OwnRowsAdmin, OwnRowsInline
from shopping.templatetags.money import money


class VariantFigures(OwnRows):
    """What is shown of a variant, in a list as below its product."""

    @display(description=_("available"))
    def available(self, variant: Variant) -> str:
        if not variant.pk or not hasattr(variant, "stock"):
            return "–"
        url = reverse("admin:catalogue_stockitem_change", args=[variant.pk])
        return format_html('<a class="text-link" href="{}">{}</a>', url, variant.stock.available)

    @display(description=_("price"))
    def price_shown(self, variant: Variant) -> str:
        return money(variant.price, variant.product.currency)

    @display(description=_("struck price"))
    def struck_shown(self, variant: Variant) -> str:
        struck = variant.compare_at_price
        return "–" if struck is None else money(struck, variant.product.currency)


class VariantInline(VariantFigures, OwnRowsInline):
    model = Variant
    form = VariantForm
    formset = VariantFormSet
    merchant_path = "merchant"
    changing = Capability.LISTINGS
    adds = True
    verbose_name = _("variant")
    verbose_name_plural = _("variants")
    readonly_fields = ["available", "price_shown", "struck_shown"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if self.has_change_permission(request, obj):
            return [*VariantForm.Meta.fields, "available"]
        return ["option_values", "sku", "price_shown", "struck_shown", "active", "available"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Variant]:
        return super().get_queryset(request).select_related("stock", "product")


@admin.register(Variant, site=site)
class VariantAdmin(VariantFigures, OwnRowsAdmin):
    """Of any product, however many there are; they are added from their product's page."""

    merchant_path = "merchant"
    changing = Capability.LISTINGS
    suggested = True
    refusals = (ProductError, ValidationError)
    form = VariantPageForm
    list_display = [
        *["title", "options", "sku_shown", "price_shown", "struck_shown", "available", "active"],
    ]
    list_display_links = ["title", "options"]
    list_filter = ["active", OfProduct, MerchantFilter]
    search_fields = ["sku", "product__title"]
    search_help_text = _("SKU or product")
    ordering = ["-id"]
    sortable_by = ()
    readonly_fields = ["title", "available", "price_shown", "struck_shown"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if self.has_change_permission(request, obj):
            return ["title", *VariantForm.Meta.fields, "available"]
        return [
            *["title", "option_values", "sku", "price_shown", "struck_shown", "active"],
            "available",
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Variant]:
        rows = super().get_queryset(request).select_related("stock", "product", "merchant")
        return rows.defer("product__description")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Variant], search_term: str
    ) -> tuple[QuerySet[Variant], bool]:
        of_product = request.GET.get("of_product", "")
        if of_product.isascii() and of_product.isdigit() and len(of_product) < 19:
            queryset = queryset.filter(product=int(of_product))
        held = looked_through(request)
        return listings.variants_found(queryset, search_term, merchants=held), False

    def save_model(self, request: HttpRequest, obj: Variant, form: Any, change: bool) -> None:  # noqa: FBT001
        save_variant(obj.product, form, actor=actor(request))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Its part of its product's."""
        variant = self._row(request, object_id)
        assert isinstance(variant, Variant)  # noqa: S101 – for the type checker
        return changes.page(self, request, variant.product, variant=variant)

    @display(description=_("product"))
    def title(self, variant: Variant) -> str:
        return variant.product.title

    @display(description=_("options"))
    def options(self, variant: Variant) -> str:
        return variant.options_text or "–"

    @display(description=_("SKU"))
    def sku_shown(self, variant: Variant) -> str:
        return variant.sku or "–"
