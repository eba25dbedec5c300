"""Rows that are not edited: a button of their page, or an action of the list, moves them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from shopping.own_rows import OwnRowsAdmin


class PressedAdmin(OwnRowsAdmin):
    """A page without Save. Where it has buttons, `save_model` calls the verb of the one that was
    pressed, for it is given the form; `said` is what the person then reads."""

    def said(self, row: Any) -> str:
        return ""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        context |= {"show_save": False, "show_save_and_continue": False}
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(
        self,
        request: HttpRequest,
        obj: Any,
        form: Any,
        change: bool,  # noqa: FBT001 – Django's signature
    ) -> None:
        """Nothing: what was read would overwrite what happened to the row meanwhile."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """The verbs write the row's own history: who did it, and when."""

    def response_change(self, request: HttpRequest, obj: Model) -> HttpResponse:
        said = self.said(obj)
        if said:
            messages.success(request, said)
        name = f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change"
        return HttpResponseRedirect(reverse(name, args=[obj.pk]))
