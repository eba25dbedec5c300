"""A return, what is said of it, and what its refund comes to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from checkout.models import Refund
from checkout.refund_errors import NotRefundable
from checkout.refund_previews import Asked, Preview, preview
from checkout.refundable import PartLeft
from fulfilment import return_refunds
from fulfilment.api.part_examples import EXAMPLE_VARIANT
from fulfilment.models import Return, ReturnLine
from fulfilment.returns import Came
from partners.problems import Problem
from partners.shapes import Money, Shape, money

EXAMPLE_RETURN: dict[str, Any] = {
    "id": "01937b1d-7777-7c3e-8f57-0a6f0e1d2c3b",
    "fulfilment_order_id": "01937b1d-4444-7c3e-8f57-0a6f0e1d2c3b",
    "order_id": "01937b1d-3333-7c3e-8f57-0a6f0e1d2c3b",
    "order_number": "É-20418",
    "status": "received",
    "lines": [
        {
            "variant_id": EXAMPLE_VARIANT,
            "sku": "FLIP-41",
            "title": "Flip-flops",
            "quantity": 1,
            "reason": "does_not_fit",
            "received": 1,
            "condition": "as_new",
        }
    ],
    "words": "Too small.",
    "answer": "",
    "send_to": "3 quai des Bulles\n35400 Saint-Malo",
    "instructions": "",
    "send_by": "2026-12-14",
    "refund": None,
    "requested_at": "2026-11-30T15:04:05.123456Z",
}
EXAMPLE_PREVIEW: dict[str, Any] = {
    "possible": True,
    "amount": {"amount": 3490, "currency": "EUR"},
    "tax": {"amount": 582, "currency": "EUR"},
    "fee": {"amount": 175, "currency": "EUR"},
    "lines": [{"variant_id": EXAMPLE_VARIANT, "quantity": 1, "restock": True}],
    "delivery": False,
}
RETURN = OpenApiExample("A pair that came back", value=EXAMPLE_RETURN, response_only=True)


class ReturnedLine(Shape):
    variant_id = serializers.UUIDField()
    sku = serializers.CharField()
    title = serializers.CharField()
    quantity = serializers.IntegerField(help_text="Asked for.")
    reason = serializers.ChoiceField(choices=ReturnLine.Reason.choices)
    received = serializers.IntegerField(allow_null=True, help_text="null until it was counted.")
    condition = serializers.ChoiceField(choices=ReturnLine.Condition.choices, allow_null=True)


class ReturnRefund(Shape):
    id = serializers.UUIDField()
    amount = Money()
    status = serializers.ChoiceField(choices=Refund.Status.choices)


class ReturnShown(Shape):
    id = serializers.UUIDField()
    fulfilment_order_id = serializers.UUIDField()
    order_id = serializers.UUIDField()
    order_number = serializers.CharField()
    status = serializers.ChoiceField(choices=Return.Status.choices)
    lines = ReturnedLine(many=True)
    words = serializers.CharField(help_text="The shopper's.")
    answer = serializers.CharField(help_text="Yours to the shopper.")
    send_to = serializers.CharField(help_text="As the shopper was told; empty until then.")
    instructions = serializers.CharField()
    send_by = serializers.DateField(allow_null=True)
    refund = ReturnRefund(allow_null=True)
    requested_at = serializers.DateTimeField()


class Approval(Shape):
    answer = serializers.CharField(max_length=1000, allow_blank=True, required=False)


class Refusal(Shape):
    answer = serializers.CharField(max_length=1000, help_text="Why: the shopper reads it.")


class CountedLine(Shape):
    variant_id = serializers.UUIDField()
    received = serializers.IntegerField(min_value=0, max_value=2**31 - 1)
    condition = serializers.ChoiceField(
        choices=ReturnLine.Condition.choices,
        required=False,
        help_text="What is as new goes back on the shelf with its refund.",
    )


class Counted(Shape):
    lines = CountedLine(many=True, help_text="What is left out did not come.")


class BackLine(Shape):
    variant_id = serializers.UUIDField()
    quantity = serializers.IntegerField()
    restock = serializers.BooleanField()


class ReturnPreview(Shape):
    possible = serializers.BooleanField(help_text="False: it does not wait for a refund.")
    amount = Money(help_text="To the shopper.")
    tax = Money(help_text="Of that, tax.")
    fee = Money(help_text="Of our fee, what you get back.")
    lines = BackLine(many=True)
    delivery = serializers.BooleanField(help_text="Whether what the delivery cost goes back.")


class ReturnRefundAsked(Shape):
    amount = Money(help_text="As the preview has it: if it has changed, nothing is done.")
    reason = serializers.CharField(max_length=60, required=False, help_text="For your books.")


def whole(found: QuerySet[Return]) -> QuerySet[Return]:
    """What `goods_return` and the verbs read; two statements."""
    lines = ReturnLine.objects.select_related("line__variant").order_by("pk")
    related = ("fulfilment_order__order", "fulfilment_order__merchant", "refund")
    return found.select_related(*related).prefetch_related(Prefetch("lines", lines))


def goods_return(row: Return) -> dict[str, Any]:
    """A return that was read by `whole`."""
    part, refund = row.fulfilment_order, row.refund
    currency = part.order.currency
    given = refund and {
        "id": str(refund.public_id),
        "amount": money(refund.amount, currency),
        "status": refund.status,
    }
    return {
        "id": str(row.public_id),
        "fulfilment_order_id": str(part.public_id),
        "order_id": str(part.order.public_id),
        "order_number": part.order.reference,
        "status": row.status,
        "lines": [_line(each) for each in row.lines.all()],
        "words": row.words,
        "answer": row.answer,
        "send_to": row.send_to,
        "instructions": row.instructions,
        "send_by": row.send_by,
        "refund": given,
        "requested_at": row.created_at,
    }


def _line(row: ReturnLine) -> dict[str, Any]:
    return {
        "variant_id": str(row.line.variant.public_id),
        "sku": row.line.sku,
        "title": row.line.title,
        "quantity": row.quantity,
        "reason": row.reason,
        "received": row.received,
        "condition": row.condition or None,
    }


def came(row: Return, lines: Sequence[dict[str, Any]]) -> dict[int, Came]:
    """What was counted, by the primary keys of the return's lines. Raises Problem 400 for what is none
    of its lines, or is named twice."""
    keys = {each.line.variant.public_id: each.pk for each in row.lines.all()}
    found: dict[int, Came] = {}
    for place, each in enumerate(lines):
        key = keys.get(each["variant_id"])
        if key is None or key in found:
            said = _("This is no line of it, or was named before.")
            raise Problem(400, "invalid", said, pointer=f"#/lines/{place}/variant_id")
        found[key] = Came(each["received"], each.get("condition", ""))
    return found


def refund_preview(row: Return, left: PartLeft, asked: Asked) -> dict[str, Any]:
    """What refunding `row` would do now; nothing where nothing is left."""
    try:
        seen = preview([left], asked)
    except NotRefundable:
        seen = Preview(left.currency, (), left.amount)
    variants = {each.line_id: str(each.line.variant.public_id) for each in row.lines.all()}
    return {
        "possible": return_refunds.can_refund(row) and bool(seen.amount),
        "amount": money(seen.amount.amount, left.currency),
        "tax": money(seen.tax.amount, left.currency),
        "fee": money(seen.fee.amount, left.currency),
        "lines": [
            {"variant_id": variants[pk], "quantity": pieces, "restock": pk in asked.restock}
            for pk, pieces in asked.lines.items()
        ],
        "delivery": bool(asked.deliveries),
    }
