"""Messages that somebody asks for: one once more, or one that only tries an address."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from webhooks import messages
from webhooks.events import record
from webhooks.models import Delivery, Endpoint, Event
from webhooks.types import TEST


class EndpointOff(Exception):
    """Nothing is sent to an endpoint that is switched off."""


def send_again(delivery: Delivery) -> None:
    """Make a delivery due now, whatever became of it; message id and sequence stay the same.

    The attempts count from nothing again, so a repeat has the whole schedule before it. Raises
    EndpointOff where the endpoint is switched off.
    """
    with transaction.atomic():
        if not Endpoint.objects.filter(pk=delivery.endpoint_id, active=True).exists():
            raise EndpointOff(_("This webhook is switched off."))
        Delivery.objects.filter(pk=delivery.pk).update(
            status=Delivery.Status.PENDING, attempts=0, next_attempt_at=Now()
        )


@transaction.atomic
def send_test(endpoint: Endpoint) -> Delivery:
    """Write an event of type `endpoint.test` for this endpoint alone, whatever it subscribes to.

    It is delivered, repeated and logged as any other. Locks the endpoint. Raises EndpointOff where
    it is switched off.
    """
    number = take_sequences(endpoint.pk, 1)
    if not Endpoint.objects.filter(pk=endpoint.pk, active=True).exists():
        raise EndpointOff(_("This webhook is switched off."))
    event = record(
        TEST,
        subject=str(endpoint.public_id),
        merchant_id=endpoint.merchant_id,
        payload={"endpoint": str(endpoint.public_id)},
    )
    return Delivery.objects.create(
        event=event, endpoint=endpoint, sequence=number, next_attempt_at=Now()
    )


def put(event: Event, endpoint: Endpoint, *, body: str) -> bool:
    """Put `body` on its way to an endpoint of a form of its own, because of `event`; in the caller's
    transaction. Once for each event: whether this was the first time."""
    fields = {"body": body, "next_attempt_at": timezone.now()}
    _row, is_new = Delivery.objects.get_or_create(event=event, endpoint=endpoint, defaults=fields)
    return is_new


def take_sequences(endpoint_id: int, count: int) -> int:
    """The first of `count` numbers of an endpoint's messages, taken in the caller's transaction.

    Locks the endpoint, so that numbers are given in the order in which they become visible.
    """
    Endpoint.objects.filter(pk=endpoint_id).update(last_sequence=F("last_sequence") + count)
    last = Endpoint.objects.values_list("last_sequence", flat=True).get(pk=endpoint_id)
    return last - count + 1


def body(delivery: Delivery) -> str:
    """The text of a delivery, as each of its attempts sends it."""
    if delivery.body:
        return delivery.body
    event = delivery.event
    return messages.body(
        event.type,
        timestamp=event.created_at,
        sequence=delivery.sequence,
        data=event.payload,
    )


def bring_nearer(merchant_id: int, *, by: timedelta) -> int:
    """Let what waits for the endpoints of a test space be tried again sooner by `by`, and count them
    as failing for so much longer.

    In the caller's transaction; locks the deliveries, then the endpoints. Returns how many waited.
    """
    theirs = {"merchant_id": merchant_id, "merchant__test_of__isnull": False}
    endpoints = Endpoint.objects.filter(**theirs)
    waiting = Delivery.objects.filter(endpoint__in=endpoints, status=Delivery.Status.PENDING)
    count = waiting.update(next_attempt_at=F("next_attempt_at") - by)
    endpoints.filter(failing_since__isnull=False).update(failing_since=F("failing_since") - by)
    return count
