"""How many pieces there are: corrected with a reason, never overwritten."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.requests import actor
from catalogue import stock
from catalogue.models import StockItem, StockMovement
from catalogue.roles import Capability
from catalogue.stock import OutOfStock
from shopping.admin_site import site
from shopping.own_rows import MerchantFilter, OwnRowsAdmin

REASONS = [StockMovement.Reason.RESTOCK, StockMovement.Reason.ADJUSTMENT]


class VariantMerchantFilter(MerchantFilter):
    path = "variant__merchant"


class LowFilter(admin.SimpleListFilter):
    title = _("stock")
    parameter_name = "low"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("low")), ("0", _("sold out"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "1":
            return queryset.low()
        if self.value() == "0":
            return queryset.filter(on_hand=F("reserved"))
        return queryset


def only_free(available: int) -> ValidationError:
    said = ngettext(
        "Only %(available)d is free; the others are promised to shoppers.",
        "Only %(available)d are free; the others are promised to shoppers.",
        available,
    )
    return ValidationError(said, code="reserved", params={"available": available})


class StockForm(forms.ModelForm):  # type: ignore[type-arg]
    delta = forms.IntegerField(
        label=_("Change by"),
        min_value=-1_000_000,
        max_value=1_000_000,
        widget=UnfoldAdminIntegerFieldWidget(),
        help_text=_("Pieces that came in, or with a minus, that are gone."),
    )
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[(reason.value, reason.label) for reason in REASONS],
        widget=UnfoldAdminSelectWidget(),
    )
    reference = forms.CharField(
        label=_("Note"),
        max_length=64,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("A delivery note's number, or what was found."),
    )

    class Meta:
        model = StockItem
        fields: list[str] = []

    def clean_delta(self) -> int:
        delta: int = self.cleaned_data["delta"]
        if delta == 0:
            raise ValidationError(_("By how many?"), code="zero")
        if self.instance.available + delta < 0:
            raise only_free(self.instance.available)
        return delta


@admin.register(StockItem, site=site)
class StockItemAdmin(OwnRowsAdmin):
    merchant_path = "variant__merchant"
    changing = Capability.STOCK
    refusals = (ValidationError,)
    form = StockForm
    list_display = ["product", "options", "sku", "on_hand", "reserved", "free"]
    list_filter = [LowFilter, VariantMerchantFilter]
    search_fields = ["variant__sku", "variant__product__title", "variant__merchant__name"]
    list_select_related = ["variant__product"]
    ordering = ["-variant_id"]
    readonly_fields = ["product", "options", "sku", "on_hand", "reserved", "free"]
    change_form_after_template = "admin/catalogue/stockitem/movements.html"

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        shown = ["product", ("options", "sku"), ("on_hand", "reserved", "free")]
        sets: list[Any] = [(None, {"fields": shown})]
        if self.has_change_permission(request, obj):
            sets.append((_("Correct"), {"fields": ["delta", "reason", "reference"]}))
        return sets

    def get_queryset(self, request: HttpRequest) -> QuerySet[StockItem]:
        return super().get_queryset(request).select_related("variant__product", "variant__merchant")

    def save_model(self, request: HttpRequest, obj: StockItem, form: Any, change: bool) -> None:  # noqa: FBT001
        try:
            stock.adjust(
                obj.variant,
                delta=form.cleaned_data["delta"],
                reason=StockMovement.Reason(form.cleaned_data["reason"]),
                reference=form.cleaned_data["reference"],
                actor=actor(request),
            )
        except OutOfStock as short:
            # Shoppers reserved pieces between the form's check and now.
            raise only_free(short.shortages[obj.pk]) from None

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        item: StockItem | None = kwargs.get("obj")
        if item is not None:
            latest = StockMovement.objects.filter(variant_id=item.pk).select_related("actor")
            context["movements"] = latest.order_by("-id")[:50]
        return super().render_change_form(request, context, *args, **kwargs)

    @display(description=_("product"))
    def product(self, item: StockItem) -> str:
        return item.variant.product.title

    @display(description=_("options"))
    def options(self, item: StockItem) -> str:
        return item.variant.options_text or "–"

    @display(description=_("SKU"))
    def sku(self, item: StockItem) -> str:
        return item.variant.sku or "–"

    @display(description=_("available"))
    def free(self, item: StockItem) -> int:
        return item.available


@admin.register(StockMovement, site=site)
class StockMovementAdmin(OwnRowsAdmin):
    """Read only, here and in the database."""

    merchant_path = "variant__merchant"
    list_display = ["created_at", "variant", "reason", "step", "actor", "reference"]
    list_filter = ["reason", VariantMerchantFilter]
    search_fields = ["variant__sku", "variant__product__title", "reference"]
    list_select_related = ["variant__product", "actor"]
    ordering = ["-id"]

    @display(description=_("pieces"))
    def step(self, movement: StockMovement) -> str:
        return f"{movement.before} → {movement.after}"
