"""The queue of moderation: what was reported, most often and longest ago first, and what is decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from accounts.models import User
from accounts.requests import actor
from catalogue.merchants import MerchantError
from feeds import authors, cases, decisions
from feeds.admin.case_forms import CaseForm, OpenCaseForm, button
from feeds.entries import pictures_of
from feeds.models import Appeal, Case, Decision, Ground, Report
from feeds.refusals import Refused
from shopping.admin_site import site
from shopping.pressed_rows import PressedAdmin

MODERATE = "moderate"  # no shop's member holds it: the operator's staff alone
EARLIER = 20
REPORTS = 50
State = Case.State
Kind = Decision.Kind
# What each button does; the buttons of the class are called by the kinds' values.
VERBS: dict[Kind, Callable[..., Decision]] = {
    Kind.HIDE: decisions.hide,
    Kind.SUSPEND: decisions.suspend,
    Kind.DISMISS: decisions.dismiss,
    Kind.RESTORE: decisions.restore,
    Kind.LIFT: decisions.lift,
}


class WaitingFirst(admin.SimpleListFilter):
    """What waits, unless something else is asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        states = model_admin.model.State
        return [*((each.value, each.label) for each in states if each != "open"), ("all", _("all"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value() or "open"
        return queryset if value == "all" else queryset.filter(state=value)

    def choices(self, changelist: Any) -> Iterator[Any]:
        first, *others = super().choices(changelist)
        yield {**first, "display": _("waits")}
        yield from others


class GroundFilter(admin.SimpleListFilter):
    """What somebody said is wrong."""

    title = _("reported as")
    parameter_name = "ground"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Ground.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        if self.value() is None:
            return queryset
        so = Report.objects.filter(case=OuterRef("pk"), ground=self.value())
        return queryset.filter(Exists(so))


def subject_of(case: Case, *, shown_to: User) -> dict[str, Any]:
    """What the pages of a case and of its appeal show above their form: the post as it stands, who
    reported it (to nobody whom it is about), and what was decided about the same person before."""
    about_them = authors.has_part_in(shown_to, case.person)
    reports = case.reports.none() if about_them else case.reports.all()
    before = Decision.objects.filter(case__person=case.person).exclude(case=case)
    return {
        "case": case,
        "images": pictures_of(case.post) if case.post else [],
        "revisions": case.post.revisions.order_by("id") if case.post else (),
        "cards": case.post.cards.select_related("product") if case.post else (),
        "about_them": about_them,
        "reports": reports.select_related("reporter").order_by("id")[:REPORTS],
        "decided": case.decisions.select_related("by").order_by("id"),
        "before": before.select_related("case__post", "by").order_by("-id")[:EARLIER],
    }


@admin.register(Case, site=site)
class CaseAdmin(PressedAdmin):
    """One row a post or profile, however many reported it."""

    changing = MODERATE
    adds = True
    refusals = (Refused, MerchantError, ValidationError)
    form = CaseForm
    change_form_outer_before_template = "admin/feeds/case/subject.html"
    list_display = ["what", "person", "report_count", "opened_at", "standing"]
    list_filter = [WaitingFirst, GroundFilter, ("post", admin.EmptyFieldListFilter)]
    search_fields = ["=person__handle", "=post__public_id"]
    search_help_text = _("A handle, or the id in a post’s address.")
    ordering = ["-report_count", "opened_at", "id"]
    actions_submit_line = [kind.value for kind in VERBS]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        return super().get_queryset(request).select_related("person", "post__author", "opened_by")

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_form(request, obj, **kwargs, **({} if obj else {"form": OpenCaseForm}))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return ["about"]
        typed = {State.OPEN: ["ground", "words"], State.ACTIONED: ["words"]}
        return [*self.get_readonly_fields(request, obj), *typed.get(obj.state, [])]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["person", "state", "opened_at", "opened_by"] if obj else []

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        case: Case | None = kwargs.get("obj")
        if case is not None:
            context |= subject_of(case, shown_to=actor(request))
            context["appeal"] = Appeal.objects.filter(decision__case=case).first()
        answer = super().render_change_form(request, context, *args, **kwargs)
        answer.context_data |= {"show_save": case is None, "show_save_and_add_another": False}
        return answer

    def get_actions_submit_line(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """The buttons for what the transition table knows from here, and the case is about."""
        case = self.get_object(request, str(object_id))
        if case is None or not decisions.may_decide(case, by=actor(request)):
            return []
        others = decisions.OF_POSTS if case.post is None else decisions.OF_PEOPLE
        names = {
            button(kind)
            for kind, state in decisions.LEADS_TO.items()
            if state in Case.TRANSITIONS[case.state] and kind not in others
        }
        offered = super().get_actions_submit_line(request, object_id)
        return [button for button in offered if button.action_name in names]

    def save_model(
        self,
        request: HttpRequest,
        obj: Case,
        form: Any,
        change: bool,  # noqa: FBT001 – Django's signature
    ) -> None:
        """The pressed button says which verb to call; a new row is opened by its own."""
        if not change:
            obj.pk = cases.look_into(obj.person, post=obj.post, by=actor(request)).pk
            return
        who, said = actor(request), form.cleaned_data
        pressed = next((kind for kind in VERBS if button(kind) in request.POST), None)
        if pressed is None:
            return
        words = {"words": said.get("words", "")}
        if pressed in Decision.MEASURES:
            words["ground"] = said.get("ground", "")
        VERBS[pressed](obj, by=who, **words)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """As with changes: the decisions are the history."""

    def response_add(
        self, request: HttpRequest, obj: Case, post_url_continue: str | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:feeds_case_change", args=[obj.pk]))

    def said(self, row: Case) -> str:
        last = row.decisions.order_by("-id").first()
        return str(last.get_kind_display()).capitalize() + "." if last else ""

    # Buttons of the page; what they do is in save_model ------------------------------------------

    @action(description=_("Hide the post"), permissions=["change"])
    def hide(self, request: HttpRequest, obj: Case) -> None: ...

    @action(description=_("Suspend the account"), permissions=["change"])
    def suspend(self, request: HttpRequest, obj: Case) -> None: ...

    @action(description=_("Nothing is wrong"), permissions=["change"])
    def dismiss(self, request: HttpRequest, obj: Case) -> None: ...

    @action(description=_("Show the post again"), permissions=["change"])
    def restore(self, request: HttpRequest, obj: Case) -> None: ...

    @action(description=_("Lift the suspension"), permissions=["change"])
    def lift(self, request: HttpRequest, obj: Case) -> None: ...

    # What is shown -----------------------------------------------------------------------------

    @display(description=_("what"))
    def what(self, case: Case) -> str:
        return Truncator(case.post.body).chars(80) if case.post else str(_("profile"))

    @display(
        description=_("state"),
        label={"open": "warning", "actioned": "danger", "dismissed": "info", "reversed": "success"},
        ordering="state",
    )
    def standing(self, case: Case) -> tuple[str, str]:
        return case.state, case.get_state_display()
