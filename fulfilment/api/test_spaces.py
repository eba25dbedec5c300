"""A test space's clock, and events for the asking: for test keys alone."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from fulfilment import test_clock, test_events
from fulfilment.test_clock import ClockRefused
from fulfilment.test_events import TriggerRefused
from partners.api import ShopEndpoint
from partners.problems import Problem
from partners.shapes import Shape
from webhooks.messages import message_id
from webhooks.models import Event
from webhooks.types import TYPES


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
    type = serializers.ChoiceField(choices=sorted(TYPES), help_text="What shall happen.")


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
