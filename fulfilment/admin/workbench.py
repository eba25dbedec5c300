"""The workbench's list: its queues, its search, and the views that people keep of it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests import actor
from catalogue.models import Merchant
from catalogue.roles import Capability
from checkout import order_words
from checkout.models import Order, OrderDelivery, OrderLine
from fulfilment import saved_views, searching
from fulfilment.models import FulfilmentOrder, SavedView
from fulfilment.queues import QUEUES
from shopping.counts import count
from shopping.ids import key_of
from shopping.own_rows import OwnRowsAdmin, access, words_of

LIST = "admin:fulfilment_fulfilmentorder_changelist"
WAITING_ROWS = 100


class QueueFilter(admin.SimpleListFilter):
    title = gettext_lazy("queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, title) for name, (title, _parts) in QUEUES.items()]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[FulfilmentOrder]
    ) -> QuerySet[FulfilmentOrder]:
        if self.value() is None:
            return queryset
        queue = QUEUES.get(self.value() or "")
        return queue[1](queryset) if queue else queryset.none()


class Workbench(OwnRowsAdmin):
    list_before_template = "admin/fulfilment/fulfilmentorder/queues.html"
    search_fields = ("order__number",)
    search_help_text = gettext_lazy("Number, name, e-mail address, SKU, title or tracking number.")

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        name = "fulfilment_fulfilmentorder"
        return [
            path("waiting/", view(self.waiting), name=f"{name}_waiting"),
            path("views/", view(self.views), name=f"{name}_views"),
            *super().get_urls(),
        ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[FulfilmentOrder], search_term: str
    ) -> tuple[QuerySet[FulfilmentOrder], bool]:
        """As many as the page that is asked for needs to be shown, and to know of a next one."""
        if not search_term.strip():
            return queryset, False
        held, page = access(request), request.GET.get("p", "1")
        number = min(int(page), 100) if page.isascii() and page.isdecimal() else 1
        found = searching.find(
            queryset,
            search_term,
            merchants=None if held.everything else held.merchants(Capability.VIEW),
            most=max(number, 1) * self.list_per_page + 1,
        )
        return queryset.filter(pk__in=found), False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """With the queues, and where the person has kept views."""
        own = self.own(request, FulfilmentOrder.objects.all(), capability=Capability.VIEW)
        query = saved_views.query_of(request.META.get("QUERY_STRING", ""))
        asked = request.GET.get("queue")
        tabs = [
            (f"?queue={name}", title, count(parts(own)), asked == name)
            for name, (title, parts) in QUEUES.items()
        ]
        context = {
            "tabs": tabs,
            "is_all": asked not in QUEUES,
            "waiting_count": count(self._unpaid(request)),
            "views": list(self._views(request)[: saved_views.MOST]),
            "query": query,
            "shops": self._shops(request),
            "may_dispatch": self.has_change_permission(request),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    # What is not paid yet ------------------------------------------------------------------------

    def _unpaid(self, request: HttpRequest) -> QuerySet[Order]:
        held, lines = access(request), OrderLine.objects.filter(order=OuterRef("pk"))
        if not held.everything:
            lines = lines.filter(merchant__in=held.merchants(Capability.VIEW))
        return Order.objects.filter(Exists(lines), status=Order.Status.AWAITING_PAYMENT)

    def waiting(self, request: HttpRequest) -> HttpResponse:
        """Orders that hold stock and are not paid: what is in them of one's own, and not whose."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        held = access(request)
        whose = Q() if held.everything else Q(merchant__in=held.merchants(Capability.VIEW))
        found = self._unpaid(request).only("number", "placed_at", "reserved_until", "currency")
        found = found.order_by("reserved_until", "pk").prefetch_related(
            Prefetch("lines", OrderLine.objects.filter(whose), to_attr="own_lines"),
            Prefetch("deliveries", OrderDelivery.objects.filter(whose), to_attr="own_deliveries"),
        )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": _("Waiting for payment"),
            "orders": [(order, order_words.own_sum(order)) for order in found[:WAITING_ROWS]],
            "most": WAITING_ROWS,
        }
        page = "admin/fulfilment/fulfilmentorder/waiting.html"
        return TemplateResponse(request, page, context)

    # Views that are kept -------------------------------------------------------------------------

    def _views(self, request: HttpRequest) -> QuerySet[SavedView]:
        merchants = access(request).merchants(Capability.VIEW)
        return saved_views.of(actor(request), merchants=merchants)

    def _shops(self, request: HttpRequest) -> list[tuple[int, str]]:
        """Those with whose people a view can be shared."""
        held = access(request)
        return sorted((pk, held.names[pk]) for pk in held.merchants(Capability.VIEW))

    def views(self, request: HttpRequest) -> HttpResponse:
        """One's views, and what is done to them: keep, rename, delete. What is refused is said, and
        the name that was typed stays."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        typed = request.POST.get("name", "")
        if request.method == "POST":
            try:
                return self._change_views(request, typed)
            except ValidationError as refusal:
                messages.error(request, words_of(refusal))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": _("Views that are kept"),
            "views": [(view, self._may_change(request, view)) for view in self._views(request)],
            "typed": typed,
            "asked": request.POST.get("view", ""),
            "query": saved_views.query_of(request.POST.get("query", "")),
            "shops": self._shops(request),
            "shop": request.POST.get("shop", ""),
            "keeping": request.POST.get("act") == "keep",
        }
        return TemplateResponse(request, "admin/fulfilment/fulfilmentorder/views.html", context)

    def _change_views(self, request: HttpRequest, name: str) -> HttpResponse:
        act = request.POST.get("act")
        if act == "keep":
            made = saved_views.keep(
                actor(request),
                name=name,
                query=request.POST.get("query", ""),
                merchant=self._shop(request),
            )
            messages.success(request, _("“%(name)s” is kept.") % {"name": made.name})
            return HttpResponseRedirect(f"{reverse(LIST)}?{made.query}")
        key = key_of(request.POST.get("view", ""))
        view = get_object_or_404(self._views(request), pk=key)
        if not self._may_change(request, view):
            raise PermissionDenied
        if act == "delete":
            saved_views.delete(view)
            messages.success(request, _("“%(name)s” is deleted.") % {"name": view.name})
        else:
            saved_views.rename(view, name=name)
            messages.success(request, _("It is called “%(name)s” now.") % {"name": view.name})
        return HttpResponseRedirect(reverse("admin:fulfilment_fulfilmentorder_views"))

    def _shop(self, request: HttpRequest) -> Merchant | None:
        """The shop to share with; None for oneself alone. Raises Http404 for a shop of others."""
        named = request.POST.get("shop", "")
        if not named:
            return None
        shops = [pk for pk, _name in self._shops(request) if str(pk) == named]
        return get_object_or_404(Merchant, pk__in=shops)

    def _may_change(self, request: HttpRequest, view: SavedView) -> bool:
        """Its author, and whoever looks after the shop that shares it."""
        shop = view.merchant_id
        return view.author_id == request.user.pk or (
            shop is not None and access(request).may(Capability.MANAGE, shop)
        )
