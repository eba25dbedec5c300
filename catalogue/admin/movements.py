"""The list of stock movements: what moved, why, who did it, and what was there afterwards."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.models import User
from catalogue.arrivals import zone
from catalogue.models import Membership, Merchant, Product, StockMovement, Variant
from shopping.admin_site import site
from shopping.capabilities import Capability
from shopping.ids import key_of
from shopping.own_rows import MerchantFilter, OfferedFilter, OwnRowsAdmin, access

# Of how many variants, found by a word, movements are shown together.
FOUND = 100
# How many people a filter offers; others are found by their @handle.
PEOPLE = 30
PERIOD = re.compile(r"(\d{4}-\d\d-\d\d)?\.\.(\d{4}-\d\d-\d\d)?", re.ASCII)


class PeriodFilter(admin.SimpleListFilter):
    """A span of days, or the fields above the list: “2026-11-01..2026-11-30”."""

    title = _("day")
    parameter_name = "period"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("today")), ("7", _("last seven days")), ("30", _("last thirty days"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if not value:
            return queryset
        begins, ends = span(value, timezone.localdate())
        if begins is not None:
            queryset = queryset.filter(created_at__gte=_midnight(begins))
        if ends is not None:
            queryset = queryset.filter(created_at__lt=_midnight(ends + timedelta(days=1)))
        return queryset


def span(value: str, today: date) -> tuple[date | None, date | None]:
    """The first and the last day that `value` means; None where it says none, or nonsense."""
    if value.isascii() and value.isdigit() and 0 < int(value[:4]) <= 366:
        return today - timedelta(days=int(value[:4]) - 1), today
    found = PERIOD.fullmatch(value)
    if found is None:
        return None, None
    return _day(found[1]), _day(found[2])


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _clock(request: HttpRequest) -> tzinfo:
    """The clock of the shop whose movements are listed; of shops in several zones, and for staff, the
    server's."""
    held, asked = access(request), request.GET.get(MerchantFilter.parameter_name, "")
    if held.everything:
        return timezone.get_current_timezone()
    own = held.merchants(Capability.VIEW)
    shops = Merchant.objects.filter(pk__in=[key for key in own if asked in ("", str(key))])
    zones = shops.order_by("time_zone").values_list("time_zone", flat=True).distinct()[:2]
    return zone(zones[0]) if len(zones) == 1 else timezone.get_current_timezone()


class ActorFilter(OfferedFilter):
    """Who did it, of those who work for the shops; staff asks by a @handle."""

    title = _("who")
    parameter_name = "actor"
    path = "actor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        held = access(request)
        if held.everything:
            return []
        mine = Membership.objects.filter(merchant__in=held.merchants(Capability.VIEW))
        people = User.objects.filter(pk__in=mine.values("user")).order_by("handle")[:PEOPLE]
        return [(str(person.pk), str(person)) for person in people]


class OfOneFilter(OfferedFilter):
    """Movements of one product or variant; links lead here, and it can be taken off again."""

    model: type[Product | Variant]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        asked = key_of(request.GET.get(self.parameter_name or "", ""))
        rows = self.model._default_manager.filter(pk=asked)
        held = access(request)
        if not held.everything:
            rows = rows.filter(merchant__in=held.merchants(Capability.VIEW))
        return [(str(row.pk), str(row)) for row in rows]

    def has_output(self) -> bool:
        # Also where nothing was found: then nothing is listed, rather than everything.
        return self.value() is not None


class ProductFilter(OfOneFilter):
    title = _("product")
    parameter_name = "product"
    path = "variant__product"
    model = Product


class VariantFilter(OfOneFilter):
    title = _("variant")
    parameter_name = "variant"
    path = "variant"
    model = Variant


@admin.register(StockMovement, site=site)
class StockMovementAdmin(OwnRowsAdmin):
    """Read only, here and in the database."""

    merchant_path = "merchant"
    list_display = ["created_at", "goods", "sku", "cause", "step", "balance", "actor", "reference"]
    list_filter = [
        *["reason", PeriodFilter, ActorFilter],
        *[ProductFilter, VariantFilter, MerchantFilter],
    ]
    list_before_template = "admin/catalogue/stockmovement/period.html"
    # Asked by get_search_results; with none there would be no field to search in.
    search_fields = ["variant__sku"]
    search_help_text = _("SKU, product, order number, or @handle of who did it.")
    list_select_related = ["variant__product", "actor"]
    ordering = ["-created_at", "-id"]
    sortable_by = ()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Days and times are by the clock of the shop that is looked at."""
        with timezone.override(_clock(request)):
            return self._listed(request, extra_context)

    def _listed(self, request: HttpRequest, extra_context: dict[str, Any] | None) -> HttpResponse:
        """The fields above the list become the filter that they mean."""
        if {"from", "until"} & set(request.GET):
            asked = request.GET.copy()
            begins, ends = asked.pop("from", [""])[-1], asked.pop("until", [""])[-1]
            asked.pop("period", None)
            if begins or ends:
                asked["period"] = f"{begins}..{ends}"
            return HttpResponseRedirect(f"{request.path}?{asked.urlencode()}")
        first, last = span(request.GET.get("period", ""), timezone.localdate())
        kept = [(key, value) for key, value in request.GET.items() if key not in ("period", "p")]
        shown = {"begins": first, "ends": last, "kept": kept}
        answer: HttpResponse = super().changelist_view(request, (extra_context or {}) | shown)
        return answer.render() if isinstance(answer, TemplateResponse) else answer

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[StockMovement], search_term: str
    ) -> tuple[QuerySet[StockMovement], bool]:
        """First what the word names, then the movements by their indexes."""
        term = search_term.strip()
        if not term or "\0" in term:
            return queryset, False
        if term.startswith("@"):
            return queryset.filter(actor__in=User.objects.named(term[1:])), False
        variants = Variant.objects.filter(Q(sku__iexact=term) | Q(product__title__icontains=term))
        held = access(request)
        if not held.everything:
            variants = variants.filter(merchant__in=held.merchants(Capability.VIEW))
        exact = variants.filter(sku__iexact=term)
        keys = list((exact if exact.exists() else variants).values_list("pk", flat=True)[:FOUND])
        return queryset.filter(Q(variant__in=keys) | Q(reference=term)), False

    @display(description=_("product"))
    def goods(self, movement: StockMovement) -> str:
        return str(movement.variant)

    @display(description=_("SKU"))
    def sku(self, movement: StockMovement) -> str:
        return movement.variant.sku or "–"

    @display(description=_("reason"))
    def cause(self, movement: StockMovement) -> str:
        label = movement.get_reason_display()
        return f"{label}: {movement.note}" if movement.note else label

    @display(description=_("pieces"))
    def step(self, movement: StockMovement) -> str:
        return f"{movement.after - movement.before:+d}"

    @display(description=_("on hand afterwards"))
    def balance(self, movement: StockMovement) -> int:
        return movement.after
