"""A test space's clock, and events for the asking: for test keys alone."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from fulfilment import test_clock, test_events
from fulfilment.test_clock import ClockRefused
from fulfilment.test_events import TriggerRefused
from partners.api import ShopEndpoint
from partners.problems import Problem
from partners.shapes import Shape
from webhooks import samples
from webhooks.messages import message_id
from webhooks.models import Event
from webhooks.types import validate_type


class Advance(Shape):
    seconds = serializers.IntegerField(
        min_value=1,
        max_value=int(test_clock.LONGEST.total_seconds()),
        help_text="How much sooner what waits comes; at most 90 days.",
    )


class Advanced(Shape):
    seconds = serializers.IntegerField()
    moved = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="How many reservations, deliveries, drops and returns come sooner.",
    )
    done = serializers.DictField(
        child=serializers.IntegerField(), help_text="How many of what was due then were seen to."
    )


class Trigger(Shape):
    type = serializers.CharField(
        max_length=60, validators=[validate_type], help_text="What shall happen: a webhook's type."
    )


class Happened(Shape):
    id = serializers.CharField(help_text="As in `webhook-id`.")
    type = serializers.CharField()
    subject = serializers.CharField(help_text="Of what it tells.")
    created_at = serializers.DateTimeField()
    data = serializers.DictField()  # type: ignore[assignment]  # DRF keeps fields apart


class Triggered(Shape):
    sample = serializers.BooleanField(
        help_text="True where nothing but the event was made: there are no keys of Stripe's test mode."
    )
    events = Happened(
        many=True, help_text="Of that type; empty where Stripe has not told of it yet."
    )


ADVANCED = {
    "seconds": 601,
    "moved": {"reservations": 1, "deliveries": 0, "drops": 0, "returns": 0},
    "done": {"expired": 1, "settled": 0, "refunded": 0, "opened": 0, "returns_expired": 0},
}
TRIGGERED = {
    "sample": False,
    "events": [
        {
            "id": "evt_01976d1c5a2b7e3f9c0d1e2f3a4b5c6d",
            "type": "order.paid",
            "subject": "01976d1b-0c3e-7f52-8d8e-3c2f1a0b9d8e",
            "created_at": "2025-06-10T09:41:00.000000+00:00",
            "data": samples.OWN,
        }
    ],
}


class OfTestSpaces(ShopEndpoint):
    """For test keys, whatever their scopes: all that it changes is there to be changed."""

    def check_caller(self, request: Request) -> None:
        super().check_caller(request)
        if self.caller.live:
            raise Problem(403, "live_key", "This is for test keys.")


class ClockEndpoint(OfTestSpaces):
    scopes = {"POST": ""}
    shape = Advanced
    refusals = {ClockRefused: 422}

    @extend_schema(
        operation_id="test_clock_advance",
        summary="Let time pass in your test space",
        description=(
            "Reservations, payments of unknown outcome, refunds, webhooks that wait for another try,"
            " drops, schedules and the days of returns come nearer, and what is due then is done."
            " Days are moved as a whole. Nothing that is real is moved. For test keys alone."
        ),
        request=Advance,
        responses={200: Advanced},
        examples=[
            OpenApiExample("Past a reservation", value={"seconds": 601}, request_only=True),
            OpenApiExample("What came of it", value=ADVANCED, response_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        seconds = self.read(Advance)["seconds"]
        told = asdict(test_clock.advance(self.merchant, by=timedelta(seconds=seconds)))
        moved = {
            name: told.pop(name) for name in ("reservations", "deliveries", "drops", "returns")
        }
        return self.one({"seconds": seconds, "moved": moved, "done": told})


class EventsEndpoint(OfTestSpaces):
    scopes = {"POST": ""}
    shape = Triggered
    refusals = {TriggerRefused: 422}

    @extend_schema(
        operation_id="test_events_trigger",
        summary="Make an event happen in your test space",
        description=(
            "It is played by what makes it happen elsewhere, and so does what goes before it: a"
            " parcel is of an order that was placed and paid. `sample` says that it could not be"
            " played, and that the event holds an example. For test keys alone."
        ),
        request=Trigger,
        responses={201: Triggered},
        examples=[
            OpenApiExample("A payment", value={"type": "order.paid"}, request_only=True),
            OpenApiExample("What happened", value=TRIGGERED, response_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        made = test_events.trigger(self.merchant, self.read(Trigger)["type"])
        shown = {"sample": made.is_sample, "events": [_shown(event) for event in made.happened]}
        return self.one(shown, status=201)


def _shown(event: Event) -> dict[str, object]:
    return {
        "id": message_id(event.public_id),
        "type": event.type,
        "subject": event.subject,
        "created_at": event.created_at.isoformat(),
        "data": event.payload,
    }
