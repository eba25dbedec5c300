"""The lists of products and variants: as quick with a hundred thousand of them as with ten."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.views import ChangeList

from catalogue import listings
from catalogue.models import Product
from catalogue.roles import Capability
from shopping.own_rows import access


def looked_through(request: HttpRequest) -> Collection[int] | None:
    """The merchants whose rows a search looks through; None for all of them."""
    held = access(request)
    return None if held.everything else held.merchants(Capability.VIEW)


class ProductChangeList(ChangeList):
    """A page of products with their figures: two statements, whatever the page holds."""

    result_list: Any

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str | None] | None = None
    ) -> QuerySet[Any]:
        # As long as it likes to be, and not shown.
        return super().get_queryset(request, exclude_parameters).defer("description")  # type: ignore[no-any-return]

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        page: list[Any] = list(self.result_list)
        known = listings.figures(page)
        for product in page:
            product.figures = known[product.pk]
        self.result_list = page


class ScheduleFilter(admin.SimpleListFilter):
    title = _("schedule")
    parameter_name = "schedule"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", _("not on sale yet")), ("over", _("off sale again"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = {"waiting": Q(on_sale_from__gt=Now()), "over": Q(on_sale_until__lte=Now())}
        return queryset.filter(wanted.get(self.value() or "", Q()))


class OfProduct(admin.SimpleListFilter):
    """The variants of one product, whose page leads here."""

    title = _("product")
    parameter_name = "product"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        wanted = request.GET.get(self.parameter_name, "")
        if not wanted.isdecimal():
            return []
        own = model_admin.admin_site._registry[Product].get_queryset(request)
        return [(wanted, product.title) for product in own.filter(pk=wanted)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(product=self.value()) if self.value() else queryset
