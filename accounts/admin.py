"""People and the mails that went to them: staff looks, superusers say who is staff.

Accounts are suspended by a decision about a case, which tells the person why (feeds.decisions).
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import OutgoingMail, User
from shopping.admin_site import site
from shopping.own_rows import OwnRowsAdmin


@admin.register(User, site=site)
class UserAdmin(OwnRowsAdmin):
    list_display = ["handle", "display_name", "email", "kind", "is_active", "is_staff"]
    list_filter = ["kind", "is_staff", "is_active"]
    search_fields = ["handle", "email", "display_name"]
    ordering = ["-id"]
    fieldsets = [
        (None, {"fields": ["handle", "display_name", "email", "kind", "bio", "locale"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
        (_("Dates"), {"fields": ["created_at", "last_login"]}),
    ]
    readonly_fields = [
        *["handle", "display_name", "email", "kind", "bio", "locale", "is_active"],
        *["created_at", "last_login"],
    ]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who is staff decides who sees everything, so staff alone may not say it."""
        row = self._row(request, obj)
        return bool(getattr(request.user, "is_superuser", False)) and row != request.user

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).defer("password")


@admin.register(OutgoingMail, site=site)
class OutgoingMailAdmin(OwnRowsAdmin):
    """Without their text: links in them sign people in."""

    list_display = ["created_at", "kind", "to", "subject", "attempts", "sent_at"]
    list_filter = [("sent_at", admin.EmptyFieldListFilter)]
    search_fields = ["=to", "=reference"]
    ordering = ["-id"]
    exclude = ["text", "html"]
