"""The part's page as a story: what happened, what the shopper wrote, and what the shop writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import actor
from checkout.models import OrderNote
from fulfilment import timeline, writings
from fulfilment.models import FulfilmentOrder
from fulfilment.models.talk import LONGEST
from shopping.ids import uuid_of
from shopping.own_rows import OwnRowsAdmin, words_of

PAGE = "admin:fulfilment_fulfilmentorder_change"


class Talking(OwnRowsAdmin):
    change_form_outer_after_template = "admin/fulfilment/fulfilmentorder/talk.html"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        name = "fulfilment_fulfilmentorder"
        return [
            path("<int:object_id>/note/", view(require_POST(self.note)), name=f"{name}_note"),
            path(
                "<int:object_id>/message/",
                view(require_POST(self.message)),
                name=f"{name}_message",
            ),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        part: FulfilmentOrder | None = kwargs.get("obj")
        if part is not None:
            context |= {
                "part": part,
                "timeline": timeline.of(part),
                "zone": ZoneInfo(part.merchant.time_zone),
                "customers_note": OrderNote.objects.filter(order=part.order_id).first(),
                "may_write": self.has_change_permission(request, part),
                "longest": LONGEST,
                "note_key": uuid4(),
                "message_key": uuid4(),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def note(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Write an internal note."""
        said = _("The note is kept; only your shop reads it.")
        return self._write(request, object_id, "note", writings.note, said=said)

    def message(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Write to the shopper."""
        said = _("The message is on its way to the shopper.")
        return self._write(request, object_id, "message", writings.message, said=said)

    def _write(
        self,
        request: HttpRequest,
        object_id: int,
        kind: str,
        verb: Callable[..., object],
        *,
        said: str,
    ) -> HttpResponse:
        """What is refused is shown on a page of its own with what was typed."""
        part = self.get_object(request, str(object_id))
        if part is None:
            raise Http404
        if not self.has_change_permission(request, part):
            raise PermissionDenied
        why = self.why_first(request)
        if why:
            return why
        text = request.POST.get("text", "")
        key = uuid_of(request.POST.get("key", "")) or uuid4()
        try:
            self.do(
                request,
                part,
                lambda row: verb(row, text=text, author=actor(request), key=key),
                what=_("Internal note") if kind == "note" else _("Message to the shopper"),
            )
        except ValidationError as refusal:
            context = {
                **self.admin_site.each_context(request),
                "opts": self.model._meta,
                "title": part.order.reference,
                "part": part,
                "kind": kind,
                "typed": text,
                "error": words_of(refusal),
                "longest": LONGEST,
                f"{kind}_key": key,
            }
            page = "admin/fulfilment/fulfilmentorder/writing.html"
            return TemplateResponse(request, page, context, status=422)
        messages.success(request, said)
        return HttpResponseRedirect(reverse(PAGE, args=[part.pk]))
