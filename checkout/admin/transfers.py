"""Transfers and what was taken back of them: a shop reads its own, and nobody writes them here."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from checkout import transfer_words
from checkout.models import Transfer, TransferReversal
from shopping.admin_site import site
from shopping.own_rows import MerchantFilter, OwnRowsAdmin, OwnRowsInline
from shopping.templatetags.money import money

LABELS = {"requested": "warning", "succeeded": "success", "dropped": "info"}


class Columns:
    """What is shown of a transfer, in its own list and with its order."""

    @display(description=_("shop"))
    def shop(self, transfer: Transfer) -> str:
        return transfer.merchant.name

    @display(description=_("amount"))
    def sum(self, transfer: Transfer) -> str:
        return money(transfer.amount, transfer.currency)

    @display(description=_("taken back"))
    def back(self, transfer: Transfer) -> str:
        return money(transfer.reversed, transfer.currency) if transfer.reversed else "–"

    @display(description=_("why it waits"))
    def why(self, transfer: Transfer) -> str:
        return transfer_words.why(transfer) or "–"


class ReversalInline(OwnRowsInline):
    model = TransferReversal
    merchant_path = "transfer__merchant"
    fields = readonly_fields = ["sum", "status", "why", "created_at"]
    verbose_name_plural = _("taken back")

    def get_queryset(self, request: HttpRequest) -> QuerySet[TransferReversal]:
        return super().get_queryset(request).select_related("transfer").order_by("id")

    @display(description=_("amount"))
    def sum(self, reversal: TransferReversal) -> str:
        return money(reversal.amount, reversal.transfer.currency)

    @display(description=_("why it waits"))
    def why(self, reversal: TransferReversal) -> str:
        return transfer_words.why(reversal) or "–"


@admin.register(Transfer, site=site)
class TransferAdmin(Columns, OwnRowsAdmin):
    merchant_path = "merchant"
    inlines = [ReversalInline]
    list_display = ["order", "shop", "sum", "back", "state", "why", "created_at"]
    list_filter = ["status", MerchantFilter]
    search_fields = ["=order__number", "=stripe_id"]
    search_help_text = _("An order’s number.")
    list_select_related = ["order", "merchant"]
    ordering = ["-id"]
    fields = readonly_fields = [
        *["order_shown", "shop", "sum", "back", "status", "why", "stripe_id", "created_at"]
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Transfer]:
        return super().get_queryset(request).select_related("order", "merchant")

    @display(description=_("order"))
    def order_shown(self, transfer: Transfer) -> str:
        return transfer.order.reference

    @display(description=_("status"), label=LABELS, ordering="status")
    def state(self, transfer: Transfer) -> tuple[str, str]:
        return transfer.status, transfer.get_status_display()


@admin.register(TransferReversal, site=site)
class TransferReversalAdmin(OwnRowsAdmin):
    merchant_path = "transfer__merchant"
    list_display = ["order", "shop", "sum", "state", "why", "created_at"]
    list_filter = ["status"]
    search_fields = ["=transfer__order__number", "=stripe_id"]
    search_help_text = _("An order’s number.")
    ordering = ["-id"]
    fields = readonly_fields = [
        *["order", "shop", "sum", "status", "why", "stripe_id", "created_at"]
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[TransferReversal]:
        rows = super().get_queryset(request)
        return rows.select_related("transfer__order", "transfer__merchant")

    @display(description=_("order"))
    def order(self, reversal: TransferReversal) -> str:
        return reversal.transfer.order.reference

    @display(description=_("shop"))
    def shop(self, reversal: TransferReversal) -> str:
        return reversal.transfer.merchant.name

    @display(description=_("amount"))
    def sum(self, reversal: TransferReversal) -> str:
        return money(reversal.amount, reversal.transfer.currency)

    @display(description=_("status"), label=LABELS, ordering="status")
    def state(self, reversal: TransferReversal) -> tuple[str, str]:
        return reversal.status, reversal.get_status_display()

    @display(description=_("why it waits"))
    def why(self, reversal: TransferReversal) -> str:
        return transfer_words.why(reversal) or "–"


class TransferInline(Columns, OwnRowsInline):
    """What each shop of an order was sent; a merchant reads their own."""

    model = Transfer
    merchant_path = "merchant"
    fields = readonly_fields = ["sum", "back", "status", "why", "shop"]
    verbose_name_plural = _("transfers")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Transfer]:
        return super().get_queryset(request).select_related("merchant").order_by("id")
