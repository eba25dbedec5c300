"""Returns in the admin: answered, received, refunded; and a shop's rules for them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from accounts.requests import actor
from catalogue.roles import Capability
from checkout.admin.refund_forms import RefundForm
from checkout.admin.refunding import Refunding, Target
from checkout.models import Refund
from checkout.order_words import bare_number
from fulfilment import return_photos, return_refunds, return_worth, returns
from fulfilment.models import Return, ReturnEvent
from fulfilment.return_columns import ReturnColumns, known
from fulfilment.return_errors import ReturnRefused
from fulfilment.return_receiving import ReceivingForm, names, receiving_form
from fulfilment.steps import TransitionRefused
from shopping.admin_site import site
from shopping.money import Money
from shopping.own_rows import MerchantFilter, OwnRowsInline, access
from shopping.pressed_rows import PressedAdmin

Status = Return.Status
# Which buttons stand there at which step.
OFFERED = {
    "approve": (Status.REQUESTED,),
    "refuse": (Status.REQUESTED, Status.RECEIVED),
    "receive": (Status.APPROVED, Status.EXPIRED),
    "settle": (Status.RECEIVED,),
}


class ReturnHistoryInline(OwnRowsInline):
    model = ReturnEvent
    merchant_path = "parent__fulfilment_order__merchant"
    fields = readonly_fields = ["created_at", "status", "note", "actor"]
    verbose_name_plural = _("history")


class ReturnMerchantFilter(MerchantFilter):
    path = "fulfilment_order__merchant"


@admin.register(Return, site=site)
class ReturnAdmin(ReturnColumns, Refunding, PressedAdmin):
    merchant_path = "fulfilment_order__merchant"
    changing = Capability.FULFIL
    refusals = (TransitionRefused, ReturnRefused, ValidationError)
    inlines = [ReturnHistoryInline]
    list_display = ["reference", "created_at", "what", "why", "state"]
    list_filter = ["status", ReturnMerchantFilter]
    search_fields = ["=fulfilment_order__order__number", "=fulfilment_order__order__email"]
    search_help_text = _("An order's number or the shopper's e-mail address.")
    ordering = ["-id"]
    actions_submit_line = ["approve", "refuse", "receive", "settle"]
    readonly_fields = ["order", "status", "what", "words", "pictures", "answer"]
    readonly_fields += ["destination", "send_by", "came", "given_back"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Return]:
        rows = super().get_queryset(request).prefetch_related("lines__line")
        related = ("fulfilment_order__order", "fulfilment_order__merchant", "refund")
        return rows.select_related(*related)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Return], search_term: str
    ) -> tuple[QuerySet[Return], bool]:
        term = bare_number(search_term)
        found: tuple[QuerySet[Return], bool] = super().get_search_results(request, queryset, term)
        return found

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        if obj is not None:
            kwargs["form"] = receiving_form(obj)
        return super().get_form(request, obj, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        shown = ["what", *(known(obj) if obj is not None else [])]
        sets: list[Any] = [(None, {"fields": [("order", "status"), *shown]})]
        if obj is not None and names(obj) and self.has_change_permission(request, obj):
            title = _("Your answer") if names(obj) == ["said"] else _("What came")
            sets.append((title, {"fields": names(obj)}))
        return sets

    def get_actions_submit_line(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """The buttons for what can be done from here."""
        row = self.get_object(request, str(object_id))
        if row is None:
            return []
        fit = {_button(name) for name, statuses in OFFERED.items() if row.status in statuses}
        if not self._can_settle(request, row):
            fit.discard(_button("settle"))
        offered = super().get_actions_submit_line(request, object_id)
        return [button for button in offered if button.action_name in fit]

    def save_model(
        self,
        request: HttpRequest,
        obj: Return,
        form: ReceivingForm,
        change: bool,  # noqa: FBT001 – Django's signature
    ) -> None:
        """The pressed button says which verb to call."""
        pressed = [name for name in OFFERED if _button(name) in request.POST]
        if not pressed:
            return
        if not self.has_change_permission(request, obj):
            raise PermissionDenied
        who, words = actor(request), form.cleaned_data.get("said", "")
        if pressed[0] == "approve":
            returns.approve(obj, actor=who, answer=words)
        elif pressed[0] == "refuse":
            returns.refuse(obj, answer=words, actor=who)
        elif pressed[0] == "receive":
            returns.receive(obj, came=form.came, actor=who)
        elif self._may_refund(request, obj):
            return_refunds.settled_by_hand(obj, actor=who)
        else:
            raise PermissionDenied

    def said(self, row: Return) -> str:
        return f"{row}."

    # Buttons of the page; what they do is in save_model ------------------------------------------

    @action(description=_("Approve"), permissions=["change"])
    def approve(self, request: HttpRequest, obj: Return) -> None: ...

    @action(description=_("Refuse"), permissions=["change"])
    def refuse(self, request: HttpRequest, obj: Return) -> None: ...

    @action(description=_("Received"), permissions=["change"])
    def receive(self, request: HttpRequest, obj: Return) -> None: ...

    @action(description=_("It was refunded already"), permissions=["change"])
    def settle(self, request: HttpRequest, obj: Return) -> None: ...

    # Its refund: the page of a part's, filled in with what came -------------------------------------

    def refund_targets(self, request: HttpRequest, object_id: str) -> list[Target]:
        row = self.get_object(request, object_id)
        if row is None or not self._may_refund(request, row):
            return []
        if not return_refunds.can_refund(row) and not (request.method == "POST" and row.refund):
            return []
        part = row.fulfilment_order
        return [Target(part.order, part.merchant, _page(row), subject=row)]

    def refund_initial(self, request: HttpRequest, row: Target, form: RefundForm) -> dict[str, Any]:
        """What came of it; said plainly where less of it is left to give back."""
        came = return_worth.came(row.subject)
        asked = return_worth.asked_for(row.subject, form.left)
        if sum(asked.lines.values()) < sum(came.values()):
            said = _("Some of what came was refunded meanwhile: less is left to give back.")
            messages.warning(request, said)
        return {
            **{f"pieces-{pk}": count for pk, count in asked.lines.items()},
            **{f"restock-{pk}": pk in asked.restock for pk in asked.lines},
            "delivery": bool(asked.deliveries),
            "reason": str(_("return")),
        }

    def made_before(self, row: Target) -> Refund | None:
        """A press that comes twice finds nothing left to choose, and is told what the first made."""
        made: Refund | None = row.subject.refund
        return made if made is not None and made.status != Refund.Status.FAILED else None

    def make_refund(
        self, request: HttpRequest, row: Target, form: RefundForm, *, amount: Money, key: str
    ) -> Refund:
        """One, however often it is pressed: the return itself is the key."""
        return return_refunds.refund(
            row.subject,
            asked=form.asked,
            amount=amount,
            reason=form.cleaned_data["reason"],
            actor=actor(request),
        )

    def _may_refund(self, request: HttpRequest, row: Return) -> bool:
        return access(request).may(Capability.REFUND, row.fulfilment_order.merchant_id)

    def _can_settle(self, request: HttpRequest, row: Return) -> bool:
        """Whether somebody has given it back by hand, so that nothing is left for its refund."""
        if row.status != Status.RECEIVED or not self._may_refund(request, row):
            return False
        left = return_worth.left_of_part(row.fulfilment_order)
        return not return_worth.asked_of(left, return_worth.came(row)).lines

    # Photos ------------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        pattern = "<int:object_id>/photos/<uuid:public_id>/"
        view = self.admin_site.admin_view(self.photo)
        return [path(pattern, view, name="fulfilment_return_photo"), *super().get_urls()]

    def photo(self, request: HttpRequest, object_id: int, public_id: UUID) -> FileResponse:
        """A photo of the shop's own return; any other shop's is a 404."""
        row = self.get_object(request, str(object_id))
        if row is None:
            raise Http404
        return return_photos.answer(get_object_or_404(row.photos.all(), public_id=public_id))


def _button(name: str) -> str:
    return f"fulfilment_return_{name}"


def _page(row: Return) -> str:
    return reverse("admin:fulfilment_return_change", args=[row.pk])
