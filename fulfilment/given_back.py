"""What was given back of an order below what its merchant has to send, and their Refund page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from checkout import disputes, ledger
from checkout.admin.refunding import Refunding, Target
from checkout.models import Dispute, Refund, RefundPart
from fulfilment.models import FulfilmentOrder
from shopping.capabilities import Capability
from shopping.money import Money
from shopping.own_rows import access


class GivenBack(Refunding):
    change_form_after_template = "admin/fulfilment/fulfilmentorder/given_back.html"

    def refund_targets(self, request: HttpRequest, object_id: str) -> list[Target]:
        row = self.get_object(request, object_id)
        if row is None or not access(request).may(Capability.REFUND, row.merchant_id):
            return []
        back = reverse("admin:fulfilment_fulfilmentorder_change", args=[row.pk])
        return [Target(row.order, row.merchant, back)]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        row: FulfilmentOrder | None = kwargs.get("obj")
        if row is not None:
            context |= {"refunds": _refunds(row), "disputes": _disputes(row), "row": row}
        return super().render_change_form(request, context, *args, **kwargs)


@dataclass(frozen=True, slots=True)
class Given:
    """A refund as one merchant sees it: `amount` is what it takes of theirs, `fee` of that ours, or
    what it takes of our gift where it is negative."""

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
        if amount or fee:
            found.append(Given(refund, Money(amount, currency), Money(fee, currency), mine))
    return found


def _disputes(row: FulfilmentOrder) -> list[tuple[Dispute, disputes.Stake]]:
    """Disputes of the order with what each costs this merchant."""
    found = Dispute.objects.filter(payment__order=row.order_id).order_by("id")
    stakes = ((each, disputes.stakes(each)) for each in found.select_related("payment__order"))
    return [(each, costs[row.merchant_id]) for each, costs in stakes if row.merchant_id in costs]
