"""Who is told of what, and how it went."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminURLInputWidget

from shopping.admin_site import site
from shopping.capabilities import Capability
from shopping.own_rows import MerchantFilter, OwnRowsAdmin
from shopping.pressed_rows import PressedAdmin
from webhooks import deliveries, endpoints
from webhooks.deliveries import EndpointOff
from webhooks.models import Delivery, Endpoint, Event
from webhooks.types import TYPES


class EndpointForm(forms.ModelForm):  # type: ignore[type-arg]
    # What it may be is the model's to say.
    url = forms.URLField(
        label=_("Address"),
        max_length=500,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget(),
    )
    types = forms.MultipleChoiceField(
        label=_("Events"),
        required=False,
        choices=[(name, name) for name in sorted(TYPES)],
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=_("None chosen: all of them."),
    )

    class Meta:
        model = Endpoint
        fields = ["merchant", "url", "types", "active"]


@admin.register(Endpoint, site=site)
class EndpointAdmin(OwnRowsAdmin):
    """Their owner's alone: the secret signs what others trust."""

    merchant_path = "merchant"
    changing = Capability.MANAGE
    adds = True
    refusals = (ValidationError,)
    form = EndpointForm
    list_display = ["url", "merchant", "active", "created_at"]
    list_filter = ["active", MerchantFilter]
    search_fields = ["url", "merchant__name"]
    list_select_related = ["merchant"]
    ordering = ["-id"]
    actions = ["rotate"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Endpoint]:
        rows = super().get_queryset(request)
        return self.own(request, rows, capability=Capability.MANAGE).select_related("merchant")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return (
            ["merchant", "url", "types", "active", "secret_shown"]
            if obj
            else [*["merchant", "url", "types"]]
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["merchant", "secret_shown"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"merchant": self.only_merchant(request)}

    def save_model(self, request: HttpRequest, obj: Endpoint, form: Any, change: bool) -> None:  # noqa: FBT001
        said = form.cleaned_data
        if change:
            endpoints.edit(obj, url=said["url"], types=said["types"], active=said["active"])
            return
        merchant = said["merchant"]
        created = endpoints.create(
            said["url"], merchant_id=merchant.pk if merchant else None, types=said["types"]
        )
        obj.pk = created.pk
        obj.refresh_from_db()

    @admin.action(description=_("New secret"), permissions=["change"])
    def rotate(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        if self.run(request, queryset, endpoints.rotate):
            messages.success(request, _("The old secret signs beside the new one for a day."))

    @display(description=_("secret"))
    def secret_shown(self, endpoint: Endpoint) -> str:
        return format_html('<code class="secret">{}</code>', endpoint.secret)


@admin.register(Delivery, site=site)
class DeliveryAdmin(PressedAdmin):
    merchant_path = "endpoint__merchant"
    changing = Capability.MANAGE
    refusals = (EndpointOff,)
    list_display = ["type", "to", "state", "attempts", "answer", "created_at"]
    list_filter = ["status"]
    search_fields = ["event__subject", "endpoint__url"]
    list_select_related = ["event", "endpoint"]
    ordering = ["-id"]
    actions = ["send_again"]
    fields = readonly_fields = [
        *["type", "subject", "to", "status", "attempts", "next_attempt_at"],
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
        return format_html('<pre class="secret">{}</pre>', deliveries.body(delivery.event))

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
    list_display = ["created_at", "type", "subject", "merchant"]
    search_fields = ["=subject", "=type"]
    list_filter = [MerchantFilter]
    list_select_related = ["merchant"]
    ordering = ["-id"]
