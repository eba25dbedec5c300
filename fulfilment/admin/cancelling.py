"""Cancelling what of a part is not sent: what goes back is looked at first, and goes back with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from accounts.requests import actor
from checkout import reversals
from checkout.models import Dispute
from checkout.refund_errors import NotRefundable, ShopOwes
from fulfilment import cancellations
from fulfilment.cancellations import By, Changed, InDispute, TooLate
from fulfilment.models import FulfilmentOrder
from shopping.capabilities import Capability
from shopping.money import Money
from shopping.own_rows import OwnRowsAdmin, access
from shopping.templatetags.money import money


class Cancelling(OwnRowsAdmin):
    """Adds the page, and the button that leads to it. Money goes back by it, so that only those may
    do it who may refund: whoever packs tells them by an internal note."""

    def has_cancel_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        part = self.get_object(request, str(object_id)) if object_id else None
        return (
            part is not None
            and cancellations.can_cancel([part.status], alone=True)
            and access(request).may(Capability.REFUND, part.merchant_id)
        )

    @action(
        description=gettext_lazy("Cancel and refund"),
        url_path="cancel",
        icon="block",
        permissions=["cancel"],
    )
    def cancel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        part = self.get_object(request, object_id)
        if part is None:
            raise Http404
        back = reverse("admin:fulfilment_fulfilmentorder_change", args=[part.pk])
        why = self.why_first(request)
        if why:
            return why
        if request.method == "POST":
            try:
                said = self.do(
                    request,
                    part,
                    lambda row: self._cancel(request, row),
                    what=_("Cancel and refund"),
                )
                messages.success(request, said)
                return HttpResponseRedirect(back)
            except Changed as refusal:
                messages.warning(request, str(refusal))
            except (TooLate, NotRefundable) as refusal:
                messages.error(request, _refused(refusal))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": _("Cancel %(order)s") % {"order": part.order.reference},
            "part": part,
            "back": back,
            "rest": part.status not in part.UNSENT,
            "plan": cancellations.plan(part.order, {part.merchant_id}),
            "blocked": Dispute.objects.blocking().filter(payment__order=part.order_id).exists(),
        }
        return TemplateResponse(request, "admin/fulfilment/fulfilmentorder/cancel.html", context)

    def _cancel(self, request: HttpRequest, part: FulfilmentOrder) -> str:
        """Do it, and what is to be said of it."""
        if request.POST.get("step") == "keep":
            cancellations.keep_back(part, actor=actor(request))
            return _("It will not be sent. The bank decides about the money.")
        if not access(request).everything and reversals.are_refused(part.merchant_id):
            raise ShopOwes
        seen = request.POST.get("seen", "")
        amount = Money(
            int(seen[:15]) if seen.isascii() and seen.isdigit() else 0, part.order.currency
        )
        cancellations.cancel(
            part.order_id,
            merchant_id=part.merchant_id,
            actor=actor(request),
            by=By.SHOP,
            seen=amount,
        )
        words = {"amount": money(amount)}
        if part.status not in part.UNSENT:
            said = _(
                "Cancelled: no more of it will be sent, and %(amount)s goes back to the shopper."
            )
            return said % words
        if not amount:
            return _("Cancelled: it will not be sent, and nothing was left to give back.")
        return _("Cancelled: it will not be sent, and %(amount)s goes back to the shopper.") % words


def _refused(refusal: Exception) -> str:
    if isinstance(refusal, InDispute):
        return _("The shopper’s bank asks for this payment: a refund would pay the shopper twice.")
    if isinstance(refusal, TooLate):
        return _("It has left already, or is cancelled: look again.")
    return str(getattr(refusal, "message", refusal))
