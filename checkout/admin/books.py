"""Payments, refunds, Stripe's events and the ledger: staff reads them, nobody writes them here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from checkout.admin import exports
from checkout.models import LedgerEntry, LedgerTransaction, Payment, Refund, StripeEvent
from shopping.admin_site import site
from shopping.own_rows import OwnRowsAdmin, OwnRowsInline
from shopping.templatetags.money import money


@admin.register(Payment, site=site)
class PaymentAdmin(OwnRowsAdmin):
    list_display = ["order", "intent_id", "state", "sum", "created_at"]
    list_filter = ["status"]
    search_fields = ["=intent_id", "=order__number"]
    list_select_related = ["order"]
    ordering = ["-id"]
    exclude = ["attempt_hash"]

    @display(description=_("amount"))
    def sum(self, payment: Payment) -> str:
        return money(payment.amount, payment.currency)

    @display(
        description=_("status"),
        label={"succeeded": "success", "declined": "danger", "cancelled": "info"},
        ordering="status",
    )
    def state(self, payment: Payment) -> tuple[str, str]:
        return payment.status, payment.get_status_display()


@admin.register(Refund, site=site)
class RefundAdmin(OwnRowsAdmin):
    list_display = ["payment", "stripe_id", "status", "sum", "reason", "created_at"]
    list_filter = ["status"]
    search_fields = ["=stripe_id", "=payment__intent_id"]
    list_select_related = ["payment"]
    ordering = ["-id"]

    @display(description=_("amount"))
    def sum(self, refund: Refund) -> str:
        return money(refund.amount, refund.payment.currency)


@admin.register(StripeEvent, site=site)
class StripeEventAdmin(OwnRowsAdmin):
    list_display = ["event_id", "type", "object_id", "received_at", "processed_at", "attempts"]
    list_filter = [("processed_at", admin.EmptyFieldListFilter)]
    search_fields = ["=event_id", "=object_id"]
    ordering = ["-id"]


class EntryInline(OwnRowsInline):
    model = LedgerEntry
    fields = readonly_fields = ["account", "merchant", "sum"]

    @display(description=_("amount"))
    def sum(self, entry: LedgerEntry) -> str:
        return money(entry.amount, entry.currency)


@admin.register(LedgerTransaction, site=site)
class LedgerTransactionAdmin(OwnRowsAdmin):
    inlines = [EntryInline]
    list_before_template = "admin/checkout/ledgertransaction/export.html"
    list_display = ["kind", "reference", "order", "created_at"]
    search_fields = ["=reference", "=order__number"]
    list_select_related = ["order"]
    ordering = ["-id"]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        shown = {"days": exports.days_form(zone="UTC")}
        answer: HttpResponse = super().changelist_view(request, (extra_context or {}) | shown)
        return answer

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(exports.whole_ledger)
        name = "checkout_ledgertransaction_export"
        return [path("export/", view, name=name), *super().get_urls()]
