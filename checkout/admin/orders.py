"""Orders to look at: merchants see paid ones, and of each their own lines; nothing is changed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts import postal
from catalogue.models import Merchant
from catalogue.roles import Capability
from checkout import agents, order_words
from checkout.admin.refunding import Refunding, Target
from checkout.admin.transfers import TransferInline
from checkout.models import Order, OrderDelivery, OrderDiscount, OrderEvent, OrderLine, Payment
from checkout.shops_orders import of_shops
from shopping.admin_site import site
from shopping.ids import key_of
from shopping.own_rows import MerchantFilter, OwnRowsInline, SharedRowsAdmin, access
from shopping.templatetags.money import country, money


class LineInline(OwnRowsInline):
    model = OrderLine
    merchant_path = "merchant"
    fields = ["title", "options", "sku", "quantity", "each", "sum", "shop"]
    readonly_fields = [*fields, "via"]
    verbose_name_plural = _("lines")

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderLine]:
        return super().get_queryset(request).select_related("order", "merchant", "partner")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Without the partners, where nobody brought any of the lines."""
        brought = any(line.partner_id for line in getattr(obj, "own_lines", ()))
        return [*self.fields, "via"] if brought else list(self.fields)

    @display(description=_("options"))
    def options(self, line: OrderLine) -> str:
        return line.options_text or "–"

    @display(description=_("each"))
    def each(self, line: OrderLine) -> str:
        return money(line.unit_price, line.order.currency)

    @display(description=_("total"))
    def sum(self, line: OrderLine) -> str:
        return money(line.total, line.order.currency)

    @display(description=_("shop"))
    def shop(self, line: OrderLine) -> str:
        return line.merchant.name

    @display(description=_("brought by"))
    def via(self, line: OrderLine) -> str:
        return order_words.via(line) or "–"


class DeliveryInline(OwnRowsInline):
    model = OrderDelivery
    merchant_path = "merchant"
    fields = readonly_fields = ["name", "price", "arrives_from", "arrives_to"]
    verbose_name_plural = _("delivery")

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderDelivery]:
        return super().get_queryset(request).select_related("order")

    @display(description=_("price"))
    def price(self, delivery: OrderDelivery) -> str:
        return money(delivery.amount, delivery.order.currency)


class DiscountInline(OwnRowsInline):
    """What offers took off; a merchant reads what was taken off their own part."""

    model = OrderDiscount
    merchant_path = "merchant"
    fields = readonly_fields = ["label", "off", "given_by"]
    verbose_name_plural = _("discounts")

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderDiscount]:
        return super().get_queryset(request).select_related("order", "merchant")

    @display(description=_("amount"))
    def off(self, discount: OrderDiscount) -> str:
        return money(-discount.amount, discount.order.currency)

    @display(description=_("given by"))
    def given_by(self, discount: OrderDiscount) -> str:
        return str(_("the operator")) if discount.by_platform else discount.merchant.name


class PaymentInline(OwnRowsInline):
    """Staff's alone: an order of several shops is one payment."""

    model = Payment
    fields = readonly_fields = [
        *["intent_id", "status", "paid", "refunded_shown", "card", "decline_code", "created_at"]
    ]
    verbose_name_plural = _("payments")

    @display(description=_("captured"))
    def paid(self, payment: Payment) -> str:
        return money(payment.captured, payment.currency)

    @display(description=_("refunded"))
    def refunded_shown(self, payment: Payment) -> str:
        return money(payment.refunded, payment.currency)

    @display(description=_("card"))
    def card(self, payment: Payment) -> str:
        return f"{payment.card_brand} {payment.card_last4}".strip() or "–"


class HistoryInline(OwnRowsInline):
    """What happened; a merchant reads of the order, staff also of the money."""

    model = OrderEvent
    merchant_path = "order__lines__merchant"
    verbose_name_plural = _("history")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        shown = ["created_at", "what", "who"]
        return [*shown, "data"] if access(request).everything else shown

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["created_at", "what", "who", "data"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderEvent]:
        rows = super().get_queryset(request).select_related("actor").order_by("id")
        return (
            rows
            if access(request).everything
            else rows.filter(type__startswith="order.").distinct()
        )

    @display(description=_("what"))
    def what(self, event: OrderEvent) -> str:
        return order_words.happened(event.type)

    @display(description=_("by"))
    def who(self, event: OrderEvent) -> str:
        return str(event.actor) if event.actor else "–"


@admin.register(Order, site=site)
class OrderAdmin(Refunding, SharedRowsAdmin):
    """An order can be refunded from here whether or not its shops have been told to send it."""

    merchant_path = "lines__merchant"
    inlines = [
        *[LineInline, DeliveryInline, DiscountInline, PaymentInline],
        *[TransferInline, HistoryInline],
    ]
    list_display = ["reference", "placed_at", "shopper", "what", "amount", "state", "sending"]
    list_filter = ["status"]
    search_fields = ["number", "email"]
    search_help_text = _("An order's number or the shopper's e-mail address.")
    ordering = ["-id"]
    readonly_fields = [
        "reference",
        "placed_at",
        "status",
        "sending",
        "amount",
        "given_back",
        "shopper",
        "agent",
        "address",
    ]
    fieldsets = [
        (
            None,
            {"fields": [("reference", "placed_at"), ("status", "sending"), "amount", "given_back"]},
        ),
        (_("Shopper"), {"fields": ["shopper", "agent", "address"]}),
    ]

    def own(
        self, request: HttpRequest, rows: QuerySet[Order], *, capability: str
    ) -> QuerySet[Order]:
        held = access(request)
        if held.everything:
            return rows
        mine = of_shops(held.merchants(capability), among=rows)
        return mine.filter(paid_at__isnull=False)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        held = access(request)
        whose = Q() if held.everything else Q(merchant__in=held.merchants(Capability.VIEW))
        return (
            super()
            .get_queryset(request)
            .prefetch_related(
                Prefetch("lines", OrderLine.objects.filter(whose), to_attr="own_lines"),
                Prefetch(
                    "deliveries", OrderDelivery.objects.filter(whose), to_attr="own_deliveries"
                ),
                # By name: fulfilment is built upon this app, not the other way round.
                "fulfilment_orders",
            )
        )

    def refund_targets(self, request: HttpRequest, object_id: str) -> list[Target]:
        order, held = self.get_object(request, object_id), access(request)
        if order is None or order.paid_at is None:
            return []
        back = reverse("admin:checkout_order_change", args=[order.pk])
        shops = Merchant.objects.filter(order_lines__order=order).distinct().order_by("pk")
        return [Target(order, shop, back) for shop in shops if held.may(Capability.REFUND, shop.pk)]

    def get_inlines(self, request: HttpRequest, obj: Order | None) -> list[Any]:
        """Without the table of discounts, where the reader's part has none."""
        held, found = access(request), OrderDiscount.objects.filter(order=obj)
        if not held.everything:
            found = found.filter(merchant__in=held.merchants(Capability.VIEW))
        has = obj is not None and found.exists()
        return [each for each in self.inlines if has or each is not DiscountInline]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [*self.list_filter, LineMerchantFilter]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Order], search_term: str
    ) -> tuple[QuerySet[Order], bool]:
        term = search_term.strip()
        if number := key_of(order_words.bare_number(term)):
            return queryset.filter(number=number), False
        return (queryset.filter(email__iexact=term) if term else queryset), False

    # What is shown -----------------------------------------------------------------------------

    @display(description=_("shopper"))
    def shopper(self, order: Order) -> str:
        return format_html("{}<br>{}", order.name, order.email)

    @display(description=_("bought by"))
    def agent(self, order: Order) -> str:
        """The program that bought for the shopper."""
        return agents.name_of(order) or "–"

    @display(description=_("lines"))
    def what(self, order: Any) -> str:
        lines: list[OrderLine] = order.own_lines
        return format_html_join(
            SafeString("<br>"), "{} × {}", ((line.quantity, line.title) for line in lines)
        )

    @display(description=_("total"))
    def amount(self, order: Any) -> str:
        """The whole for staff; for a merchant, what their part of it comes to."""
        return money(order_words.own_sum(order))

    @display(description=_("refunds"))
    def given_back(self, order: Any) -> str:
        """Amount, reason and state: the whole for staff; for a merchant, of their own part."""
        mine = {line.merchant_id for line in order.own_lines}
        return order_words.refunds_of(order, mine) or "–"

    @display(
        description=_("status"),
        label={"paid": "success", "awaiting_payment": "warning", "cancelled": "danger"},
        ordering="status",
    )
    def state(self, order: Order) -> tuple[str, str]:
        return order.status, order.get_status_display()

    @display(description=_("delivery"))
    def sending(self, order: Any) -> str:
        mine = {line.merchant_id for line in order.own_lines}
        parts = [part for part in order.fulfilment_orders.all() if part.merchant_id in mine]
        if not parts:
            return "–"
        return format_html_join(
            ", ",
            '<a class="text-link" href="{}">{}</a>',
            (
                (
                    reverse("admin:fulfilment_fulfilmentorder_change", args=[part.pk]),
                    part.get_status_display(),
                )
                for part in parts
            ),
        )

    @display(description=_("address"))
    def address(self, order: Order) -> str:
        return address_lines(order)


class LineMerchantFilter(MerchantFilter):
    path = "lines__merchant"


def address_lines(order: Order) -> str:
    """The address as it stands on a parcel."""
    rows = [*postal.lines(order, country_name=country(order.country)), order.phone]
    return format_html_join(SafeString("<br>"), "{}", ((row,) for row in rows if row))
