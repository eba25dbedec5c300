"""Handing over in bulk: the page of the parts that were ticked, and the file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.requests import actor
from catalogue.encodings import UnreadableFile
from fulfilment import dispatch_csv
from fulfilment.carriers import TRACKING_PAGES
from fulfilment.dispatch_form import DispatchForm
from fulfilment.handing_over import MOST_LINES, MOST_ROWS, Handover, Outcome, Refusal, hand_over
from fulfilment.models import FulfilmentOrder
from shopping.ids import key_of
from shopping.own_rows import OwnRowsAdmin

LIST = "admin:fulfilment_fulfilmentorder_changelist"


def chosen(
    admin_of: OwnRowsAdmin, request: HttpRequest, keys: Sequence[str]
) -> list[FulfilmentOrder]:
    """The parts with these keys, oldest first. Raises Http404 where one is not the person's to see,
    for none and for more than MOST_ROWS."""
    wanted = {key for text in keys if (key := key_of(text))}
    if not 0 < len(wanted) <= MOST_ROWS or len(wanted) != len(set(keys)):
        raise Http404
    found = list(admin_of.get_queryset(request).filter(pk__in=wanted).order_by("pk"))
    if len(found) != len(wanted):
        raise Http404
    return found


class BulkDispatching(OwnRowsAdmin):
    """Adds both pages and the action that leads to the first."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        name = "fulfilment_fulfilmentorder_dispatch"
        return [
            path("dispatch/", view(self.dispatch), name=name),
            path("dispatch/csv/", view(self.dispatch_file), name=f"{name}_csv"),
            path("dispatch/template.csv", view(self.dispatch_template), name=f"{name}_template"),
            *super().get_urls(),
        ]

    @admin.action(description=gettext_lazy("Hand over to a carrier…"), permissions=["change"])
    def dispatch_all(
        self, request: HttpRequest, queryset: QuerySet[FulfilmentOrder]
    ) -> HttpResponse:
        keys = queryset.order_by("pk").values_list("pk", flat=True)
        query = urlencode({"part": list(keys)}, doseq=True)
        page = reverse("admin:fulfilment_fulfilmentorder_dispatch")
        return HttpResponseRedirect(f"{page}?{query}")

    def dispatch(self, request: HttpRequest) -> HttpResponse:
        """The parts with a field each for carrier and number; what is refused stays, with its words."""
        data = request.POST if request.method == "POST" else request.GET
        parts = chosen(self, request, data.getlist("part"))
        if not all(self.has_change_permission(request, part) for part in parts):
            raise PermissionDenied
        if request.method != "POST":
            unsent = [part for part in parts if part.status in part.TO_SEND]
            if len(unsent) < len(parts):
                self._say_left_out(request, len(parts) - len(unsent))
            return self._dispatch_page(request, DispatchForm(parts=unsent))
        why = self.why_first(request)
        if why:
            return why
        form = DispatchForm(request.POST, parts=parts)
        form.is_valid()
        left = self._hand_over(request, form)
        if left.parts:
            return self._dispatch_page(request, left)
        return HttpResponseRedirect(reverse(LIST))

    def _hand_over(self, request: HttpRequest, form: DispatchForm) -> DispatchForm:
        """Hand over each row that is right; the form of those that are left."""
        refused = {}
        outcomes: list[Outcome] = []
        settled = set()
        for wanted in form.handovers:
            answer = self._handed_over(request, wanted)
            if isinstance(answer, Outcome):
                outcomes.append(answer)
                settled.add(wanted.part.pk)
            else:
                refused[wanted.part.pk] = answer
        _say_done(request, outcomes.count(Outcome.DONE), outcomes.count(Outcome.BEFORE))
        parts = [part for part in form.parts if part.pk not in settled]
        left = DispatchForm(form.data, parts=parts)
        left.is_valid()
        for part in parts:
            if part.pk in refused:
                left.refuse(part, refused[part.pk])
        return left

    def _handed_over(self, request: HttpRequest, wanted: Handover) -> Outcome | Refusal:
        """Hand one part over; of staff it is written down with it."""
        with transaction.atomic():
            answer = hand_over(wanted, actor=actor(request))
            if answer is Outcome.DONE:
                self.note_act(request, wanted.part, "changed", what=_("Hand over to a carrier"))
        return answer

    def _say_left_out(self, request: HttpRequest, count: int) -> None:
        said = ngettext(
            "%(count)d of them has left already, or is cancelled, and is not listed.",
            "%(count)d of them have left already, or are cancelled, and are not listed.",
            count,
        )
        messages.info(request, said % {"count": count})

    def _dispatch_page(self, request: HttpRequest, form: DispatchForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": _("Hand over to a carrier"),
            "form": form,
            "carriers": sorted(TRACKING_PAGES),
        }
        return TemplateResponse(request, "admin/fulfilment/fulfilmentorder/dispatch.html", context)

    # The file ----------------------------------------------------------------------------------

    def _may_dispatch(self, request: HttpRequest) -> None:
        if not self.has_change_permission(request):
            raise PermissionDenied

    def _own_to_change(self, request: HttpRequest) -> QuerySet[FulfilmentOrder]:
        return self.own(request, FulfilmentOrder.objects.all(), capability=self.changing)

    def dispatch_template(self, request: HttpRequest) -> HttpResponse:
        """What has to be sent, the longest waiting first, as many as a file may have."""
        self._may_dispatch(request)
        parts = self._own_to_change(request).filter(status__in=FulfilmentOrder.TO_SEND)
        parts = parts.select_related("order", "merchant").order_by("pk")[:MOST_LINES]
        headers = {"Content-Disposition": 'attachment; filename="to-send.csv"'}
        content = dispatch_csv.template(parts)
        return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)

    def dispatch_file(self, request: HttpRequest) -> HttpResponse:
        """Takes the file and tells by row what came of it."""
        self._may_dispatch(request)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": _("Hand over by CSV"),
            "most": MOST_LINES,
            "columns": dispatch_csv.COLUMNS,
            **self.why_field(request),
        }
        if request.method == "POST":
            context |= self._read_file(request)
        return TemplateResponse(
            request, "admin/fulfilment/fulfilmentorder/dispatch_csv.html", context
        )

    def _read_file(self, request: HttpRequest) -> dict[str, Any]:
        file = request.FILES.get("file")
        if file is None:
            return {"error": _("Choose a file.")}
        if self.lacks_why(request):
            return {"error": _("Say why: the shop's owners read it.")}
        if (file.size or 0) > dispatch_csv.MOST_BYTES:
            return {"error": _("The file is larger than a megabyte. Make two of it.")}
        try:
            lines = dispatch_csv.read(file)  # type: ignore[arg-type]
        except UnreadableFile as refusal:
            return {"error": refusal.message}
        parts = self._own_to_change(request)
        report = dispatch_csv.hand_over_all(
            lines, parts=parts, hand_over=partial(self._handed_over, request)
        )
        _say_done(request, report.done, report.before)
        return {"report": report}


def _say_done(request: HttpRequest, done: int, before: int) -> None:
    if done:
        said = ngettext(
            "%(count)d parcel is handed over.", "%(count)d parcels are handed over.", done
        )
        messages.success(request, said % {"count": done})
    if before:
        said = ngettext(
            "%(count)d had been handed over like this before: nothing was done twice.",
            "%(count)d had been handed over like this before: nothing was done twice.",
            before,
        )
        messages.info(request, said % {"count": before})
