"""The shop itself, and what it asks for delivery."""

from __future__ import annotations

from typing import Any

from babel.numbers import format_percent
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.requests import actor
from catalogue import agent_sales, bands, links, merchants, payouts, rates
from catalogue.admin.forms import MerchantForm
from catalogue.admin.members import MembersPage
from catalogue.admin.rate_forms import ShippingRateForm
from catalogue.merchants import MerchantError
from catalogue.models import Merchant, MerchantEvent, ShippingRate
from catalogue.roles import Capability
from shopping.admin_site import site
from shopping.own_rows import MerchantFilter, OwnRowsAdmin, OwnRowsInline, access
from shopping.templatetags.money import country, language, money

# What Stripe said of a shop before, so many times of it at the most.
HISTORY = 20
# What a member reads of what their shop and we agreed on.
TERMS = ["profile", "feed", "status", "place", "currency", "fee"]


class HistoryInline(OwnRowsInline):
    """How the shop's status moved, and why: between us."""

    model = MerchantEvent
    fields = readonly_fields = ["created_at", "before", "after", "reason", "actor"]
    verbose_name_plural = _("history")


@admin.register(Merchant, site=site)
class MerchantAdmin(MembersPage):
    """Members see their shop and its owner keeps its terms; what it pays us is staff's to set, and
    whether it sells."""

    merchant_path = ""
    suggested = True
    changing = Capability.MANAGE
    refusals = (MerchantError, ValidationError)
    form = MerchantForm
    inlines = [HistoryInline]
    # Outside the page's own form: its buttons are forms that lead to Stripe.
    change_form_outer_before_template = "admin/catalogue/merchant/payouts.html"
    list_display = ["name", "place", "currency", "state", "paid_out"]
    list_filter = ["status"]
    search_fields = ["name", "email", "account__handle"]
    ordering = ["name"]
    fieldsets = [
        (None, {"fields": ["name", "email", "withdrawal_days", "cut_off", "time_zone", "terms"]}),
        (_("Stock"), {"fields": ["low_stock_at"]}),
        (
            _("Buying agents"),
            {
                "fields": ["agent_sales", "agents"],
                "description": _(
                    "Assistants and other programs that people ask to buy for them. Each pays, and"
                    " you send, as ever; a product’s own page takes one product out."
                ),
            },
        ),
        (_("On invoices"), {"fields": ["legal_name", "address", "vat_number"]}),
        (
            _("With us"),
            {
                "fields": [
                    "account",
                    "status",
                    "country",
                    "currency",
                    ("fee_bps", "fee"),
                    "feed",
                ]
            },
        ),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # The currency stands in prices already written, the account in posts.
        fixed = ["account", "currency", "status", "fee", "place", "feed"]
        if access(request).everything:
            return fixed
        return [*fixed, "name", "profile"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        if not access(request).everything:
            return [*self.fieldsets[:-1], (_("With us"), {"fields": TERMS})]
        return [*self.fieldsets, (_("Change of status"), {"fields": ["step", "reason"]})]

    def save_model(self, request: HttpRequest, obj: Merchant, form: Any, change: bool) -> None:  # noqa: FBT001
        said = form.cleaned_data
        fields = {name: said[name] for name in merchants.EDITABLE.intersection(form.changed_data)}
        if fields:
            merchants.edit(obj, fields=fields)
        if {"agent_sales", "agents"}.intersection(form.changed_data):
            agent_sales.choose(obj, said["agent_sales"], said["agents"])
        if access(request).everything and said["step"]:
            merchants.move(obj, said["step"], actor=actor(request), reason=said["reason"])

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        shop: Merchant | None = kwargs.get("obj")
        if shop is not None:
            held = access(request)
            context |= {
                "payouts": payouts.of(shop),
                "acts_for_shop": not held.everything and held.may(Capability.MANAGE, shop.pk),
                "staff": held.everything,
            }
            if held.everything:
                context["payout_history"] = shop.payout_history.order_by("-id")[:HISTORY]
        return super().render_change_form(request, context, *args, **kwargs)

    @display(description=_("profile"))
    def profile(self, merchant: Merchant) -> str:
        """Its public page: that of the account, in the admin, is staff's alone."""
        handle = merchant.account.handle
        page = reverse("feeds:profile", args=[handle])
        return format_html('<a class="text-link" href="{}">@{}</a>', page, handle)

    @display(description=_("product feed"))
    def feed(self, merchant: Merchant) -> str:
        """The address that comparison sites and other networks are given."""
        address = links.feed(merchant)
        return format_html('<a class="text-link" href="{}">{}</a>', address, address)

    @display(description=_("country"), ordering="country")
    def place(self, merchant: Merchant) -> str:
        return country(merchant.country)

    @display(description=_("our fee"))
    def fee(self, merchant: Merchant) -> str:
        share = merchant.fee_bps / 10_000
        return str(format_percent(share, locale=language(), decimal_quantization=False))

    @display(
        description=_("payouts"),
        label={"ready": "success", "checking": "info", "due": "warning", "none": "warning"}
        | {"closed": "danger"},
    )
    def paid_out(self, merchant: Merchant) -> tuple[str, str]:
        found = payouts.of(merchant)
        return found.state, found.label

    @display(
        description=_("status"),
        label={"active": "success", "pending": "warning", "suspended": "danger", "test": "info"},
        ordering="status",
    )
    def state(self, merchant: Merchant) -> tuple[str, str]:
        return merchant.status, merchant.get_status_display()


@admin.register(ShippingRate, site=site)
class ShippingRateAdmin(OwnRowsAdmin):
    merchant_path = "merchant"
    changing = Capability.LISTINGS
    adds = True
    deletes = True
    refusals = (ValidationError,)
    form = ShippingRateForm
    list_display = ["name", "shop", "where", "weight", "amount", "free", "days"]
    list_filter = [MerchantFilter]
    search_fields = ["name", "merchant__name"]
    list_select_related = ["merchant"]
    ordering = ["merchant", "position", "id"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None or self.has_change_permission(request, obj):
            return list(ShippingRateForm.Meta.fields)
        return ["merchant", "name", "where", "weight", "amount", "free", "days"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["merchant", "where", "weight", "amount", "free", "days"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"merchant": self.only_merchant(request)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShippingRate]:
        return super().get_queryset(request).select_related("merchant")

    def save_model(self, request: HttpRequest, obj: ShippingRate, form: Any, change: bool) -> None:  # noqa: FBT001
        rates.save(obj)
        for low, high in bands.gaps([obj, *bands.same_zone(obj)]):
            messages.warning(
                request,
                _("No rate of this zone takes a parcel of %(low)s to %(high)s g: it is refused.")
                % {"low": low, "high": high},
            )

    def delete_model(self, request: HttpRequest, obj: ShippingRate) -> None:
        rates.remove(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ShippingRate]) -> None:
        for rate in queryset:
            rates.remove(rate)

    @display(description=_("shop"))
    def shop(self, rate: ShippingRate) -> str:
        return rate.merchant.name

    @display(description=_("countries"))
    def where(self, rate: ShippingRate) -> str:
        return ", ".join([*rate.countries, *rate.regions, *(f"{each}…" for each in rate.postcodes)])

    @display(description=_("weight"))
    def weight(self, rate: ShippingRate) -> str:
        if not rate.min_grams and rate.max_grams is None:
            return "–"
        most = "" if rate.max_grams is None else rate.max_grams
        return f"{rate.min_grams}–{most} g"

    @display(description=_("price"), ordering="price")
    def amount(self, rate: ShippingRate) -> str:
        return money(rate.price, rate.merchant.currency)

    @display(description=_("free from"))
    def free(self, rate: ShippingRate) -> str:
        return "–" if rate.free_from is None else money(rate.free_from, rate.merchant.currency)

    @display(description=_("days"))
    def days(self, rate: ShippingRate) -> str:
        return f"{rate.min_days}–{rate.max_days}"
