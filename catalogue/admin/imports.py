"""Imports: a file is uploaded, its columns are said, a dry run is looked at, and then it is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display

from accounts.models import User
from accounts.requests import actor
from catalogue import dry_runs, picture_fetches, staging
from catalogue.admin.import_forms import ColumnsForm, ImportForm
from catalogue.encodings import UnreadableFile
from catalogue.models import Import, StagedProduct
from catalogue.roles import Capability
from catalogue.staging import NotNow
from shopping import csv_files
from shopping.admin_site import site
from shopping.own_rows import MerchantFilter, OwnRowsAdmin

NAME = "catalogue_import"
# Of those that could not be fetched: enough to see what is wrong with them.
SHOWN_PICTURES = 20
LABELS = {
    "uploaded": "warning",
    "ready": "warning",
    "done": "success",
    "cancelled": "info",
    "failed": "danger",
}
Verb = Callable[..., Import]


@admin.register(Import, site=site)
class ImportAdmin(OwnRowsAdmin):
    """For whoever may change listings. A row is never edited: its page has the button of what comes
    next, and each button is a verb of catalogue.staging."""

    merchant_path = "merchant"
    changing = Capability.LISTINGS
    adds = True
    refusals = (UnreadableFile, NotNow)
    form = ImportForm
    list_display = ["name", "merchant", "status", "rows", "uploaded_by", "created_at"]
    list_filter = ["state", MerchantFilter]
    search_fields = ["name", "merchant__name"]
    list_select_related = ["merchant", "uploaded_by"]
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Import]:
        rows = super().get_queryset(request)
        return self.own(request, rows, capability=Capability.LISTINGS).select_related("merchant")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"merchant": self.only_merchant(request)}

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        context |= {"show_save_and_continue": False, "show_save_and_add_another": False}
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Import, form: Any, change: bool) -> None:  # noqa: FBT001
        said = form.cleaned_data
        new = staging.upload(
            said["merchant"],
            content=said["upload"],
            name=said["upload"].name or "",
            actor=actor(request),
        )
        obj.pk = new.pk
        obj.refresh_from_db()

    def response_add(
        self, request: HttpRequest, obj: Import, post_url_continue: str | None = None
    ) -> HttpResponse:
        return _to(obj)

    def get_urls(self) -> list[Any]:
        def one(name: str, view: Callable[..., Any]) -> Any:
            guarded = self.admin_site.admin_view(view)
            return path(f"<path:object_id>/{name}/", guarded, name=f"{NAME}_{name}")

        return [
            one("progress", self.progress),
            one("columns", self.columns),
            one("start", self.start),
            one("cancel", self.cancel),
            one("resume", self.resume),
            one("mend", self.mend),
            one("pictures", self.pictures),
            *super().get_urls(),
        ]

    # What the list shows -----------------------------------------------------------------------

    @display(description=gettext_lazy("status"), label=LABELS, ordering="state")
    def status(self, of: Import) -> tuple[str, str]:
        return of.state, of.get_state_display()

    # The page of one import --------------------------------------------------------------------

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        of = self._found(request, object_id)
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        chooses = of.state == Import.State.UPLOADED or (
            "columns" in request.GET and of.state == Import.State.READY
        )
        return self._page(request, of, ColumnsForm(of=of) if chooses else None)

    def _page(self, request: HttpRequest, of: Import, form: ColumnsForm | None) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "object": of,
            "original": of,
            "title": of.name,
            "of": of,
            "form": form,
            "layout": staging.layout_of(of),
            "history": of.history.select_related("actor"),
        }
        if form is None:
            context |= self._dry_run(request, of) | _pictures(of)
        return TemplateResponse(request, "admin/catalogue/import/page.html", context)

    def _dry_run(self, request: HttpRequest, of: Import) -> dict[str, Any]:
        tallies = dry_runs.tallies(of)
        fates = [each.fate.value for each in tallies]
        wanted = request.GET.get("fate", "")
        fate = wanted if wanted in fates else next(iter(fates), "")
        after = request.GET.get("after", "")
        after_place = int(after) if after.isascii() and after.isdigit() and len(after) < 9 else 0
        fresh = sum(each.count for each in tallies if each.fate in StagedProduct.TO_WRITE)
        return {
            "tallies": tallies,
            "fate": fate,
            "page": dry_runs.page(of, fate=fate, after=after_place) if fate else None,
            "after": after_place,
            "to_write": fresh,
            "written": sum(each.applied for each in tallies),
            "refused": StagedProduct.Fate.REFUSED.value in fates,
        }

    def progress(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """How far it is, for the page that waits; once it has ended, that page is loaded anew."""
        of = self._found(request, object_id)
        answer = TemplateResponse(request, "admin/catalogue/import/_progress.html", {"of": of})
        if not of.is_busy:
            answer["HX-Refresh"] = "true"
        return answer

    def columns(self, request: HttpRequest, object_id: str) -> HttpResponse:
        of = self._found(request, object_id)
        if request.method != "POST":
            return _to(of)
        form = ColumnsForm(request.POST, of=of)
        if not form.is_valid():
            return self._page(request, of, form)
        why = self.why_first(request)
        if why:
            return why
        try:
            self.do(
                request,
                of,
                lambda row: staging.choose(row, chosen=form.chosen, actor=actor(request)),
                what=_("columns chosen"),
            )
        except UnreadableFile as refusal:
            form.add_error(None, refusal.message)
            return self._page(request, of, form)
        except NotNow as refusal:
            messages.error(request, refusal.message)
        return _to(of)

    def start(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._press(request, object_id, staging.start, what=_("begun"))

    def cancel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._press(request, object_id, staging.cancel, what=_("cancelled"), said=_cancelled)

    def resume(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._press(request, object_id, staging.resume, what=_("gone on with"))

    def pictures(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Fetch once more what could not be had of the shop's pictures."""
        return self._press(request, object_id, _fetch_again, what=_("pictures fetched again"))

    def mend(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """The rows that cannot be imported as they are, to be mended and uploaded again."""
        of = self._found(request, object_id)
        stem = slugify(of.name.removesuffix(".csv"))[:60] or "import"
        # A second round of mending is not of another name each time.
        name = f"{stem.removesuffix('-to-mend')}-to-mend.csv"
        return csv_files.download(dry_runs.to_mend(of), name=name)

    def _press(
        self,
        request: HttpRequest,
        object_id: str,
        verb: Verb,
        *,
        what: str,
        said: Callable[[Import], str] | None = None,
    ) -> HttpResponse:
        of = self._found(request, object_id)
        if request.method != "POST":
            return _to(of)
        why = self.why_first(request)
        if why:
            return why
        who: User = actor(request)
        try:
            moved = self.do(request, of, lambda row: verb(row, actor=who), what=what)
        except NotNow as refusal:
            messages.error(request, refusal.message)
        else:
            if said:
                messages.success(request, said(moved))
        return _to(of)

    def _found(self, request: HttpRequest, object_id: str) -> Import:
        """The import, for whoever may change its shop's listings. Raises Http404, PermissionDenied."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        of: Import | None = self.get_object(request, object_id)
        if of is None:
            raise Http404
        return of


def _fetch_again(of: Import, *, actor: User) -> Import:
    picture_fetches.again(of.merchant)
    return of


def _cancelled(of: Import) -> str:
    written = of.staged.filter(applied=True).exclude(fate="same").count()
    if not written:
        return _("Cancelled. Nothing was written.")
    return ngettext(
        "Cancelled. %(count)d product was written before, and stays so.",
        "Cancelled. %(count)d products were written before, and stay so.",
        written,
    ) % {"count": written}


def _pictures(of: Import) -> dict[str, Any]:
    missing = picture_fetches.missing(of.merchant)
    return {
        "pictures_under_way": picture_fetches.under_way(of.merchant),
        "pictures_missing": missing.count(),
        "pictures_shown": missing.select_related("product", "fetch")[:SHOWN_PICTURES],
    }


def _to(of: Import) -> HttpResponse:
    return redirect(reverse(f"admin:{NAME}_change", args=[of.pk]))
