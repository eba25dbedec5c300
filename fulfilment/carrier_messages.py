# ruff: noqa: S608 - the text holds a number of our own, never input
"""What carriers POST: kept once, at once; applied by a worker."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.utils import timezone

from fulfilment import reports
from fulfilment.adapters import ADAPTERS, Malformed
from fulfilment.models import CarrierConnection, CarrierMessage
from shopping import hints, limits, rows, waits
from shopping.limits import Limit

APPLY = "fulfilment.apply_carrier_message"
BATCH = 200
FIRST_WAIT = timedelta(seconds=5)
# The last of them is about a day after the first: what is in the way is found by then, or never.
MOST_ATTEMPTS = 30
KEPT = timedelta(days=30)
# Each may hold a hundred reports, and each of those is a transaction.
OF_CONNECTION = Limit("carrier-messages", 120, 60)
# One statement, and on its own connection no transaction of several: a duplicate inserts nothing.
INSERT = f"""
INSERT INTO fulfilment_carriermessage
    (connection_id, external_id, body, received_at, attempts, last_error, next_attempt_at)
VALUES (%s, %s, %s, now(), 0, '', now() + interval '{waits.HINT_TIME.seconds} seconds')
ON CONFLICT (connection_id, external_id) DO NOTHING RETURNING id
"""


class TooMany(Exception):
    """The connection sent more than its share; `seconds` until it may send again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many messages: send again in {seconds} seconds")
        self.seconds = seconds


class Outcome(StrEnum):
    KEPT = "kept"
    KNOWN = "known"
    NOT_NEEDED = "not needed"


def receive(connection: CarrierConnection, *, body: bytes, headers: Mapping[str, str]) -> Outcome:
    """Keep what a connection sent, if it signed it, and wake a worker; no business work here.

    `body` is as it came. KNOWN for a message that is kept already, NOT_NEEDED for one that says
    nothing of parcels. Raises Forged; TooMany, counting what was signed alone; Malformed for one that
    could never be applied.
    """
    adapter = ADAPTERS[connection.adapter]
    headers = {name.lower(): value for name, value in headers.items()}
    adapter.verify(body, headers, connection.secrets)
    if settings.LIMIT_VISITORS and (seconds := limits.count(OF_CONNECTION, str(connection.pk))):
        raise TooMany(seconds)
    content = _read(body)
    if not adapter.reports(content):
        return Outcome.NOT_NEEDED
    message_id = adapter.message_id(content, headers)[:200]
    found = rows.run(INSERT, [connection.pk, message_id, body.decode()])
    if not found:
        return Outcome.KNOWN
    hints.wake(APPLY, found[0][0])
    return Outcome.KEPT


def apply(message_id: int) -> None:
    """Apply a message, each of its reports in a transaction of its own; any number of times.

    Never inside a transaction: a worker that dies between two reports has done the first, and
    whoever comes next does it no second time.
    """
    message = CarrierMessage.objects.select_related("connection").get(pk=message_id)
    if message.next_attempt_at is None:
        return
    connection = message.connection
    for report in ADAPTERS[connection.adapter].reports(json.loads(message.body)):
        reports.apply(connection.merchant_id, report)
    CarrierMessage.objects.filter(pk=message_id).update(next_attempt_at=None, last_error="")


def due() -> list[int]:
    """Messages that no hint reached, or that failed and whose wait is over; the longest due first."""
    found = CarrierMessage.objects.filter(next_attempt_at__lte=timezone.now())
    return list(found.order_by("next_attempt_at").values_list("pk", flat=True)[:BATCH])


def postpone(message_id: int, *, error: Exception) -> None:
    """Applying went wrong: keep why, and try again, ever later, until it was tried so often that it
    would go wrong again."""
    message = CarrierMessage.objects.get(pk=message_id)
    wait = waits.doubled(FIRST_WAIT, attempts=message.attempts)
    is_last = message.attempts + 1 >= MOST_ATTEMPTS
    CarrierMessage.objects.filter(pk=message_id, next_attempt_at__isnull=False).update(
        attempts=message.attempts + 1,
        last_error=f"{type(error).__name__}: {error}"[:500],
        next_attempt_at=None if is_last else timezone.now() + wait,
    )


def forget_old() -> int:
    """Delete some of the messages of long ago that need nothing more; how many. What they reported
    stays, and knows itself when it comes again."""
    over = CarrierMessage.objects.filter(next_attempt_at=None)
    old = over.filter(received_at__lt=timezone.now() - KEPT).order_by("received_at")
    deleted, _each = CarrierMessage.objects.filter(pk__in=old.values("pk")[:BATCH]).delete()
    return deleted


def _read(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body.decode())
    except ValueError as error:
        raise Malformed(f"the body is no JSON: {error}") from error
    except RecursionError as error:
        raise Malformed("the body is nested too deeply") from error
    if not isinstance(content, dict):
        raise Malformed("the body has to be a JSON object")
    return content
