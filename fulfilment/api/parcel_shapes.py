"""A parcel, what its carrier says of it, and what is said to send one."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers

from fulfilment.adapters.generic import NOTE, STEPS
from fulfilment.handing_over import MOST_ROWS
from fulfilment.models import Shipment, ShipmentLine, TrackingEvent
from partners.shapes import Shape

SAID = [*sorted(STEPS), NOTE]


class ParcelLine(Shape):
    variant_id = serializers.UUIDField()
    sku = serializers.CharField()
    title = serializers.CharField()
    quantity = serializers.IntegerField()


class ShipmentShown(Shape):
    id = serializers.UUIDField()
    fulfilment_order_id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=Shipment.Status.choices)
    carrier = serializers.CharField()
    tracking_number = serializers.CharField(help_text="Empty where there is none.")
    tracking_url = serializers.CharField(help_text="The carrier's page; empty where none is known.")
    lines = ParcelLine(many=True)
    moved_at = serializers.DateTimeField(
        allow_null=True, help_text="When the newest thing happened that moved it."
    )
    dispatched_at = serializers.DateTimeField()


class ShipmentChange(Shape):
    carrier = serializers.CharField(max_length=60, required=False)
    tracking_number = serializers.CharField(max_length=80, allow_blank=True, required=False)


class DispatchedPieces(Shape):
    variant_id = serializers.UUIDField()
    quantity = serializers.IntegerField(min_value=1)


class NewShipment(Shape):
    carrier = serializers.CharField(max_length=60)
    tracking_number = serializers.CharField(max_length=80, allow_blank=True, required=False)
    lines = DispatchedPieces(
        many=True, required=False, help_text="What is in it; left out: everything that is left."
    )


class HandoverAsked(Shape):
    fulfilment_order_id = serializers.UUIDField()
    carrier = serializers.CharField(allow_blank=True)
    tracking_number = serializers.CharField(allow_blank=True, required=False)


class HandoversAsked(Shape):
    items = HandoverAsked(many=True, allow_empty=False, help_text="At most 200.")

    def validate_items(self, value: list[Any]) -> list[Any]:
        if len(value) > MOST_ROWS:
            raise serializers.ValidationError(
                _("Send 1 to %(most)d of them.") % {"most": MOST_ROWS}
            )
        return value


class HandoverProblem(Shape):
    code = serializers.CharField()
    detail = serializers.CharField()
    pointer = serializers.CharField(help_text="Into the call's body.")


class HandoverResult(Shape):
    fulfilment_order_id = serializers.UUIDField()
    result = serializers.ChoiceField(
        choices=["done", "before", "refused"],
        help_text="before: the same was handed over before, and nothing was done now.",
    )
    problem = HandoverProblem(allow_null=True)


class HandoverResults(Shape):
    results = HandoverResult(many=True, help_text="In the order of the items.")


class TrackingShown(Shape):
    id = serializers.CharField(help_text="As whoever reported it calls it.")
    status = serializers.CharField(help_text="The reporter's own word.")
    moves_to = serializers.ChoiceField(
        choices=Shipment.Status.choices,
        allow_null=True,
        help_text="The step that it is, if it is one.",
    )
    description = serializers.CharField()
    place = serializers.CharField()
    happened_at = serializers.DateTimeField()
    reported_at = serializers.DateTimeField()


class TrackingReport(Shape):
    id = serializers.CharField(
        max_length=120,
        required=False,
        help_text="The same id again is the same report; left out: time and status.",
    )
    status = serializers.ChoiceField(choices=SAID, help_text="note: to be shown, and no step.")
    happened_at = serializers.DateTimeField()
    description = serializers.CharField(max_length=200, allow_blank=True, required=False)
    place = serializers.CharField(max_length=120, allow_blank=True, required=False)


def with_contents(found: QuerySet[Shipment]) -> QuerySet[Shipment]:
    """What `shipment` reads; two statements."""
    lines = ShipmentLine.objects.select_related("line__variant").order_by("pk")
    return found.select_related("fulfilment_order").prefetch_related(Prefetch("lines", lines))


def shipment(row: Shipment) -> dict[str, Any]:
    """A parcel that was read by `with_contents`."""
    return {
        "id": str(row.public_id),
        "fulfilment_order_id": str(row.fulfilment_order.public_id),
        "status": row.status,
        "carrier": row.carrier,
        "tracking_number": row.tracking_number,
        "tracking_url": row.tracking_url,
        "lines": [_line(each) for each in row.lines.all()],
        "moved_at": row.moved_at,
        "dispatched_at": row.created_at,
    }


def _line(row: ShipmentLine) -> dict[str, Any]:
    return {
        "variant_id": str(row.line.variant.public_id),
        "sku": row.line.sku,
        "title": row.line.title,
        "quantity": row.quantity,
    }


def tracking(row: TrackingEvent) -> dict[str, Any]:
    return {
        "id": row.external_id,
        "status": row.status,
        "moves_to": row.moves_to or None,
        "description": row.description,
        "place": row.place,
        "happened_at": row.happened_at,
        "reported_at": row.created_at,
    }
