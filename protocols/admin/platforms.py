"""Who buys through us by UCP, for the operator: seen, and refused."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from protocols.models import Platform
from protocols.ucp import platforms
from shopping.admin_site import site
from shopping.capabilities import Capability
from shopping.own_rows import OwnRowsAdmin


@admin.register(Platform, site=site)
class PlatformAdmin(OwnRowsAdmin):
    """They come by themselves, with their first call; what stands here is what their profile says."""

    changing = Capability.MANAGE
    list_display = ["name", "profile_url", "state", "fetched_at", "created_at"]
    list_filter = ["blocked"]
    search_fields = ["name", "profile_url"]
    ordering = ["-id"]
    fields = ["name", "profile_url", "webhook", "blocked", "fetched_at", "created_at", "said"]
    readonly_fields = ["name", "profile_url", "webhook", "fetched_at", "created_at", "said"]
    list_select_related = ["endpoint"]

    def save_model(self, request: HttpRequest, obj: Platform, form: Any, change: bool) -> None:  # noqa: FBT001
        platforms.set_blocked(obj, blocked=form.cleaned_data["blocked"])

    @display(description=_("webhook"))
    def webhook(self, platform: Platform) -> str:
        return platform.endpoint.url if platform.endpoint else "–"

    @display(description=_("what it says of itself"))
    def said(self, platform: Platform) -> str:
        text = json.dumps(platform.document, indent=2, ensure_ascii=False)
        return format_html('<pre class="secret">{}</pre>', text)

    @display(
        description=_("status"),
        label={"served": "success", "blocked": "danger"},
        ordering="blocked",
    )
    def state(self, platform: Platform) -> tuple[str, Any]:
        return ("blocked", _("blocked")) if platform.blocked else ("served", _("served"))
