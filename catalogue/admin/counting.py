"""The pages of a stocktake: count, by keyboard or by file, look at the differences, apply them.

They work without a script. What cannot be taken stays as it was typed, below it says why, and the
rest of the page is taken all the same.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.requests import actor
from catalogue import stocktake_files, stocktakes
from catalogue.admin.counting_forms import FileForm, MomentForm
from catalogue.admin.counting_rows import Cell, Page, Summary, Verdict, cells
from catalogue.encodings import UnreadableFile
from catalogue.models import Stocktake
from shopping import csv_files
from shopping.capabilities import Capability
from shopping.own_rows import OwnRowsAdmin, access, words_of

__all__ = ["Counting", "Summary"]


class Counting(OwnRowsAdmin):
    """Adds the pages to an admin of stocktakes, for those who may count the shop's stock."""

    merchant_path = "merchant"
    changing = Capability.STOCK

    def may_count(self, request: HttpRequest, stocktake: Stocktake) -> bool:
        return access(request).may(self.changing, stocktake.merchant_id)

    def count(self, request: HttpRequest, object_id: int) -> HttpResponseBase:
        """A page of variants with a field for each; Enter saves and leads to the next page."""
        stocktake = self._own(request, object_id)
        page = Page.of(stocktake, request.GET)
        moment = MomentForm(_sent(request), stocktake=stocktake)
        typed: list[Cell] = []
        why = self.why_first(request)
        if why:
            return why
        if request.method == "POST":
            typed = cells(stocktake, request.POST)
            if self._taken(request, stocktake, typed, moment):
                return HttpResponseRedirect(page.after_saving(request.POST))
            # What was taken stands in the page by now, and is not taken again with the rest.
            page = Page.of(stocktake, request.GET)
        context = {"page": page, "moment": moment, "rows": page.rows(typed)}
        return self._page(request, stocktake, "count", context, title=_("Count"))

    def _taken(
        self, request: HttpRequest, stocktake: Stocktake, typed: list[Cell], moment: MomentForm
    ) -> bool:
        """Note what can be taken; whether that was all of it."""
        if not moment.is_valid():
            return False
        good = [each for each in typed if each.counted is not None]
        if good:
            counts = {each.variant_id: each.counted for each in good if each.counted is not None}
            try:
                self.do(
                    request,
                    stocktake,
                    lambda row: stocktakes.record(
                        row, counts, actor=actor(request), at=moment.cleaned_data["at"]
                    ),
                    what=_("Count"),
                )
            except ValidationError as refusal:
                moment.add_error(None, refusal)
                return False
            messages.success(request, _counted(len(good)))
        return len(good) == len(typed)

    def sheet(self, request: HttpRequest, object_id: int) -> HttpResponseBase:
        """The file to fill in, written while it is read."""
        stocktake = self._own(request, object_id)
        rows = stocktake_files.sheet(stocktake)
        return csv_files.download(rows, name=f"stocktake-{stocktake.pk}.csv")

    def file(self, request: HttpRequest, object_id: int) -> HttpResponseBase:
        """Take the counts of a file; what of it is wrong is said by row and column."""
        stocktake = self._own(request, object_id)
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = FileForm(*sent, stocktake=stocktake)
        report = None
        if self.lacks_why(request):
            form.add_error(None, _("Say why: the shop's owners read it."))
        if request.method == "POST" and form.is_valid():
            source, at = form.cleaned_data["file"], form.cleaned_data["at"]
            try:
                report = self.do(
                    request,
                    stocktake,
                    lambda row: stocktake_files.take(row, source.file, actor=actor(request), at=at),
                    what=_("Counts from a file"),
                )
            except (UnreadableFile, ValidationError) as refusal:
                form.add_error("file", words_of(refusal))
            else:
                if not report.failed:
                    messages.success(request, _counted(report.taken))
                    return HttpResponseRedirect(self._address("differences", stocktake))
        context = {"form": form, "report": report, **self.why_field(request)}
        return self._page(request, stocktake, "file", context, title=_("Counts from a file"))

    def differences(self, request: HttpRequest, object_id: int) -> HttpResponseBase:
        """What the count would change, or has changed; the button lets a worker apply it."""
        stocktake = self._own(request, object_id)
        why = self.why_first(request)
        if why:
            return why
        if request.method == "POST":
            try:
                self.do(
                    request,
                    stocktake,
                    lambda row: stocktakes.apply(row, actor=actor(request)),
                    what=_("differences applied"),
                )
            except ValidationError as refusal:
                messages.error(request, words_of(refusal))
            else:
                messages.success(request, _("The differences are being applied. Look again soon."))
            return HttpResponseRedirect(request.get_full_path())
        page = Page.of(stocktake, request.GET, lines=stocktake.lines.differing())
        context = {
            "page": page,
            "verdicts": Verdict.of_all(page.lines),
            "summary": Summary.of(stocktake),
        }
        return self._page(request, stocktake, "differences", context, title=_("Differences"))

    def cancel(self, request: HttpRequest, object_id: int) -> HttpResponseBase:
        stocktake = self._own(request, object_id)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        why = self.why_first(request)
        if why:
            return why
        try:
            who = actor(request)
            self.do(
                request,
                stocktake,
                lambda row: stocktakes.cancel(row, actor=who),
                what=_("cancelled"),
            )
        except ValidationError as refusal:
            messages.error(request, words_of(refusal))
        else:
            messages.success(request, _("Cancelled. The books stay as they were."))
        return HttpResponseRedirect(self._address("change", stocktake))

    def again(self, request: HttpRequest, object_id: int) -> HttpResponseBase:
        """Begin another stocktake, of what was refused in this one."""
        stocktake = self._own(request, object_id)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        why = self.why_first(request)
        if why:
            return why
        refused = stocktake.lines.refused().values_list("variant_id", flat=True)
        try:
            begun = self.do(
                request,
                stocktake,
                lambda row: stocktakes.begin(
                    row.merchant, actor=actor(request), variants=list(refused), note=row.note
                ),
                what=_("what was refused is counted again"),
            )
        except ValidationError:
            messages.info(request, _("Nothing was refused."))
            return HttpResponseRedirect(self._address("differences", stocktake))
        return HttpResponseRedirect(self._address("count", begun))

    def _own(self, request: HttpRequest, object_id: int) -> Stocktake:
        """Raises Http404 for another shop's, PermissionDenied for who may only look."""
        stocktake: Stocktake | None = self.get_object(request, str(object_id))
        if stocktake is None:
            raise Http404
        if not self.may_count(request, stocktake):
            raise PermissionDenied
        return stocktake

    def _address(self, name: str, stocktake: Stocktake) -> str:
        return reverse(f"admin:catalogue_stocktake_{name}", args=[stocktake.pk])

    def _page(
        self,
        request: HttpRequest,
        stocktake: Stocktake,
        name: str,
        shown: dict[str, Any],
        *,
        title: str,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "object": stocktake,
            "stocktake": stocktake,
            "title": title,
            **shown,
        }
        return TemplateResponse(request, f"admin/catalogue/stocktake/{name}.html", context)


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _counted(number: int) -> str:
    said = ngettext("%(count)d count is noted.", "%(count)d counts are noted.", number)
    return said % {"count": number}
