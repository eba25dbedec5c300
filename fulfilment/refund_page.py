"""A merchant's Refund page: choose, look, confirm; it works without a script.

The preview makes the key that its confirmation carries, so that a double press is one refund, and
carries what was chosen and the amount that was shown: what changed meanwhile is shown again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from accounts.requests import actor
from checkout import disputes, ledger, refundable, refunds
from checkout.errors import NotRefundable, RefundChanged
from checkout.models import Dispute, Payment, Refund, RefundPart
from checkout.refund_previews import Preview, preview
from fulfilment.models import FulfilmentOrder
from fulfilment.refund_forms import RefundForm
from shopping.capabilities import Capability
from shopping.money import Money
from shopping.own_rows import OwnRowsAdmin, access
from shopping.templatetags.money import money

# What of the confirmation is no part of the choice.
CARRIED = ("csrfmiddlewaretoken", "step", "key", "seen")


class RefundPages(OwnRowsAdmin):
    """Adds the page, the button that leads to it, and what was given back below the order."""

    actions_detail = ("refund",)
    change_form_after_template = "admin/fulfilment/fulfilmentorder/given_back.html"

    def has_refund_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        row = self.get_object(request, str(object_id)) if object_id else None
        held = access(request)
        return isinstance(row, FulfilmentOrder) and held.may(Capability.REFUND, row.merchant_id)

    @action(
        description=gettext_lazy("Refund"), url_path="refund", icon="undo", permissions=["refund"]
    )
    def refund(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.get_object(request, object_id)
        if not isinstance(row, FulfilmentOrder):
            raise Http404
        [left] = [
            part for part in refundable.read(row.order) if part.merchant.pk == row.merchant_id
        ]
        step = request.POST.get("step", "")
        if step in ("look", "confirm"):
            form = RefundForm(request.POST, left=left)
            if form.is_valid():
                return self._answer(request, row, form, step=step)
        else:
            # What was chosen is shown again, and judged when it is sent.
            chosen = _chosen(request)
            form = RefundForm(left=left, initial=chosen)
            if step == "everything":
                form = RefundForm(left=left, initial={**chosen, **form.everything})
        return self._page(request, row, {"form": form})

    def _answer(
        self, request: HttpRequest, row: FulfilmentOrder, form: RefundForm, *, step: str
    ) -> HttpResponse:
        """Look, or confirm what was looked at; what is refused leaves the form as it was filled."""
        try:
            if step == "confirm" and request.POST.get("key"):
                return self._confirm(request, row, form)
        except RefundChanged as refusal:
            messages.warning(request, refusal.message)
        except NotRefundable as refusal:
            form.add_error(None, refusal.message)
            return self._page(request, row, {"form": form})
        try:
            return self._look(request, row, form, preview([form.left], form.asked))
        except NotRefundable as refusal:
            form.add_error(None, refusal.message)
        return self._page(request, row, {"form": form})

    def _look(
        self, request: HttpRequest, row: FulfilmentOrder, form: RefundForm, found: Preview
    ) -> HttpResponse:
        shown = {
            "preview": found,
            "chosen": _chosen(request).items(),
            "key": uuid4().hex,
            "form": form,
        }
        return self._page(request, row, shown)

    def _confirm(
        self, request: HttpRequest, row: FulfilmentOrder, form: RefundForm
    ) -> HttpResponse:
        currency = row.order.currency
        seen = request.POST.get("seen", "")
        made = refunds.request(
            _payment(row).pk,
            amount=Money(int(seen) if seen.isascii() and seen.isdigit() else 0, currency),
            reason=form.cleaned_data["reason"],
            actor=actor(request),
            parts=form.asked,
            key=request.POST.get("key", "")[:64],
        )
        said = _("%(amount)s goes back to the shopper.") % {"amount": money(made.amount, currency)}
        messages.success(request, said)
        page = reverse("admin:fulfilment_fulfilmentorder_change", args=[row.pk])
        return HttpResponseRedirect(page)

    def _page(
        self, request: HttpRequest, row: FulfilmentOrder, shown: dict[str, Any]
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": _("Refund %(order)s") % {"order": row.order.reference},
            "row": row,
            "left": shown["form"].left,
            "back": reverse("admin:fulfilment_fulfilmentorder_change", args=[row.pk]),
            "blocked": _payment(row).disputes.blocking().exists(),
            **shown,
        }
        return TemplateResponse(request, "admin/fulfilment/fulfilmentorder/refund.html", context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        row: FulfilmentOrder | None = kwargs.get("obj")
        if row is not None:
            context |= {"refunds": _refunds(row), "disputes": _disputes(row), "row": row}
        return super().render_change_form(request, context, *args, **kwargs)


def _payment(row: FulfilmentOrder) -> Payment:
    """The payment that the order was paid with."""
    found = row.order.payments.filter(status=Payment.Status.SUCCEEDED).first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True, slots=True)
class Given:
    """A refund as one merchant sees it: `amount` is what it takes of theirs, `fee` of that ours."""

    refund: Refund
    amount: Money
    fee: Money
    parts: Sequence[RefundPart]


def _refunds(row: FulfilmentOrder) -> list[Given]:
    """Refunds that take something of this merchant's part, oldest first."""
    currency, found = row.order.currency, []
    refunds_made = Refund.objects.filter(payment__order=row.order_id).order_by("id")
    for refund in refunds_made.select_related("payment").prefetch_related("parts__line"):
        amount, fee = ledger.taken_by(refund).get(row.merchant_id, (0, 0))
        mine = [part for part in refund.parts.all() if part.merchant_id == row.merchant_id]
        if amount:
            found.append(Given(refund, Money(amount, currency), Money(fee, currency), mine))
    return found


def _disputes(row: FulfilmentOrder) -> list[tuple[Dispute, disputes.Stake]]:
    """Disputes of the order with what each costs this merchant."""
    found = Dispute.objects.filter(payment__order=row.order_id).order_by("id")
    stakes = ((each, disputes.stakes(each)) for each in found.select_related("payment__order"))
    return [(each, costs[row.merchant_id]) for each, costs in stakes if row.merchant_id in costs]


def _chosen(request: HttpRequest) -> dict[str, str]:
    return {name: str(value) for name, value in request.POST.items() if name not in CARRIED}
