"""Parcels in the admin: one that is about to leave, on its part's page; and each by itself."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from accounts.requests import actor
from catalogue.roles import Capability
from checkout.order_words import bare_number
from fulfilment import dispatching, reports, shipments
from fulfilment.models import FulfilmentOrder, Shipment, ShipmentEvent, TrackingEvent
from fulfilment.shipping_form import KEY, SHIP, ShippingForm, name_of, shipping_form, to_send
from fulfilment.steps import TransitionRefused
from fulfilment.tracking_codes import tracking_code
from shopping.admin_site import site
from shopping.own_rows import MerchantFilter, OwnRowsInline
from shopping.pressed_rows import PressedAdmin

Status = FulfilmentOrder.Status
Parcel = Shipment.Status
# Which buttons of a part's page stand there at which of its steps; Ship does while pieces are left.
OFFERED = {
    "pack": (Status.OPEN,),
    "out_for_delivery": (Status.SHIPPED,),
    "deliver": (Status.SHIPPED, Status.OUT_FOR_DELIVERY),
}
# Which button of a parcel's page leads where.
STEPS = {
    "delivered": Parcel.DELIVERED,
    "out_for_delivery": Parcel.OUT_FOR_DELIVERY,
    "failed": Parcel.FAILED_ATTEMPT,
    "returned": Parcel.RETURNED,
    "lost": Parcel.LOST,
}
CORRECT = "correct"


class Dispatching(PressedAdmin):
    """The form of a parcel that is about to leave, on the page of the part that it is of."""

    def offers(self, row: FulfilmentOrder) -> set[str]:
        """The names of the buttons that stand on the part's page."""
        names = {name for name, statuses in OFFERED.items() if row.status in statuses}
        return names | ({"ship"} if row.status in row.TO_SEND or to_send(row) else set())

    def parcel_fieldsets(self, request: HttpRequest, row: FulfilmentOrder | None) -> list[Any]:
        """What is asked for of the next parcel, where the person may send one."""
        if row is None or not to_send(row) or not self.has_change_permission(request, row):
            return []
        lines = [name_of(line) for line in to_send(row)]
        fields = [*lines, ("carrier", "tracking_number"), KEY]
        return [(_("Next parcel"), {"fields": fields})]

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        if obj is not None:
            kwargs["form"] = shipping_form(obj)
        return super().get_form(request, obj, **kwargs)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """A press that came before is answered as it was then: its pieces are no longer left."""
        if request.method == "POST" and object_id and SHIP in request.POST:
            row = self.get_object(request, object_id)
            key = request.POST.get(KEY, "")
            if row is not None and key and row.shipments.filter(key=key).exists():
                return self.response_change(request, row)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def dispatch_parcel(
        self, request: HttpRequest, row: FulfilmentOrder, form: ShippingForm
    ) -> None:
        said = form.cleaned_data
        dispatching.dispatch(
            row,
            lines=form.pieces,
            carrier=said.get("carrier", ""),
            tracking_number=said.get("tracking_number", ""),
            actor=actor(request),
            key=said.get(KEY, ""),
        )


def contents(shipment: Shipment) -> str:
    """What is in a parcel, line by line."""
    return format_html_join(
        SafeString("<br>"),
        "{} × {} {}",
        ((each.quantity, each.line.title, each.line.options_text) for each in shipment.lines.all()),
    )


class ParcelInline(OwnRowsInline):
    model = Shipment
    merchant_path = "fulfilment_order__merchant"
    fields = readonly_fields = [
        "what",
        "status",
        "carrier",
        "number",
        "tracking_url",
        "created_at",
    ]
    verbose_name_plural = _("parcels")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Shipment]:
        return super().get_queryset(request).order_by("id").prefetch_related("lines__line")

    @display(description=_("contents"))
    def what(self, row: Shipment) -> str:
        return contents(row)

    @display(description=_("tracking number"))
    def number(self, row: Shipment) -> str:
        """Leads to the parcel's page, also where it has none."""
        page = reverse("admin:fulfilment_shipment_change", args=[row.pk])
        said = row.tracking_number or "–"
        return format_html('<a class="text-link" href="{}">{}</a>', page, said)


class TrackingInline(OwnRowsInline):
    model = TrackingEvent
    merchant_path = "merchant"
    fields = readonly_fields = ["happened_at", "words", "place", "status"]
    verbose_name_plural = _("what the carrier says")

    @display(description=_("description"))
    def words(self, row: TrackingEvent) -> str:
        return row.words


class ParcelHistoryInline(OwnRowsInline):
    model = ShipmentEvent
    merchant_path = "shipment__fulfilment_order__merchant"
    fields = readonly_fields = ["happened_at", "status", "note", "actor"]
    verbose_name_plural = _("history")


class ParcelMerchantFilter(MerchantFilter):
    path = "fulfilment_order__merchant"


@admin.register(Shipment, site=site)
class ShipmentAdmin(PressedAdmin):
    """A parcel by itself: where it is, and its number put right."""

    merchant_path = "fulfilment_order__merchant"
    changing = Capability.FULFIL
    refusals = (TransitionRefused, ValidationError)
    fields = ["order", "what", "status", ("carrier", "tracking_number"), "link", "created_at"]
    readonly_fields = ["order", "what", "status", "link", "created_at"]
    inlines = [TrackingInline, ParcelHistoryInline]
    list_display = ["number", "carrier", "order", "state", "created_at"]
    list_filter = ["status", ParcelMerchantFilter]
    search_fields = ["=tracking_code", "=fulfilment_order__order__number"]
    search_help_text = _("A tracking number or an order's number.")
    ordering = ["-id"]
    actions_submit_line = ["delivered", "out_for_delivery", "failed", "returned", "lost", CORRECT]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Shipment]:
        rows = super().get_queryset(request).prefetch_related("lines__line")
        return rows.select_related("fulfilment_order__order", "fulfilment_order__merchant")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Shipment], search_term: str
    ) -> tuple[QuerySet[Shipment], bool]:
        term = bare_number(search_term)
        found: tuple[QuerySet[Shipment], bool] = super().get_search_results(
            request, queryset, tracking_code(term)
        )
        return found

    def get_actions_submit_line(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Correcting, and the buttons for the steps that the transition table knows from here."""
        row = self.get_object(request, str(object_id))
        if row is None:
            return []
        steps = Shipment.TRANSITIONS[row.status]
        names = {_button(name) for name, status in STEPS.items() if status in steps}
        offered = super().get_actions_submit_line(request, object_id)
        names.add(_button(CORRECT))
        return [button for button in offered if button.action_name in names]

    def save_model(
        self,
        request: HttpRequest,
        obj: Shipment,
        form: Any,
        change: bool,  # noqa: FBT001 – Django's signature
    ) -> None:
        """The pressed button says which verb to call."""
        pressed = [name for name in (*STEPS, CORRECT) if _button(name) in request.POST]
        if not pressed:
            return
        if not self.has_change_permission(request, obj):
            raise PermissionDenied
        if pressed[0] == CORRECT:
            said = form.cleaned_data
            reports.correct(
                obj,
                carrier=said["carrier"],
                tracking_number=said["tracking_number"],
                actor=actor(request),
            )
        else:
            shipments.move(obj, STEPS[pressed[0]], actor=actor(request))

    def said(self, row: Shipment) -> str:
        return str(_("%(parcel)s: %(status)s.") % {"parcel": row, "status": _status(row)})

    @action(description=_("Delivered"), permissions=["change"])
    def delivered(self, request: HttpRequest, obj: Shipment) -> None: ...

    @action(description=_("Out for delivery"), permissions=["change"])
    def out_for_delivery(self, request: HttpRequest, obj: Shipment) -> None: ...

    @action(description=_("Delivery failed"), permissions=["change"])
    def failed(self, request: HttpRequest, obj: Shipment) -> None: ...

    @action(description=_("Returned to us"), permissions=["change"])
    def returned(self, request: HttpRequest, obj: Shipment) -> None: ...

    @action(description=_("Lost"), permissions=["change"])
    def lost(self, request: HttpRequest, obj: Shipment) -> None: ...

    @action(description=_("Correct carrier and number"), permissions=["change"])
    def correct(self, request: HttpRequest, obj: Shipment) -> None: ...

    # What is shown -----------------------------------------------------------------------------

    @display(description=_("order"))
    def order(self, row: Shipment) -> str:
        part = row.fulfilment_order
        page = reverse("admin:fulfilment_fulfilmentorder_change", args=[part.pk])
        return format_html('<a class="text-link" href="{}">{}</a>', page, part.order.reference)

    @display(description=_("contents"))
    def what(self, row: Shipment) -> str:
        return contents(row)

    @display(description=_("tracking number"), ordering="tracking_number")
    def number(self, row: Shipment) -> str:
        return row.tracking_number or "–"

    @display(description=_("tracking link"))
    def link(self, row: Shipment) -> str:
        if not row.tracking_url:
            return "–"
        html = '<a class="text-link" href="{0}" rel="noopener noreferrer" target="_blank">{0}</a>'
        return format_html(html, row.tracking_url)

    @display(
        description=_("status"),
        label={
            **dict.fromkeys(Parcel.values, "info"),
            "delivered": "success",
            "failed_attempt": "warning",
            "exception": "warning",
            "returned": "danger",
            "lost": "danger",
        },
        ordering="status",
    )
    def state(self, row: Shipment) -> tuple[str, str]:
        return row.status, _status(row)


def _button(name: str) -> str:
    return f"fulfilment_shipment_{name}"


def _status(row: Shipment) -> str:
    return str(row.get_status_display())
