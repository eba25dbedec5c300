"""Disputes to look at: a merchant sees those of orders with a line of theirs, and their own stake."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from checkout import dispute_words, disputes
from checkout.models import Dispute, OrderLine
from shopping.admin_site import site
from shopping.capabilities import Capability
from shopping.money import Money
from shopping.own_rows import SharedRowsAdmin, access
from shopping.templatetags.money import money


@admin.register(Dispute, site=site)
class DisputeAdmin(SharedRowsAdmin):
    merchant_path = "payment__order__lines__merchant"
    list_display = ["order", "state", "reason", "due_by", "created_at"]
    list_filter = ["status"]
    search_fields = ["=payment__order__number", "=stripe_id"]
    search_help_text = _("An order’s number.")
    list_before_template = "admin/checkout/dispute/by_themselves.html"
    list_select_related = ["payment__order"]
    ordering = ["-id"]
    fields = readonly_fields = [
        *["order", "status", "todo", "part", "borne", "reason", "due_by", "created_at"],
    ]

    def own(
        self, request: HttpRequest, rows: QuerySet[Dispute], *, capability: str
    ) -> QuerySet[Dispute]:
        held = access(request)
        if held.everything:
            return rows
        lines = OrderLine.objects.filter(order=OuterRef("payment__order"))
        return rows.filter(Exists(lines.filter(merchant__in=held.merchants(capability))))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dispute]:
        held = access(request)
        whose = Q() if held.everything else Q(merchant__in=held.merchants(Capability.VIEW))
        return (
            super()
            .get_queryset(request)
            .prefetch_related(
                Prefetch(
                    "payment__order__lines", OrderLine.objects.filter(whose), to_attr="own_lines"
                )
            )
        )

    @display(description=_("order"))
    def order(self, dispute: Dispute) -> str:
        return dispute.payment.order.reference

    @display(
        description=_("status"),
        label={
            "needs_response": "danger",
            "warning_needs_response": "warning",
            "won": "success",
            "lost": "danger",
        },
        ordering="status",
    )
    def state(self, dispute: Dispute) -> tuple[str, str]:
        return dispute.status, dispute.get_status_display()

    @display(description=_("what to do"))
    def todo(self, dispute: Dispute) -> str:
        return dispute_words.todo(dispute)

    @display(description=_("disputed"))
    def part(self, dispute: Dispute) -> str:
        """The whole for staff; for a merchant, their part of it."""
        return self._sum(dispute, "amount")

    @display(description=_("you bear, with the bank’s fee, unless it is won"))
    def borne(self, dispute: Dispute) -> str:
        return self._sum(dispute, "borne")

    def _sum(self, dispute: Any, name: str) -> str:
        mine = {line.merchant_id for line in dispute.payment.order.own_lines}
        costs = disputes.stakes(dispute)
        amount = sum(getattr(costs[key], name) for key in mine & costs.keys())
        return money(Money(amount, dispute.payment.order.currency))
