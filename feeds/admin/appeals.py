"""Appeals to answer, and the log of all decisions: for the operator's staff."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from accounts.requests import actor
from catalogue.merchants import MerchantError
from feeds import appeals
from feeds.admin.case_forms import AppealForm
from feeds.admin.cases import MODERATE, WaitingFirst, subject_of
from feeds.models import Appeal, Decision
from feeds.refusals import Refused
from shopping.admin_site import site
from shopping.own_rows import OwnRowsAdmin
from shopping.pressed_rows import PressedAdmin


@admin.register(Appeal, site=site)
class AppealAdmin(PressedAdmin):
    """The oldest first. Whoever took the decision reads the appeal, and another answers it."""

    changing = MODERATE
    refusals = (Refused, MerchantError, ValidationError)
    form = AppealForm
    change_form_outer_before_template = "admin/feeds/case/subject.html"
    list_display = ["what", "whose", "measure", "created_at", "standing"]
    list_filter = [WaitingFirst]
    search_fields = ["=decision__case__person__handle"]
    search_help_text = _("A handle.")
    ordering = ["id"]
    actions_submit_line = ["grant", "reject"]
    readonly_fields = ["words", "state", "created_at", "answer", "answered_by", "answered_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appeal]:
        rows = super().get_queryset(request)
        return rows.select_related("decision__by", "decision__case__person", "answered_by")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        told = ["words", "created_at", "state"]
        if obj is None or obj.state != Appeal.State.OPEN:
            told += ["answer", "answered_by", "answered_at"]
        sets: list[Any] = [(None, {"fields": told})]
        if self._is_theirs(request, obj):
            sets.append((_("Answer"), {"fields": ["reply"]}))
        return sets

    def _is_theirs(self, request: HttpRequest, appeal: Appeal | None) -> bool:
        """Whether it waits for an answer that the person may give; asked of the database once a
        request, whose page asks for it again and again."""
        if appeal is None or appeal.state != Appeal.State.OPEN:
            return False
        found: bool | None = getattr(request, "_may_answer", None)
        if found is None:
            found = appeals.may_answer(appeal.decision, by=actor(request))
            request._may_answer = found  # type: ignore[attr-defined]
        return found

    def get_actions_submit_line(self, request: HttpRequest, object_id: Any) -> list[Any]:
        row = self.get_object(request, str(object_id))
        if not self._is_theirs(request, row):
            return []
        offered: list[Any] = super().get_actions_submit_line(request, object_id)
        return offered

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        appeal: Appeal | None = kwargs.get("obj")
        if appeal is not None:
            waits = appeal.state == Appeal.State.OPEN
            context |= subject_of(appeal.decision.case, shown_to=actor(request))
            context["is_own"] = waits and not self._is_theirs(request, appeal)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(
        self,
        request: HttpRequest,
        obj: Appeal,
        form: Any,
        change: bool,  # noqa: FBT001 – Django's signature
    ) -> None:
        answer = form.cleaned_data.get("reply", "")
        if "feeds_appeal_grant" in request.POST:
            appeals.grant(obj, by=actor(request), answer=answer)
        elif "feeds_appeal_reject" in request.POST:
            appeals.reject(obj, by=actor(request), answer=answer)

    def said(self, row: Appeal) -> str:
        return str(_("Answered. They are told by mail."))

    # Buttons of the page; what they do is in save_model ------------------------------------------

    @action(description=_("They are right: take it back"), permissions=["change"])
    def grant(self, request: HttpRequest, obj: Appeal) -> None: ...

    @action(description=_("The decision stands"), permissions=["change"])
    def reject(self, request: HttpRequest, obj: Appeal) -> None: ...

    # What is shown -----------------------------------------------------------------------------

    @display(description=_("what they say"))
    def what(self, appeal: Appeal) -> str:
        return Truncator(appeal.words).chars(80)

    @display(description=_("person"))
    def whose(self, appeal: Appeal) -> str:
        return str(appeal.decision.case.person)

    @display(description=_("decision"))
    def measure(self, appeal: Appeal) -> str:
        return appeal.decision.get_kind_display()

    @display(
        description=_("state"),
        label={"open": "warning", "granted": "success", "rejected": "danger"},
        ordering="state",
    )
    def standing(self, appeal: Appeal) -> tuple[str, str]:
        return appeal.state, appeal.get_state_display()


@admin.register(Decision, site=site)
class DecisionAdmin(OwnRowsAdmin):
    """Who decided what, about whom, and why: written by the verbs, changed by nobody."""

    list_display = ["created_at", "kind", "whose", "ground", "by"]
    list_filter = ["kind", "ground"]
    list_select_related = ["case__person", "case__post", "by"]
    search_fields = ["=case__person__handle", "=by__handle"]
    search_help_text = _("The handle of whom it concerns, or of who decided.")
    ordering = ["-id"]
    fields = readonly_fields = ["created_at", "case", "kind", "ground", "words", "by"]

    @display(description=_("person"))
    def whose(self, decision: Decision) -> str:
        return str(decision.case.person)
