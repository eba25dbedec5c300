"""The variants below a product."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from catalogue.admin.forms import VariantForm, VariantFormSet
from catalogue.models import Variant
from catalogue.roles import Capability
from shopping.own_rows import OwnRowsInline
from shopping.templatetags.money import money


class VariantInline(OwnRowsInline):
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
