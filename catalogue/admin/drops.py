"""Drops: when a product opens for sale, by the clocks of its shop."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from catalogue import drops
from catalogue.admin.clocks import ShopTimes, shown
from catalogue.drops import DropError
from catalogue.models import Drop, Merchant
from catalogue.roles import Capability
from shopping.admin_site import site
from shopping.own_rows import MerchantFilter, OwnRowsAdmin


class DropForm(ShopTimes):
    times = ("opens_at", "ends_at")

    class Meta:
        model = Drop
        fields = ["product", "opens_at", "ends_at", "per_person"]

    def shop(self) -> Merchant | None:
        product = self.instance.product if self.instance.pk else None
        product = product or getattr(self, "cleaned_data", {}).get("product")
        return product.merchant if product else None


class ProductMerchantFilter(MerchantFilter):
    path = "product__merchant"


@admin.register(Drop, site=site)
class DropAdmin(OwnRowsAdmin):
    """A drop is ended and never deleted: orders hold it, and people wait for it."""

    merchant_path = "product__merchant"
    changing = Capability.LISTINGS
    adds = True
    refusals = (DropError, ValidationError)
    form = DropForm
    list_display = ["title", "shop", "opening", "per_person", "waiting"]
    list_display_links = ["title"]
    list_filter = [ProductMerchantFilter]
    search_fields = ["product__title", "product__merchant__name"]
    list_select_related = ["product__merchant"]
    ordering = ["-opens_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Drop]:
        return super().get_queryset(request).select_related("product__merchant")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*DropForm.Meta.fields, "waiting"] if obj else list(DropForm.Meta.fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return []
        # Who buys a drop that is open was told of its time, and nobody can be told earlier.
        has_opened = obj.opens_at <= timezone.now()
        return ["product", "waiting", *(["opens_at"] if has_opened else [])]

    def choices_for(self, db_field: ForeignKey[Any, Any], request: HttpRequest) -> QuerySet[Any]:
        return super().choices_for(db_field, request).filter(drop=None).select_related("merchant")

    def save_model(self, request: HttpRequest, obj: Drop, form: Any, change: bool) -> None:  # noqa: FBT001
        drops.save(obj)

    @display(description=_("product"), ordering="product__title")
    def title(self, drop: Drop) -> str:
        return drop.product.title

    @display(description=_("shop"))
    def shop(self, drop: Drop) -> str:
        return drop.product.merchant.name

    @display(description=_("opens at"), ordering="opens_at")
    def opening(self, drop: Drop) -> str:
        return shown(drop.opens_at, drop.product.merchant)

    @display(description=_("people who wait to be told"))
    def waiting(self, drop: Drop) -> int:
        return drop.reminders.count()
