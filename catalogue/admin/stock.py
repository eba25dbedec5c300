"""How many pieces there are: corrected with a reason, never overwritten; and what runs low."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.requests import actor
from catalogue import stock, stocktakes
from catalogue.cells import HIGHEST_COUNT
from catalogue.models import StockItem, StockMovement
from catalogue.roles import Capability
from catalogue.stock import OutOfStock, WrongWay
from shopping.admin_site import site
from shopping.own_rows import MerchantFilter, OwnRowsAdmin

Reason = StockMovement.Reason


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
        required=False,
        min_value=-HIGHEST_COUNT,
        max_value=HIGHEST_COUNT,
        widget=UnfoldAdminIntegerFieldWidget(),
        help_text=_("Pieces that came in, or with a minus, that are gone."),
    )
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[(reason.value, reason.label) for reason in StockMovement.BY_HAND],
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )
    reference = forms.CharField(
        label=_("Reference"),
        max_length=64,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("A delivery note's number, say."),
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("What was found, and how."),
    )

    class Meta:
        model = StockItem
        fields: ClassVar = ["low_at"]
        widgets: ClassVar = {"low_at": UnfoldAdminIntegerFieldWidget()}
        help_texts: ClassVar = {
            "low_at": _("Pieces that can be sold. Empty: the shop’s own figure.")
        }

    def clean_delta(self) -> int | None:
        delta: int | None = self.cleaned_data["delta"]
        if not delta and "low_at" not in self.changed_data:
            raise ValidationError(_("By how many?"), code="zero")
        if delta and self.instance.available + delta < 0:
            raise only_free(self.instance.available)
        return delta

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        delta, reason = self.cleaned_data.get("delta"), self.cleaned_data.get("reason")
        if delta and not reason:
            self.add_error("reason", _("Say why."))
        elif delta and reason:
            try:
                stock.check_way(Reason(reason), delta)
            except WrongWay as refusal:
                self.add_error("delta", str(refusal))
        return cleaned


@admin.register(StockItem, site=site)
class StockItemAdmin(OwnRowsAdmin):
    merchant_path = "variant__merchant"
    changing = Capability.STOCK
    refusals = (ValidationError, WrongWay)
    form = StockForm
    actions = ["count_these"]
    list_display = ["product", "options", "sku", "on_hand", "reserved", "free", "threshold"]
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
            sets.append((_("Correct"), {"fields": ["delta", "reason", "reference", "note"]}))
            sets.append((_("Low stock"), {"fields": ["low_at"]}))
        return sets

    def get_queryset(self, request: HttpRequest) -> QuerySet[StockItem]:
        return super().get_queryset(request).select_related("variant__product", "variant__merchant")

    def save_model(self, request: HttpRequest, obj: StockItem, form: Any, change: bool) -> None:  # noqa: FBT001
        said = form.cleaned_data
        if "low_at" in form.changed_data:
            stock.watch(obj.variant, low_at=said["low_at"])
        if not said["delta"]:
            return
        try:
            stock.adjust(
                obj.variant,
                delta=said["delta"],
                reason=Reason(said["reason"]),
                reference=said["reference"],
                note=said["note"],
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
            context["movements"] = latest.order_by("-created_at", "-id")[:50]
        return super().render_change_form(request, context, *args, **kwargs)

    @action(description=_("Count these"), permissions=["change"])
    def count_these(self, request: HttpRequest, queryset: QuerySet[StockItem]) -> HttpResponse:
        """Begin a stocktake of what is chosen, which is of one shop."""
        items = list(queryset)
        if not all(self.has_change_permission(request, item) for item in items):
            raise PermissionDenied
        shops = {item.variant.merchant for item in items}
        if len(shops) != 1:
            messages.error(
                request, gettext("Choose variants of one shop: each is counted by itself.")
            )
            return HttpResponseRedirect(request.get_full_path())
        [shop], keys = shops, [item.pk for item in items]
        begun = self.do(
            request,
            items[0],
            lambda _first: stocktakes.begin(shop, actor=actor(request), variants=keys),
        )
        return HttpResponseRedirect(reverse("admin:catalogue_stocktake_count", args=[begun.pk]))

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

    @display(description=_("low from"))
    def threshold(self, item: StockItem) -> int:
        return item.variant.merchant.low_stock_at if item.low_at is None else item.low_at
