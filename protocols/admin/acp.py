"""How agents are spoken to by ACP, and their product feeds."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest

from protocols.acp import connections
from protocols.models import AcpConnection, AcpFeed
from shopping.admin_site import site
from shopping.capabilities import Capability
from shopping.own_rows import OwnRowsAdmin


class HttpsAdmin(OwnRowsAdmin):
    """An address that is typed without a scheme is one of https."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(AcpConnection, site=site)
class AcpConnectionAdmin(HttpsAdmin):
    changing = Capability.MANAGE
    adds = True
    refusals = (ValidationError,)
    list_display = ["partner", "events_url", "active", "created_at"]
    list_filter = ["active"]
    list_select_related = ["partner"]
    search_fields = ["partner__name", "partner__code"]
    ordering = ["-id"]
    fields = ["partner", "request_secret", "events_url", "events_secret", "active"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["partner"] if obj else []

    def save_model(
        self,
        request: HttpRequest,
        obj: AcpConnection,
        form: Any,
        change: bool,  # noqa: FBT001 – Django's signature
    ) -> None:
        said = form.cleaned_data
        names = ("request_secret", "events_url", "events_secret", "active")
        saved = connections.connect(obj.partner, **{name: said[name] for name in names})
        obj.pk = saved.pk


@admin.register(AcpFeed, site=site)
class AcpFeedAdmin(HttpsAdmin):
    changing = Capability.MANAGE
    adds = True
    list_display = ["partner", "target_country", "url", "active", "pushed_at", "failures"]
    list_filter = ["active"]
    list_select_related = ["partner"]
    search_fields = ["partner__name", "partner__code"]
    ordering = ["-id"]
    fields = [
        *["partner", "url", "token", "target_country", "active"],
        *["feed_id", "due_at", "pushed_at", "failures", "last_answer"],
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        told = ["feed_id", "due_at", "pushed_at", "failures", "last_answer"]
        return [*told, *(["partner", "url", "target_country"] if obj else [])]
