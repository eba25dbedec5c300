"""Partners: the operator's staff's."""

from __future__ import annotations

from django.contrib import admin

from partners.models import Partner
from shopping.admin_site import site
from shopping.capabilities import Capability
from shopping.own_rows import OwnRowsAdmin


@admin.register(Partner, site=site)
class PartnerAdmin(OwnRowsAdmin):
    changing = Capability.MANAGE
    adds = True
    list_display = ["name", "code", "owner", "active", "created_at"]
    list_filter = ["active"]
    search_fields = ["name", "code"]
    list_select_related = ["owner"]
    ordering = ["-id"]
    fields = ["name", "code", "owner", "networks", "active"]
