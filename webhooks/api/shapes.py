from __future__ import annotations

from typing import Any

from rest_framework import serializers

from partners.shapes import Shape
from webhooks import messages
from webhooks.models import Attempt, Delivery, Endpoint, Event, Replay
from webhooks.types import TYPES

EXAMPLE_EVENT = {
    "id": "evt_019ad3f27f0a7c419a648f2d6a1b3c55",
    "type": "stock.changed",
    "sequence": 4711,
    "subject": "019ad3f2-7f0a-7c41-9a64-8f2d6a1b3c55",
    "data": {"variant": "019ad3f2-7f0a-7c41-9a64-8f2d6a1b3c55", "on_hand": 12, "reserved": 1},
    "created_at": "2026-11-30T09:12:44.120394Z",
}
EXAMPLE_ENDPOINT = {
    "id": "019ad3f2-7f0a-7c41-9a64-8f2d6a1b3c55",
    "url": "https://erp.example/hooks/etal",
    "types": ["order.paid", "order.cancelled"],
    "active": True,
    "off_reason": None,
    "off_at": None,
    "failing_since": None,
    "last_sequence": 812,
    "created_at": "2026-11-30T09:12:44.120394Z",
}
EXAMPLE_NEW = {"url": "https://erp.example/hooks/etal", "types": ["order.paid", "order.cancelled"]}
EXAMPLE_SECRET = {**EXAMPLE_ENDPOINT, "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"}
EXAMPLE_ATTEMPT = {
    "started_at": "2026-11-30T09:12:45.003121Z",
    "milliseconds": 84,
    "status_code": 503,
    "answer": "try later",
}
EXAMPLE_DELIVERY = {
    "id": 90211,
    "endpoint": "019ad3f2-7f0a-7c41-9a64-8f2d6a1b3c55",
    "event": EXAMPLE_EVENT["id"],
    "type": "order.paid",
    "sequence": 812,
    "status": "pending",
    "attempts": 1,
    "next_attempt_at": "2026-11-30T09:13:15.120394Z",
    "last_status_code": 503,
    "last_answer": "try later",
    "delivered_at": None,
    "created_at": "2026-11-30T09:12:44.120394Z",
}
EXAMPLE_SPAN = {"since": "2026-11-29T00:00:00Z", "until": "2026-11-30T00:00:00Z"}
EXAMPLE_REPLAY = {**EXAMPLE_SPAN, "sent": 0, "finished_at": None}
TYPE_NAMES = sorted(TYPES)


class EventShape(Shape):
    id = serializers.CharField(help_text="As `webhook-id` has it in a message.")
    type = serializers.CharField()
    sequence = serializers.IntegerField(help_text="Its place in the log; it only grows.")
    subject = serializers.CharField(help_text="The id of what it tells of.")
    data = serializers.DictField(help_text="As docs/webhooks.md has it for the type.")  # type: ignore[assignment]
    created_at = serializers.DateTimeField()


class EndpointIn(Shape):
    url = serializers.CharField(max_length=500, help_text="https, of a public host.")
    types = serializers.ListField(
        child=serializers.ChoiceField(choices=TYPE_NAMES),
        required=False,
        help_text="What it hears of; none: everything. Only test spaces hear of payments.",
    )
    active = serializers.BooleanField(required=False)


class EndpointOut(Shape):
    id = serializers.UUIDField()
    url = serializers.CharField()
    types = serializers.ListField(child=serializers.CharField())
    active = serializers.BooleanField()
    off_reason = serializers.ChoiceField(
        choices=Endpoint.OffReason.values, allow_null=True, help_text="Why we switched it off."
    )
    off_at = serializers.DateTimeField(allow_null=True)
    failing_since = serializers.DateTimeField(allow_null=True)
    last_sequence = serializers.IntegerField(help_text="Of its last message.")
    created_at = serializers.DateTimeField()


class EndpointWithSecret(EndpointOut):
    """Only where it is made or gets a new secret: it is shown in no other answer."""

    secret = serializers.CharField(
        allow_null=True,
        help_text="Signs what is sent; Standard Webhooks. Null where a call is sent again with its"
        " Idempotency-Key: it is shown once.",
    )


class DeliveryOut(Shape):
    id = serializers.IntegerField()
    endpoint = serializers.UUIDField()
    event = serializers.CharField()
    type = serializers.CharField()
    sequence = serializers.IntegerField(allow_null=True, help_text="Among the endpoint's messages.")
    status = serializers.ChoiceField(choices=Delivery.Status.choices)
    attempts = serializers.IntegerField()
    next_attempt_at = serializers.DateTimeField(allow_null=True)
    last_status_code = serializers.IntegerField(allow_null=True)
    last_answer = serializers.CharField()
    delivered_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class AttemptOut(Shape):
    started_at = serializers.DateTimeField()
    milliseconds = serializers.IntegerField()
    status_code = serializers.IntegerField(allow_null=True, help_text="null: there was no answer.")
    answer = serializers.CharField(help_text="Its beginning.")


class DeliveryWithLog(DeliveryOut):
    log = AttemptOut(many=True, help_text="Each attempt, the newest first.")


class SpanIn(Shape):
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()


class ReplayOut(SpanIn):
    sent = serializers.IntegerField(help_text="Messages so far.")
    finished_at = serializers.DateTimeField(allow_null=True)


def event(row: Event) -> dict[str, Any]:
    return {
        "id": messages.message_id(row.public_id),
        "type": row.type,
        "sequence": row.sequence,
        "subject": row.subject,
        "data": row.payload,
        "created_at": row.created_at,
    }


def endpoint(row: Endpoint) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "url": row.url,
        "types": row.types,
        "active": row.active,
        "off_reason": row.off_reason or None,
        "off_at": row.off_at,
        "failing_since": row.failing_since,
        "last_sequence": row.last_sequence,
        "created_at": row.created_at,
    }


def with_secret(row: Endpoint) -> dict[str, Any]:
    return {**endpoint(row), "secret": row.secret}


def delivery(row: Delivery) -> dict[str, Any]:
    """`row` with its event and its endpoint."""
    return {
        "id": row.pk,
        "endpoint": row.endpoint.public_id,
        "event": messages.message_id(row.event.public_id),
        "type": row.event.type,
        "sequence": row.sequence,
        "status": row.status,
        "attempts": row.attempts,
        "next_attempt_at": row.next_attempt_at,
        "last_status_code": row.last_status_code,
        "last_answer": row.last_answer,
        "delivered_at": row.delivered_at,
        "created_at": row.created_at,
    }


def attempt(row: Attempt) -> dict[str, Any]:
    return {
        "started_at": row.started_at,
        "milliseconds": row.milliseconds,
        "status_code": row.status_code,
        "answer": row.answer,
    }


def replay(row: Replay) -> dict[str, Any]:
    return {
        "since": row.since,
        "until": row.until,
        "sent": row.sent,
        "finished_at": row.finished_at,
    }
