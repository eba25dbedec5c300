"""Stocktakes in the admin: begun here, then counted and applied on pages of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.requests import actor
from catalogue import stocktakes
from catalogue.admin.counting import Counting, Summary
from catalogue.models import Stocktake
from shopping.admin_site import site
from shopping.own_rows import MerchantFilter

NAME = "catalogue_stocktake"


@admin.register(Stocktake, site=site)
class StocktakeAdmin(Counting):
    """A row is begun and then only counted: its form changes nothing."""

    adds = True
    refusals = (ValidationError,)
    list_display = ["number", "shop", "category", "note", "size", "state", "created_at", "actor"]
    list_filter = ["status", MerchantFilter]
    search_fields = ["note", "merchant__name"]
    list_select_related = ["merchant", "category", "actor"]
    ordering = ["-id"]
    change_form_outer_after_template = "admin/catalogue/stocktake/steps.html"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Stocktake]:
        return super().get_queryset(request).select_related("merchant", "category")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        asked = ["merchant", "category", "note"]
        if obj is None:
            return asked
        return [*asked, "status", "size", ("created_at", "actor"), ("ended_at", "applied_by")]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # A form has no fields of these; they are only shown.
        return ["status", "size", "created_at", "actor", "ended_at", "applied_by"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"merchant": self.only_merchant(request)}

    def save_model(self, request: HttpRequest, obj: Stocktake, form: Any, change: bool) -> None:  # noqa: FBT001
        begun = stocktakes.begin(
            obj.merchant, actor=actor(request), category=obj.category, note=obj.note
        )
        obj.pk = begun.pk
        obj.refresh_from_db()

    def response_add(
        self, request: HttpRequest, obj: Stocktake, post_url_continue: str | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(reverse(f"admin:{NAME}_count", args=[obj.pk]))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        stocktake: Stocktake | None = kwargs.get("obj")
        if stocktake is not None:
            context |= {
                "stocktake": stocktake,
                "summary": Summary.of(stocktake),
                "counts": self.may_count(request, stocktake),
                "history": stocktake.history.select_related("actor"),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[Any]:
        pages = {
            "count": self.count,
            "sheet": self.sheet,
            "file": self.file,
            "differences": self.differences,
            "cancel": self.cancel,
            "again": self.again,
        }
        own = [
            path(
                f"<int:object_id>/{name}/", self.admin_site.admin_view(view), name=f"{NAME}_{name}"
            )
            for name, view in pages.items()
        ]
        return [*own, *super().get_urls()]

    @display(description=_("number"), ordering="id")
    def number(self, stocktake: Stocktake) -> int:
        return stocktake.pk

    @display(description=_("shop"))
    def shop(self, stocktake: Stocktake) -> str:
        return stocktake.merchant.name

    @display(
        description=_("status"),
        label={"open": "warning", "applying": "info", "applied": "success"},
        ordering="status",
    )
    def state(self, stocktake: Stocktake) -> tuple[str, str]:
        return stocktake.status, stocktake.get_status_display()
