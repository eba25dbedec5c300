"""Who reports on a shop's parcels, and what they sent lately."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from fulfilment import connections
from fulfilment.models import CarrierConnection, CarrierMessage
from shopping.admin_site import site
from shopping.capabilities import Capability
from shopping.own_rows import MerchantFilter, OwnRowsAdmin

LATELY = 10


@admin.register(CarrierConnection, site=site)
class CarrierConnectionAdmin(OwnRowsAdmin):
    """Their owner's alone: whoever has the secret moves the shop's parcels."""

    merchant_path = "merchant"
    changing = Capability.MANAGE
    adds = True
    refusals = (ValidationError,)
    list_display = ["name", "adapter", "merchant", "enabled", "created_at"]
    list_filter = ["enabled", MerchantFilter]
    search_fields = ["name", "merchant__name"]
    list_select_related = ["merchant"]
    ordering = ["-id"]
    actions = ["rotate", "end_old_secret"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CarrierConnection]:
        rows = super().get_queryset(request)
        return self.own(request, rows, capability=Capability.MANAGE).select_related("merchant")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        added = ["merchant", "adapter", "name"]
        return [*added, "enabled", "address", "old_secret", "lately"] if obj else added

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["merchant", "adapter", "address", "old_secret", "lately"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"merchant": self.only_merchant(request)}

    def save_model(
        self,
        request: HttpRequest,
        obj: CarrierConnection,
        form: Any,
        change: bool,  # noqa: FBT001 – Django's signature
    ) -> None:
        said = form.cleaned_data
        if change:
            connections.edit(obj, name=said["name"], enabled=said["enabled"])
            return
        created = connections.create(
            merchant_id=said["merchant"].pk, adapter=said["adapter"], name=said["name"]
        )
        obj.pk = created.pk
        obj.refresh_from_db()
        _show(request, created)

    def response_add(
        self, request: HttpRequest, obj: CarrierConnection, post_url_continue: str | None = None
    ) -> HttpResponse:
        """To its own page: the secret is shown there with the address that it is for."""
        asked = request.POST.copy()
        asked["_continue"] = ""
        request.POST = asked  # type: ignore[assignment]
        answer: HttpResponse = super().response_add(request, obj, post_url_continue)
        return answer

    @admin.action(description=_("New secret"), permissions=["change"])
    def rotate(self, request: HttpRequest, queryset: QuerySet[CarrierConnection]) -> None:
        for row in self.run(request, queryset, connections.rotate):
            _show(request, row)

    @admin.action(description=_("End the old secret now"), permissions=["change"])
    def end_old_secret(self, request: HttpRequest, queryset: QuerySet[CarrierConnection]) -> None:
        if self.run(request, queryset, connections.end_old_secret):
            messages.success(request, _("From now on the newest secret is good alone."))

    @display(description=_("address for reports"))
    def address(self, row: CarrierConnection) -> str:
        path = reverse("fulfilment:carrier_webhook", args=[row.adapter, row.public_id])
        return format_html("<code>{}{}</code>", settings.PUBLIC_URL, path)

    @display(description=_("old secret"))
    def old_secret(self, row: CarrierConnection) -> str:
        if len(row.secrets) < 2 or row.previous_secret_until is None:
            return "–"
        until = date_format(timezone.localtime(row.previous_secret_until), "DATETIME_FORMAT")
        return gettext("good too until %(time)s") % {"time": until}

    @display(description=_("what came lately"))
    def lately(self, row: CarrierConnection) -> str:
        """The newest messages, and what kept one from being applied."""
        found = row.messages.order_by("-id")[:LATELY]
        said = (
            (
                date_format(timezone.localtime(each.received_at), "DATETIME_FORMAT"),
                each.external_id,
                _state(each),
            )
            for each in found
        )
        return format_html_join(SafeString("<br>"), "{} · {} · {}", said) or "–"


def _state(message: CarrierMessage) -> str:
    if message.is_given_up:
        return gettext("given up: %(error)s") % {"error": message.last_error}
    return message.last_error or (gettext("waits") if message.next_attempt_at else gettext("done"))


def _show(request: HttpRequest, row: Model) -> None:
    """The secret, this once."""
    assert isinstance(row, CarrierConnection)  # noqa: S101 – for the type checker
    said = _("{name}: the secret is {secret}. It is shown this once: copy it now.")
    secret = format_html('<code class="secret">{}</code>', row.secret)
    messages.success(request, format_html(str(said), name=row.name, secret=secret))
