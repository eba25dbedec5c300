"""A shop's refund of its part of an order, before it is made and after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from catalogue.models import Merchant
from checkout.models import LedgerEntry, Order, Refund, RefundPart
from checkout.quotes import MOST_LINES
from checkout.refund_previews import Asked, Preview, whole
from checkout.refundable import PartLeft
from partners.shapes import Money, Shape, money


class RefundedPart(Shape):
    kind = serializers.ChoiceField(choices=RefundPart.Kind.values)
    variant_id = serializers.UUIDField(allow_null=True, help_text="Names the line, of a `line`.")
    quantity = serializers.IntegerField()
    amount = Money(help_text="To the shopper, tax and all.")
    tax = Money(help_text="Of that, tax that you need not pay any more.")
    fee = Money(
        help_text="Of our fee, what you get back; below zero, what you give back of a gift."
    )
    restocked = serializers.BooleanField()


class RefundShown(Shape):
    """`amount` and `parts` are your own; what other shops gave back is not shown."""

    id = serializers.UUIDField()
    order_id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=Refund.Status.choices)
    amount = Money()
    fee = Money()
    reason = serializers.CharField()
    failure = serializers.CharField(allow_blank=True, help_text="Why the bank did not do it.")
    parts = RefundedPart(many=True, help_text="None where the payment went back as a whole.")
    created_at = serializers.DateTimeField()


class PreviewShown(Shape):
    amount = Money(help_text="To the shopper; repeat it as `amount` to make the refund.")
    tax = Money()
    fee = Money()
    left = Money(help_text="What could still go back after it.")
    parts = RefundedPart(many=True)


class LineBack(Shape):
    variant_id = serializers.UUIDField()
    quantity = serializers.IntegerField(min_value=1)
    restock = serializers.BooleanField(default=False, help_text="Its pieces are back on the shelf.")


class RefundAsked(Shape):
    """`everything` that is left; or lines, delivery and goodwill, together as you like."""

    everything = serializers.BooleanField(default=False)
    restock = serializers.BooleanField(
        default=False, help_text="With `everything`, all its pieces."
    )
    lines = serializers.ListField(child=LineBack(), max_length=MOST_LINES, required=False)
    delivery = serializers.BooleanField(default=False)
    goodwill = Money(required=False, help_text="An amount besides, for which nothing comes back.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        named = bool(attrs.get("lines") or attrs["delivery"] or "goodwill" in attrs)
        if attrs["everything"] == named:
            raise serializers.ValidationError(
                _("Say `everything`, or else which lines, delivery or goodwill.")
            )
        return attrs


class NewRefund(RefundAsked):
    amount = Money(help_text="What the preview came to.")
    reason = serializers.CharField(
        max_length=60, help_text="For your books; the shopper does not read it."
    )


def asked(said: dict[str, Any], left: PartLeft) -> Asked:
    """What RefundAsked has `said` of a shop's part. Raises the 400 that says where it is wrong."""
    lines = {each.line.variant.public_id: each.line.pk for each in left.lines}
    if said["everything"]:
        shelf = frozenset(lines.values()) if said["restock"] else frozenset()
        return whole([left], restock=shelf)
    wanted: dict[int, int] = {}
    restock = set()
    for place, each in enumerate(said.get("lines", ())):
        key = lines.get(each["variant_id"])
        if key is None or key in wanted:
            raise _strange(place, _("This is no line of yours of this order, or named twice."))
        wanted[key] = each["quantity"]
        restock |= {key} if each["restock"] else set()
    return Asked(
        lines=wanted,
        restock=frozenset(restock),
        deliveries=frozenset({left.merchant.pk} if said["delivery"] else ()),
        goodwill=_goodwill(said, left),
    )


def preview(found: Preview) -> dict[str, Any]:
    return {
        "amount": money(found.amount.amount, found.currency),
        "tax": money(found.tax.amount, found.currency),
        "fee": money(found.fee.amount, found.currency),
        "left": money(found.left, found.currency),
        "parts": [_part(share.row(), found.currency) for share in found.shares],
    }


def shown(refunds: Sequence[Refund], order: Order, merchant: Merchant) -> list[dict[str, Any]]:
    """What each of `refunds` takes of `merchant`; two statements, however many."""
    found = RefundPart.objects.filter(refund__in=refunds, merchant=merchant)
    parts: dict[int, list[RefundPart]] = defaultdict(list)
    for part in found.select_related("line__variant").order_by("id"):
        parts[part.refund_id].append(part)
    taken = _taken([str(each.public_id) for each in refunds], merchant)
    return [
        _refund(each, order, parts[each.pk], taken.get(str(each.public_id), (0, 0)))
        for each in refunds
    ]


def _taken(refunds: Sequence[str], merchant: Merchant) -> dict[str, tuple[int, int]]:
    """What the ledger has taken of `merchant` for each of `refunds` (ids): with our fee, and that fee."""
    entries = LedgerEntry.objects.filter(
        transaction__kind="refund_owed", transaction__reference__in=refunds, merchant=merchant
    ).select_related("transaction")
    taken: dict[str, tuple[int, int]] = {}
    for entry in entries:
        amount, fee = taken.get(entry.transaction.reference, (0, 0))
        of_fee = entry.amount if entry.account == LedgerEntry.Account.FEES else 0
        taken[entry.transaction.reference] = (amount + entry.amount, fee + of_fee)
    return taken


def _refund(
    refund: Refund, order: Order, parts: Iterable[RefundPart], taken: tuple[int, int]
) -> dict[str, Any]:
    amount, fee = taken
    return {
        "id": str(refund.public_id),
        "order_id": str(order.public_id),
        "status": refund.status,
        "amount": money(amount, order.currency),
        "fee": money(fee, order.currency),
        "reason": refund.reason,
        "failure": refund.failure,
        "parts": [_part(each, order.currency) for each in parts],
        "created_at": refund.created_at,
    }


def _part(part: RefundPart, currency: str) -> dict[str, Any]:
    return {
        "kind": part.kind,
        "variant_id": str(part.line.variant.public_id) if part.line else None,
        "quantity": part.quantity,
        "amount": money(part.amount, currency),
        "tax": money(part.tax, currency),
        "fee": money(part.fee, currency),
        "restocked": part.restocked,
    }


def _goodwill(said: dict[str, Any], left: PartLeft) -> dict[int, int]:
    given = said.get("goodwill")
    if given is None:
        return {}
    if given["currency"] != left.currency:
        raise serializers.ValidationError({"goodwill": [_("The order is in another currency.")]})
    return {left.merchant.pk: given["amount"]}


def _strange(place: int, said: str) -> serializers.ValidationError:
    return serializers.ValidationError({"lines": {str(place): {"variant_id": [said]}}})
