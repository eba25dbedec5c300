"""Who wants to sell: for staff, who lets a shop in or not on the shop's own page."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from desk.models import Application
from shopping.admin_site import site
from shopping.own_rows import OwnRowsAdmin


@admin.register(Application, site=site)
class ApplicationAdmin(OwnRowsAdmin):
    list_display = ["shop", "created_at", "applicant", "state"]
    list_filter = ["merchant__status"]
    search_fields = ["merchant__name", "=applicant__email"]
    ordering = ["-id"]
    fields = readonly_fields = ["decide", "applicant", "created_at", "words", "told_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        return super().get_queryset(request).select_related("merchant", "applicant")

    @display(description=_("shop"), ordering="merchant__name")
    def shop(self, row: Application) -> str:
        return row.merchant.name

    @display(
        description=_("status"),
        label={"active": "success", "pending": "warning", "suspended": "danger"},
    )
    def state(self, row: Application) -> tuple[str, str]:
        return row.merchant.status, row.merchant.get_status_display()

    @display(description=_("shop"))
    def decide(self, row: Application) -> str:
        """Where its status is changed, with a reason that the applicant reads."""
        link = reverse("admin:catalogue_merchant_change", args=[row.merchant_id])
        html = '<a class="text-link" href="{}">{}</a> ({})'
        return format_html(html, link, row.merchant.name, row.merchant.get_status_display())

    @display(description=_("what the shop sells"))
    def words(self, row: Application) -> str:
        return format_html('<span class="said">{}</span>', row.about)
