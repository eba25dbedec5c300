"""Brings events to endpoints: at least once, each event and endpoint by one row."""

from __future__ import annotations

import json
import random
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from shopping.hints import wake
from webhooks import endpoints, signing, transport
from webhooks.models import Delivery, Endpoint, Event
from webhooks.transport import Answer

# Longer than an attempt may last (`webhooks.tasks.deliver`), so a lease ends only with its worker.
LEASE = timedelta(seconds=60)
# Seconds to wait after each failed attempt; after the last one we give up, some three days on.
# The schedule is the one the Standard Webhooks specification suggests.
BACKOFF = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
JITTER = 0.1
DUE_BATCH = 500


class EndpointOff(Exception):
    """Nothing is sent to an endpoint that is switched off."""


def due() -> list[int]:
    """Ids of deliveries whose time has come, the longest waiting first."""
    waiting = Delivery.objects.filter(status=Delivery.Status.PENDING, next_attempt_at__lte=Now())
    return list(waiting.order_by("next_attempt_at").values_list("pk", flat=True)[:DUE_BATCH])


def deliver(delivery_id: int) -> Delivery | None:
    """Make one attempt, unless it is not due, done, or another worker is at it.

    The claim is one conditional UPDATE that moves the next attempt past the lease; the POST runs
    outside any transaction; its outcome is then written. A worker that dies in between leaves a
    row that is due again when the lease ends: the receiver may get the event twice, never not.
    Returns the delivery as it stands after the attempt, None when nothing was done.
    """
    delivery = _claim(delivery_id)
    if delivery is None:
        return None
    endpoint = delivery.endpoint
    if not endpoint.active:
        endpoints.give_up(endpoint)
        return None
    answer = _post(delivery.event, endpoint)
    if answer.accepted:
        _delivered(delivery, answer)
    else:
        _failed(delivery, answer)
        if answer.gone:
            endpoints.deactivate(endpoint)
    delivery.refresh_from_db(from_queryset=Delivery.objects.select_related("endpoint"))
    return delivery


def send_again(delivery: Delivery) -> None:
    """Make a delivery due now, whatever became of it; its message id stays the same.

    The attempts count from nothing again, so a repeat has the whole schedule before it. Raises
    EndpointOff where the endpoint is switched off.
    """
    with transaction.atomic():
        if not Endpoint.objects.filter(pk=delivery.endpoint_id, active=True).exists():
            raise EndpointOff(_("This webhook is switched off."))
        Delivery.objects.filter(pk=delivery.pk).update(
            status=Delivery.Status.PENDING, attempts=0, next_attempt_at=Now()
        )
        wake("webhooks.deliver", delivery.pk)


def body(event: Event) -> str:
    """The JSON text that is signed and sent: `{"type", "timestamp", "data"}`."""
    content = {
        "type": event.type,
        "timestamp": event.created_at.isoformat(),
        "data": event.payload,
    }
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False)


def message_id(event: Event) -> str:
    """The same for every attempt and endpoint: what a receiver remembers to drop repeats."""
    return f"evt_{event.public_id.hex}"


def _claim(delivery_id: int) -> Delivery | None:
    claimed = Delivery.objects.filter(
        pk=delivery_id, status=Delivery.Status.PENDING, next_attempt_at__lte=Now()
    ).update(attempts=F("attempts") + 1, next_attempt_at=Now() + LEASE)
    if not claimed:
        return None
    return Delivery.objects.select_related("event", "endpoint").filter(pk=delivery_id).first()


def _post(event: Event, endpoint: Endpoint) -> Answer:
    text = body(event)
    headers = signing.headers(
        text,
        message_id=message_id(event),
        timestamp=timezone.now(),
        secrets=endpoint.signing_secrets(),
    )
    return transport.post(endpoint.url, text, headers=headers)


def _delivered(delivery: Delivery, answer: Answer) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(
        status=Delivery.Status.DELIVERED,
        next_attempt_at=None,
        delivered_at=Now(),
        last_status_code=answer.status_code,
        last_answer=answer.text,
    )


def _failed(delivery: Delivery, answer: Answer) -> None:
    spent = delivery.attempts > len(BACKOFF)
    # Of two attempts that overlapped (a lease that ran out) only the later one may speak.
    Delivery.objects.filter(
        pk=delivery.pk, status=Delivery.Status.PENDING, attempts=delivery.attempts
    ).update(
        status=Delivery.Status.FAILED if spent else Delivery.Status.PENDING,
        next_attempt_at=None if spent else Now() + _wait(delivery.attempts),
        last_status_code=answer.status_code,
        last_answer=answer.text,
    )


def _wait(attempts: int) -> timedelta:
    """How long after the `attempts`-th failure; spread, so that receivers recover in peace."""
    spread = 1 + random.uniform(-JITTER, JITTER)  # noqa: S311 – no secret
    return timedelta(seconds=BACKOFF[attempts - 1] * spread)
