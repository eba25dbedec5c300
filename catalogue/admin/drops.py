"""Drops: when a product opens for sale, by the clocks of its shop."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from catalogue import drops
from catalogue.drops import DropError
from catalogue.models import Drop, Merchant
from catalogue.roles import Capability
from shopping.admin_site import site
from shopping.own_rows import MerchantFilter, OwnRowsAdmin

TIMES = ("opens_at", "ends_at")


class DropForm(forms.ModelForm):  # type: ignore[type-arg]
    """Both times are read and written as the clocks of the product's shop show them."""

    class Meta:
        model = Drop
        fields = ["product", "opens_at", "ends_at", "per_person"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self._zone()
        for name in TIMES:
            if name not in self.fields:
                continue
            self.fields[name].help_text = (
                _("By the clocks of the shop: %(zone)s.") % {"zone": zone.key}
                if zone
                else _("By the clocks of the product’s shop.")
            )
            moment = getattr(self.instance, name)
            if moment and zone:
                self.initial[name] = moment.astimezone(zone).replace(tzinfo=None)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        zone = self._zone()
        for name in TIMES:
            moment = self.cleaned_data.get(name)
            if moment and zone:
                self._put(name, moment, zone)
        return cleaned

    def _put(self, name: str, moment: datetime, zone: ZoneInfo) -> None:
        """The form's field reads the clocks of the server; what they show is meant of the shop's."""
        shown = timezone.localtime(moment).replace(tzinfo=None)
        meant = shown.replace(tzinfo=zone)
        if meant.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != shown:
            self.add_error(name, _("The clocks are put forward then: this time does not come."))
        self.cleaned_data[name] = meant

    def _zone(self) -> ZoneInfo | None:
        product = self.instance.product if self.instance.pk else None
        product = product or getattr(self, "cleaned_data", {}).get("product")
        return ZoneInfo(product.merchant.time_zone) if product else None


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
        merchant: Merchant = drop.product.merchant
        there = drop.opens_at.astimezone(ZoneInfo(merchant.time_zone))
        return f"{date_format(there, 'SHORT_DATETIME_FORMAT')} {merchant.time_zone}"

    @display(description=_("people who wait to be told"))
    def waiting(self, drop: Drop) -> int:
        return drop.reminders.count()
