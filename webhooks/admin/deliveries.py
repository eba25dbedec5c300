"""How it went: each message with all its attempts, and what there was to tell of."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from shopping.admin_site import site
from shopping.capabilities import Capability
from shopping.own_rows import MerchantFilter, OwnRowsAdmin, OwnRowsInline
from shopping.pressed_rows import PressedAdmin
from webhooks import deliveries
from webhooks.deliveries import EndpointOff
from webhooks.models import Attempt, Delivery, Event


class EndpointMerchantFilter(MerchantFilter):
    path = "endpoint__merchant"


class AttemptInline(OwnRowsInline):
    """What was sent besides the body, and what came back."""

    model = Attempt
    merchant_path = "delivery__endpoint__merchant"
    with_tests = True
    fields = readonly_fields = ["started_at", "milliseconds", "status_code", "answer", "sent"]
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attempt]:
        return self.own(request, super().get_queryset(request), capability=Capability.MANAGE)

    @display(description=_("our headers"))
    def sent(self, attempt: Attempt) -> str:
        lines = "\n".join(f"{name}: {value}" for name, value in attempt.headers.items())
        return format_html('<pre class="secret">{}</pre>', lines)


@admin.register(Delivery, site=site)
class DeliveryAdmin(PressedAdmin):
    merchant_path = "endpoint__merchant"
    with_tests = True
    changing = Capability.MANAGE
    refusals = (EndpointOff,)
    list_display = ["type", "to", "state", "attempts", "answer", "created_at"]
    list_filter = ["status", EndpointMerchantFilter]
    inlines = [AttemptInline]
    search_fields = ["event__subject", "endpoint__url"]
    list_select_related = ["event", "endpoint"]
    ordering = ["-id"]
    actions = ["send_again"]
    fields = readonly_fields = [
        *["type", "subject", "to", "sequence", "status", "attempts", "next_attempt_at"],
        *["last_status_code", "last_answer", "delivered_at", "payload"],
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        rows = super().get_queryset(request)
        return self.own(request, rows, capability=Capability.MANAGE).select_related(
            "event", "endpoint"
        )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    @admin.action(description=_("Send again"), permissions=["change"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        done = len(self.run(request, queryset, deliveries.send_again))
        if done:
            said = ngettext("%(count)d is on its way.", "%(count)d are on their way.", done)
            messages.success(request, said % {"count": done})

    @display(description=_("event"))
    def type(self, delivery: Delivery) -> str:
        return delivery.event.type

    @display(description=_("subject"))
    def subject(self, delivery: Delivery) -> str:
        return delivery.event.subject

    @display(description=_("to"))
    def to(self, delivery: Delivery) -> str:
        return delivery.endpoint.url

    @display(description=_("answer"))
    def answer(self, delivery: Delivery) -> str:
        return f"{delivery.last_status_code or ''} {delivery.last_answer[:60]}".strip() or "–"

    @display(description=_("body"))
    def payload(self, delivery: Delivery) -> str:
        return format_html('<pre class="secret">{}</pre>', deliveries.body(delivery))

    @display(
        description=_("status"),
        label={"delivered": "success", "pending": "warning", "failed": "danger"},
        ordering="status",
    )
    def state(self, delivery: Delivery) -> tuple[str, str]:
        return delivery.status, delivery.get_status_display()


@admin.register(Event, site=site)
class EventAdmin(OwnRowsAdmin):
    merchant_path = "merchant"
    with_tests = True
    list_display = ["created_at", "type", "subject", "merchant"]
    search_fields = ["=subject", "=type"]
    list_filter = [MerchantFilter]
    list_select_related = ["merchant"]
    ordering = ["-id"]
