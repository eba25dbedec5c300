"""Partners as the books see them: staff reads what they brought and are owed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.views import ChangeList

from checkout import partner_accounts
from checkout.models import PartnerAccount
from shopping.admin_site import site
from shopping.money import Money
from shopping.own_rows import OwnRowsAdmin
from shopping.templatetags.money import money


class PartnerChangeList(ChangeList):
    """A page of the list with what each partner on it is owed, by one statement."""

    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        shown = list(self.result_list)
        owed = partner_accounts.owed([partner.pk for partner in shown])
        for partner in shown:
            partner.sums = owed.get(partner.pk, [])
        self.result_list = shown


@admin.register(PartnerAccount, site=site)
class PartnerAccountAdmin(OwnRowsAdmin):
    """Staff's alone, to read; partners themselves are let in by partners.admin."""

    list_display = ["name", "code", "active", "owed"]
    list_filter = ["active"]
    search_fields = ["name", "code"]
    ordering = ["name", "id"]
    sortable_by = ()
    fields = readonly_fields = ["name", "code", "owner", "active"]
    change_form_after_template = "admin/checkout/partneraccount/brought.html"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[PartnerChangeList]:
        return PartnerChangeList

    def get_queryset(self, request: HttpRequest) -> QuerySet[PartnerAccount]:
        return super().get_queryset(request).select_related("owner")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        partner: PartnerAccount | None = kwargs.get("obj")
        if partner is not None:
            owed = partner_accounts.owed([partner.pk]).get(partner.pk, [])
            context |= {"brought": partner_accounts.brought(partner.pk), "owed": owed}
        return super().render_change_form(request, context, *args, **kwargs)

    @display(description=_("owed"))
    def owed(self, partner: PartnerAccount) -> str:
        sums: list[Money] = partner.sums  # type: ignore[attr-defined]
        return ", ".join(money(each) for each in sums) or "–"
