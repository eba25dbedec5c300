"""The Refund page of one merchant's part of an order: choose, look, confirm; it works without a script.

The preview makes the key that its confirmation carries, so that a double press is one refund, and
carries what was chosen and the amount that was shown: what changed meanwhile is shown again.
"""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db import transaction
from django.forms import MediaDefiningClass
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from accounts.requests import actor
from catalogue import acts
from catalogue.models import Merchant
from checkout import refundable, refunds, reversals
from checkout.admin.refund_forms import RefundForm
from checkout.models import Order, Payment, Refund
from checkout.refund_errors import Disputed, NotRefundable, RefundChanged, ShopOwes
from checkout.refund_previews import Preview, preview
from shopping.money import Money
from shopping.own_rows import OwnRowsAdmin, access
from shopping.templatetags.money import money

# What of the confirmation is no part of the choice.
CARRIED = ("csrfmiddlewaretoken", "step", "key", "seen")


@dataclass(frozen=True, slots=True)
class Target:
    """Whose part of which order is refunded; `back` is the address of the page that led here, and
    `subject` what the refund is for, where an admin's rows are more than parts."""

    order: Order
    merchant: Merchant
    back: str
    subject: Any = None


class AbstractAdmin(ABCMeta, MediaDefiningClass):
    """Of an admin that cannot be registered before its abstract methods are written."""


class Refunding(OwnRowsAdmin, metaclass=AbstractAdmin):
    """Adds the page, and the button that leads to it, to an admin whose rows lead to a part."""

    actions_detail: tuple[str, ...] = ("refund",)

    @abstractmethod
    def refund_targets(self, request: HttpRequest, object_id: str) -> list[Target]:
        """The parts that the person may refund from the row's page."""

    def refund_initial(self, request: HttpRequest, row: Target, form: RefundForm) -> dict[str, Any]:
        """What the fields hold when the page is opened."""
        return {}

    def made_before(self, row: Target) -> Refund | None:
        """What an earlier press made of it, where there can be one alone."""
        return None

    def make_refund(
        self, request: HttpRequest, row: Target, form: RefundForm, *, amount: Money, key: str
    ) -> Refund:
        """Give it back. Raises NotRefundable."""
        return refunds.request(
            _payment(row).pk,
            amount=amount,
            reason=form.cleaned_data["reason"],
            actor=actor(request),
            parts=form.asked,
            key=key,
        )

    def has_refund_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(object_id and self.refund_targets(request, str(object_id)))

    @action(
        description=gettext_lazy("Refund"), url_path="refund", icon="undo", permissions=["refund"]
    )
    def refund(self, request: HttpRequest, object_id: str) -> HttpResponse:
        targets = self.refund_targets(request, object_id)
        shop = request.GET.get("shop")
        if shop is not None:
            targets = [each for each in targets if str(each.merchant.pk) == shop]
        if not targets:
            raise Http404
        if len(targets) > 1:
            return self._which(request, targets)
        return self._refund(request, targets[0])

    def _which(self, request: HttpRequest, targets: Sequence[Target]) -> HttpResponse:
        """The order is of several shops: each part is refunded by itself."""
        context = {**self._frame(request, targets[0]), "targets": targets}
        return TemplateResponse(request, "admin/checkout/refund_which.html", context)

    def _refund(self, request: HttpRequest, row: Target) -> HttpResponse:
        made = self.made_before(row) if request.method == "POST" else None
        if made is not None:
            return self._made(request, row, made)
        [left] = [part for part in refundable.read(row.order) if part.merchant == row.merchant]
        step = request.POST.get("step", "")
        if step in ("look", "confirm"):
            form = RefundForm(request.POST, left=left)
            if form.is_valid():
                return self._answer(request, row, form, step=step)
        else:
            # What was chosen is shown again, and judged when it is sent.
            chosen = _chosen(request)
            form = RefundForm(left=left, initial=chosen)
            if not step:
                form.initial.update(self.refund_initial(request, row, form))
            if step == "everything":
                form = RefundForm(left=left, initial={**chosen, **form.everything})
        return self._page(request, row, {"form": form})

    def _answer(
        self, request: HttpRequest, row: Target, form: RefundForm, *, step: str
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
        self, request: HttpRequest, row: Target, form: RefundForm, found: Preview
    ) -> HttpResponse:
        shown = {
            "preview": found,
            "chosen": _chosen(request).items(),
            "key": uuid4().hex,
            "form": form,
        }
        return self._page(request, row, shown)

    def _confirm(self, request: HttpRequest, row: Target, form: RefundForm) -> HttpResponse:
        if not access(request).everything and reversals.are_refused(row.merchant.pk):
            raise ShopOwes
        currency = row.order.currency
        seen = request.POST.get("seen", "")
        amount = Money(int(seen[:15]) if seen.isascii() and seen.isdigit() else 0, currency)
        key = request.POST.get("key", "")[:64]
        with transaction.atomic():
            made = self.make_refund(request, row, form, amount=amount, key=key)
            if access(request).everything:
                _note(request, row, made)
        return self._made(request, row, made)

    def _made(self, request: HttpRequest, row: Target, made: Refund) -> HttpResponse:
        amount = money(made.amount, row.order.currency)
        said = _("%(amount)s goes back to the shopper.") % {"amount": amount}
        messages.success(request, said)
        return HttpResponseRedirect(row.back)

    def _page(self, request: HttpRequest, row: Target, shown: dict[str, Any]) -> HttpResponse:
        left, dispute = shown["form"].left, _payment(row).disputes.blocking().first()
        found: Preview | None = shown.get("preview")
        context = {
            **self._frame(request, row),
            "shop": row.merchant,
            "left": left,
            "dispute": dispute,
            "blocked": Disputed().message if dispute else "",
            # All that is left comes to less than its prices, where something went back before.
            "counted": left.given_before if found and not found.left else 0,
            **shown,
        }
        return TemplateResponse(request, "admin/checkout/refund.html", context)

    def _frame(self, request: HttpRequest, row: Target) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            # Where the page stands in the line of links above it.
            "object": row.order,
            "title": _("Refund %(order)s") % {"order": row.order.reference},
            "back": row.back,
        }


def _note(request: HttpRequest, row: Target, made: Refund) -> None:
    """Let the shop read that the operator refunded it, once however often it was pressed."""
    noted = row.merchant.acts.filter(model=made._meta.label_lower, object_id=str(made.pk))
    if not noted.exists():
        amount = money(made.amount, row.order.currency)
        acts.note_operator(
            row.merchant.pk,
            acts.Kind.ADDED,
            made,
            actor=actor(request),
            reason=made.reason,
            what=f"{row.order.reference}, {amount}",
        )


def _payment(row: Target) -> Payment:
    """The payment that the order was paid with."""
    found = row.order.payments.filter(status=Payment.Status.SUCCEEDED).first()
    if found is None:
        raise Http404
    return found


def _chosen(request: HttpRequest) -> dict[str, str]:
    return {name: str(value) for name, value in request.POST.items() if name not in CARRIED}
