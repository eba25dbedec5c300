"""What merchants have to send: packed, handed to a carrier, delivered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from accounts.requests import actor
from catalogue.roles import Capability
from checkout import agents, order_words
from checkout.admin.orders import address_lines
from fulfilment import fulfilment_orders
from fulfilment.admin.cancelling import Cancelling
from fulfilment.admin.dispatching import BulkDispatching
from fulfilment.admin.papers import Papers
from fulfilment.admin.parcels import Dispatching, ParcelInline
from fulfilment.admin.talking import Talking
from fulfilment.admin.workbench import QueueFilter, Workbench
from fulfilment.fulfilment_orders import TransitionRefused
from fulfilment.given_back import GivenBack
from fulfilment.models import FulfilmentOrder
from fulfilment.parts import left_of
from fulfilment.shipping_form import ShippingForm
from shopping.admin_site import site
from shopping.own_rows import MerchantFilter

BUTTONS = ("pack", "ship", "out_for_delivery", "deliver")


@admin.register(FulfilmentOrder, site=site)
class FulfilmentOrderAdmin(
    Workbench, BulkDispatching, Papers, Cancelling, Talking, GivenBack, Dispatching
):
    merchant_path = "merchant"
    changing = Capability.FULFIL
    refusals = (TransitionRefused, ValidationError)
    inlines = [ParcelInline]
    list_display = ["reference", "created_at", "what", "to", "state"]
    list_filter = [QueueFilter, "status", MerchantFilter]
    ordering = ["-id"]
    actions = [
        *["pack_all", "dispatch_all", "slips_all", "labels_all"],
        *["out_for_delivery_all", "deliver_all"],
    ]
    leading = frozenset({"dispatch_all", "slips_all", "labels_all"})
    actions_detail = ("slip", "label", "refund", "cancel")
    actions_submit_line = ["deliver", "out_for_delivery", "ship", "pack"]
    readonly_fields = ["reference", "status", "what", "papers", "address", "email", "agent"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[FulfilmentOrder]:
        rows = super().get_queryset(request).select_related("order", "merchant")
        return rows.prefetch_related("order__lines__partner")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        sets: list[Any] = [
            (None, {"fields": [("reference", "status"), "what", "papers"]}),
            (_("Send to"), {"fields": ["address", "email", "agent"]}),
        ]
        return [*sets, *self.parcel_fieldsets(request, obj)]

    def get_actions_submit_line(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """The buttons for what can be done from here."""
        row = self.get_object(request, str(object_id))
        if row is None:
            return []
        names = {f"fulfilment_fulfilmentorder_{name}" for name in self.offers(row)}
        offered = super().get_actions_submit_line(request, object_id)
        return [button for button in offered if button.action_name in names]

    def save_model(
        self,
        request: HttpRequest,
        obj: FulfilmentOrder,
        form: Any,
        change: bool,  # noqa: FBT001 – Django's signature
    ) -> None:
        """The row has no field to edit: the pressed button says which verb to call."""
        for name in BUTTONS:
            if f"fulfilment_fulfilmentorder_{name}" in request.POST:
                if not self.has_change_permission(request, obj):
                    raise PermissionDenied
                self._step(request, obj, name, form)
                return

    def _step(
        self, request: HttpRequest, row: FulfilmentOrder, name: str, form: ShippingForm
    ) -> None:
        who = actor(request)
        if name == "ship":
            self.dispatch_parcel(request, row, form)
        elif name == "pack":
            fulfilment_orders.pack(row, actor=who)
        elif name == "out_for_delivery":
            fulfilment_orders.mark_out_for_delivery(row, actor=who)
        else:
            fulfilment_orders.deliver(row, actor=who)

    def said(self, row: FulfilmentOrder) -> str:
        return str(_("%(order)s: %(status)s.") % {"order": row, "status": row.get_status_display()})

    # Buttons of the page; what they do is in save_model ------------------------------------------

    @action(description=_("Mark packed"), permissions=["change"])
    def pack(self, request: HttpRequest, obj: FulfilmentOrder) -> None: ...

    @action(description=_("Ship"), permissions=["change"])
    def ship(self, request: HttpRequest, obj: FulfilmentOrder) -> None: ...

    @action(description=_("Out for delivery"), permissions=["change"])
    def out_for_delivery(self, request: HttpRequest, obj: FulfilmentOrder) -> None: ...

    @action(description=_("Delivered"), permissions=["change"])
    def deliver(self, request: HttpRequest, obj: FulfilmentOrder) -> None: ...

    # Actions of the list -----------------------------------------------------------------------

    @admin.action(description=_("Mark packed"), permissions=["change"])
    def pack_all(self, request: HttpRequest, queryset: QuerySet[FulfilmentOrder]) -> None:
        self._all(request, queryset, fulfilment_orders.pack)

    @admin.action(description=_("Out for delivery"), permissions=["change"])
    def out_for_delivery_all(
        self, request: HttpRequest, queryset: QuerySet[FulfilmentOrder]
    ) -> None:
        self._all(request, queryset, fulfilment_orders.mark_out_for_delivery)

    @admin.action(description=_("Delivered"), permissions=["change"])
    def deliver_all(self, request: HttpRequest, queryset: QuerySet[FulfilmentOrder]) -> None:
        self._all(request, queryset, fulfilment_orders.deliver)

    def _each(
        self,
        request: HttpRequest,
        queryset: QuerySet[FulfilmentOrder],
        verb: Callable[..., FulfilmentOrder],
    ) -> int:
        who = actor(request)
        return len(self.run(request, queryset, lambda row: verb(row, actor=who)))

    def _all(
        self,
        request: HttpRequest,
        queryset: QuerySet[FulfilmentOrder],
        verb: Callable[..., FulfilmentOrder],
    ) -> None:
        done = self._each(request, queryset, verb)
        if done:
            said = ngettext("%(count)d parcel moved on.", "%(count)d parcels moved on.", done)
            messages.success(request, said % {"count": done})

    # What is shown -----------------------------------------------------------------------------

    @display(description=_("order"))
    def reference(self, row: FulfilmentOrder) -> str:
        return row.order.reference

    @display(description=_("contents"))
    def what(self, row: FulfilmentOrder) -> str:
        """What is to be sent, and of how many pieces; later on, what was bought."""
        lines = [line for line in row.order.lines.all() if line.merchant_id == row.merchant_id]
        unsent = row.status in row.TO_SEND
        counted = [(line, left_of(line) if unsent else line.quantity) for line in lines]
        return format_html_join(
            SafeString("<br>"),
            "{} × {} {} {}",
            (
                (
                    *(_pieces(pieces, line.quantity), line.title, line.options_text),
                    order_words.via(line),
                )
                for line, pieces in counted
                if pieces
            ),
        )

    @display(description=_("to"))
    def to(self, row: FulfilmentOrder) -> str:
        return f"{row.order.name}, {row.order.city} ({row.order.country})"

    @display(description=_("address"))
    def address(self, row: FulfilmentOrder) -> str:
        return address_lines(row.order)

    @display(description=_("e-mail address"))
    def email(self, row: FulfilmentOrder) -> str:
        return row.order.email

    @display(description=_("bought by"))
    def agent(self, row: FulfilmentOrder) -> str:
        """The program that bought for the shopper."""
        return agents.name_of(row.order) or "–"

    @display(
        description=_("status"),
        label={
            "open": "warning",
            "packed": "info",
            "partly_shipped": "warning",
            "shipped": "info",
            "out_for_delivery": "info",
            "delivered": "success",
            "cancelled": "danger",
        },
    )
    def state(self, row: FulfilmentOrder) -> tuple[str, str]:
        return row.status, row.get_status_display()


def _pieces(left: int, quantity: int) -> str:
    if left == quantity:
        return str(left)
    return gettext("%(left)d of %(quantity)d") % {"left": left, "quantity": quantity}
