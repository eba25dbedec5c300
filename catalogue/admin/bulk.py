"""The bulk edit: choose in the list, say what is to become of them, look, confirm. It works without a
script, and what is refused is told one by one while the others are kept."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests import actor
from catalogue import bulk
from catalogue.admin.bulk_forms import (
    PRICE,
    STATUS,
    STOCK,
    BulkForm,
    packed,
    steps_of,
    unpacked,
)
from catalogue.admin.bulk_words import shown
from catalogue.bulk import MOST_PRODUCTS, Part, PriceRule, StockRule, TooMany
from catalogue.models import Product, StockMovement
from catalogue.products import ProductError
from catalogue.roles import Capability
from shopping.ids import key_of
from shopping.own_rows import OwnRowsAdmin, access

CHOSEN = "ids"
NEEDED = {PRICE: Capability.LISTINGS, STOCK: Capability.STOCK, STATUS: Capability.LISTINGS}


class Refused(NamedTuple):
    product: str
    why: str


class BulkEditing(OwnRowsAdmin):
    """Adds the page to the admin of products."""

    leading = frozenset({"edit_many"})

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.bulk)
        return [path("bulk/", view, name="catalogue_product_bulk"), *super().get_urls()]

    def has_bulk_permission(self, request: HttpRequest) -> bool:
        """Who changes listings or counts stock, for some shop."""
        return bool(_kinds(request))

    @admin.action(description=gettext_lazy("Edit price, stock or status"), permissions=["bulk"])
    def edit_many(self, request: HttpRequest, queryset: QuerySet[Product]) -> HttpResponse:
        keys = ",".join(str(key) for key in queryset.values_list("pk", flat=True)[:MOST_PRODUCTS])
        address = reverse("admin:catalogue_product_bulk")
        return HttpResponseRedirect(f"{address}?{urlencode({CHOSEN: keys})}")

    def bulk_address(self, request: HttpRequest) -> str:
        """The page for all that the list's filter and search find; "" for who changes nothing."""
        if not self.has_bulk_permission(request):
            return ""
        asked = request.GET.copy()
        asked.pop(PAGE_VAR, None)
        return f"{reverse('admin:catalogue_product_bulk')}?{asked.urlencode()}"

    def bulk(self, request: HttpRequest) -> HttpResponse:
        """One page, three steps: the form, what it would do, what it did."""
        kinds = _kinds(request)
        if not kinds:
            raise PermissionDenied
        if request.POST.get("step") == "confirm":
            return self.why_first(request) or self._confirm(request)
        try:
            found = self._chosen(request)
        except IncorrectLookupParameters:
            found = []
        if not found or len(found) > MOST_PRODUCTS:
            return self._to_list(request, found)
        form = BulkForm(
            request.POST or None,
            kinds=kinds,
            currencies={product.currency for product in found},
        )
        if request.POST.get("step") == "look" and form.is_valid():
            try:
                return self._look(request, form, found)
            except TooMany as refusal:
                form.add_error(None, refusal.message)
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
        return self._page(request, {"form": form, "count": len(found)}, status=status)

    def _chosen(self, request: HttpRequest) -> list[Product]:
        """Those that were ticked, else all that the list would show under this filter, the newest
        first; one more than is changed at once tells that there are too many."""
        ticked = request.GET.get(CHOSEN)
        if ticked is None:
            rows = self.get_changelist_instance(request).queryset
        else:
            keys = [key_of(text) for text in ticked.split(",")][: MOST_PRODUCTS + 1]
            rows = self.get_queryset(request).filter(pk__in=keys)
        return list(rows.order_by("-pk")[: MOST_PRODUCTS + 1])

    def _to_list(self, request: HttpRequest, found: Sequence[Product]) -> HttpResponse:
        said = _("No product was chosen.")
        if found:
            said = _("These are more than %(most)d products: filter or search for fewer.") % {
                "most": MOST_PRODUCTS
            }
        messages.error(request, said)
        asked = request.GET.copy()
        asked.pop(CHOSEN, None)
        return HttpResponseRedirect(f"{_list()}?{asked.urlencode()}")

    def _look(self, request: HttpRequest, form: BulkForm, found: list[Product]) -> HttpResponse:
        _check(request, found, kind=form.kind)
        parts = _planned(form, found)
        plan = packed(
            parts,
            kind=form.kind,
            reason=form.cleaned_data["reason"],
            reference=form.cleaned_data["reference"],
            person=actor(request).pk,
        )
        context = {
            "form": form,
            "count": len(found),
            "parts": [shown(part, kind=form.kind) for part in parts],
            "plan": plan,
            "willing": sum(part.changes for part in parts),
            "unwilling": sum(part.is_refused for part in parts),
            "same": len(found) - len(parts),
            "sent": [(name, request.POST.get(name, "")) for name in form.fields],
        }
        return self._page(request, context)

    def _confirm(self, request: HttpRequest) -> HttpResponse:
        plan = unpacked(request.POST.get("plan", ""), person=actor(request).pk)
        if plan is None:
            messages.error(request, _("This preview is too old. Look again."))
            return HttpResponseRedirect(request.get_full_path())
        keys = [key for key, _status, _steps in plan["rows"]]
        own = {product.pk: product for product in self.get_queryset(request).filter(pk__in=keys)}
        _check(request, list(own.values()), kind=plan["kind"])
        done, refused = 0, []
        for key, status, rows in plan["rows"]:
            if key not in own:
                continue
            try:
                step = partial(self._do, request, plan=plan, status=status, rows=rows)
                self.do(request, own[key], step, what=_("Edit many products"))
                done += 1
            except ProductError as refusal:
                refused.append(Refused(own[key].title, refusal.message))
        return self._page(request, {"is_done": True, "done": done, "refused": refused})

    def _do(
        self,
        request: HttpRequest,
        product: Product,
        *,
        plan: dict[str, Any],
        status: str,
        rows: list[Any],
    ) -> None:
        who = actor(request)
        if plan["kind"] == STATUS:
            bulk.restatus(product, Product.Status(status), actor=who)
        elif plan["kind"] == PRICE:
            bulk.reprice(product, steps_of(rows), actor=who)
        else:
            bulk.recount(
                product,
                steps_of(rows),
                reason=StockMovement.Reason(plan["reason"] or StockMovement.Reason.ADJUSTMENT),
                reference=plan["reference"],
                actor=who,
            )

    def _page(
        self, request: HttpRequest, more: dict[str, Any], *, status: int = HTTPStatus.OK
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": _("Edit many products"),
            "back": _list(),
            "again": request.get_full_path(),
            "most": MOST_PRODUCTS,
            **more,
        }
        name = "admin/catalogue/product/bulk.html"
        return TemplateResponse(request, name, context, status=status)


def _list() -> str:
    return reverse("admin:catalogue_product_changelist")


def _kinds(request: HttpRequest) -> list[str]:
    """What the person may change of some shop's products."""
    held = access(request)
    return [kind for kind, need in NEEDED.items() if held.everything or held.merchants(need)]


def _check(request: HttpRequest, found: Sequence[Product], *, kind: str) -> None:
    """Raises PermissionDenied, before anything is done, if one of them is not the person's to change."""
    held = access(request)
    if not all(held.may(NEEDED[kind], product.merchant_id) for product in found):
        raise PermissionDenied


def _planned(form: BulkForm, found: list[Product]) -> list[Part]:
    rule = form.rule
    if isinstance(rule, PriceRule):
        return bulk.plan_prices(found, rule)
    if isinstance(rule, StockRule):
        return bulk.plan_stock(found, rule)
    return bulk.plan_status(found, rule)
