"""Reconciliations and what they found: the operator's staff reads, runs and dismisses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.requests import actor
from checkout import reconciliation
from checkout import reconciliation_words as words
from checkout.models import ReconciliationFinding, ReconciliationRun
from checkout.reconciliation_findings import NotOpen, dismiss
from shopping.admin_site import site
from shopping.capabilities import Capability
from shopping.own_rows import OwnRowsAdmin
from shopping.pressed_rows import PressedAdmin

RUNS = "admin:checkout_reconciliationrun_changelist"


@admin.register(ReconciliationRun, site=site)
class ReconciliationRunAdmin(OwnRowsAdmin):
    list_display = ["started", "state", "reached", "actor", "comparisons"]
    list_filter = ["outcome"]
    list_select_related = ["actor"]
    list_before_template = "admin/checkout/reconciliationrun/run_now.html"
    ordering = ["-id"]
    fields = readonly_fields = [
        *["outcome", "started", "ended_at", "actor", "since", "until", "comparisons"],
        *["books", "error"],
    ]

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_POST(self.ask))
        return [path("ask/", view, name="checkout_reconciliationrun_ask"), *super().get_urls()]

    def ask(self, request: HttpRequest) -> HttpResponse:
        """A worker runs it; the page says so, and shows the run."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if reconciliation.request(actor(request)):
            messages.success(request, _("The books will be compared in a moment. Look again."))
        else:
            messages.info(request, _("Somebody has asked for it already."))
        return HttpResponseRedirect(reverse(RUNS))

    @display(description=_("started"), ordering="id")
    def started(self, run: ReconciliationRun) -> str:
        began = timezone.localtime(run.started_at or run.created_at)
        return date_format(began, "DATETIME_FORMAT")

    @display(
        description=_("outcome"),
        label={"clean": "success", "findings": "danger", "failed": "danger", "partial": "info"},
        ordering="outcome",
    )
    def state(self, run: ReconciliationRun) -> tuple[str, str]:
        return run.outcome, run.get_outcome_display()

    @display(description=_("compared until"))
    def reached(self, run: ReconciliationRun) -> Any:
        return run.until or "–"

    @display(description=_("compared"))
    def comparisons(self, run: ReconciliationRun) -> str:
        return ", ".join(words.compared(run.compared)) or "–"

    @display(description=_("balance"))
    def books(self, run: ReconciliationRun) -> str:
        lines = ((line,) for line in words.balances(run.balances))
        return format_html_join(SafeString("<br>"), "{}", lines) or "–"


class DismissForm(forms.ModelForm):  # type: ignore[type-arg]
    why = forms.CharField(
        label=_("Why nothing is to be done"),
        max_length=300,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}),
    )

    class Meta:
        model = ReconciliationFinding
        fields: list[str] = []


@admin.register(ReconciliationFinding, site=site)
class ReconciliationFindingAdmin(PressedAdmin):
    changing = Capability.MANAGE
    refusals = (NotOpen, ValidationError)
    form = DismissForm
    list_display = ["kind", "object_id", "difference", "of_order", "state", "last_seen_at"]
    list_filter = ["status", "kind"]
    search_fields = ["=object_id", "=order__number"]
    search_help_text = _("Stripe’s id, or an order’s number.")
    list_select_related = ["order"]
    ordering = ["-id"]
    actions_submit_line = ["dismiss"]
    readonly_fields = [
        *["kind", "object_id", "difference", "detail", "of_order", "status", "reason", "actor"],
        *["first_seen_at", "last_seen_at"],
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        sets: list[Any] = [(None, {"fields": self.readonly_fields})]
        if self._is_open(obj):
            sets.append((_("Dismiss"), {"fields": ["why"]}))
        return sets

    def get_actions_submit_line(self, request: HttpRequest, object_id: Any) -> list[Any]:
        row = self.get_object(request, str(object_id))
        return super().get_actions_submit_line(request, object_id) if self._is_open(row) else []

    def _is_open(self, row: Any) -> bool:
        return row is not None and row.status == ReconciliationFinding.Status.OPEN

    def save_model(
        self,
        request: HttpRequest,
        obj: ReconciliationFinding,
        form: Any,
        change: bool,  # noqa: FBT001 – Django's signature
    ) -> None:
        dismiss(obj.pk, reason=form.cleaned_data.get("why", ""), actor=actor(request))

    def said(self, row: ReconciliationFinding) -> str:
        return gettext("Dismissed. It opens again if the difference changes.")

    @action(description=_("Dismiss"), permissions=["change"])
    def dismiss(self, request: HttpRequest, obj: ReconciliationFinding) -> None: ...

    @display(description=_("expected → found"))
    def difference(self, finding: ReconciliationFinding) -> str:
        return words.amounts(finding)

    @display(description=_("order"))
    def of_order(self, finding: ReconciliationFinding) -> str:
        if finding.order is None:
            return "–"
        url = reverse("admin:checkout_order_change", args=[finding.order_id])
        return format_html('<a class="text-link" href="{}">{}</a>', url, finding.order.reference)

    @display(
        description=_("status"),
        label={"open": "danger", "mended": "success", "dismissed": "info"},
        ordering="status",
    )
    def state(self, finding: ReconciliationFinding) -> tuple[str, str]:
        return finding.status, finding.get_status_display()
