# ruff: noqa: S608 - the text holds a number of our own, never input
"""What carriers POST: kept once, at once; applied by a worker."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.utils import timezone

from fulfilment import reports
from fulfilment.adapters import ADAPTERS, Malformed
from fulfilment.models import CarrierConnection, CarrierMessage
from shopping import hints, rows, waits

APPLY = "fulfilment.apply_carrier_message"
BATCH = 200
FIRST_WAIT = timedelta(seconds=5)
# One statement, and on its own connection no transaction of several: a duplicate inserts nothing.
INSERT = f"""
INSERT INTO fulfilment_carriermessage
    (connection_id, external_id, body, received_at, attempts, last_error, next_attempt_at)
VALUES (%s, %s, %s, now(), 0, '', now() + interval '{waits.HINT_TIME.seconds} seconds')
ON CONFLICT (connection_id, external_id) DO NOTHING RETURNING id
"""


class Outcome(StrEnum):
    KEPT = "kept"
    KNOWN = "known"
    NOT_NEEDED = "not needed"


def receive(connection: CarrierConnection, *, body: bytes, headers: Mapping[str, str]) -> Outcome:
    """Keep what a connection sent, if it signed it, and wake a worker; no business work here.

    `body` is as it came. KNOWN for a message that is kept already, NOT_NEEDED for one that says
    nothing of parcels. Raises Forged; Malformed for one that could never be applied.
    """
    adapter = ADAPTERS[connection.adapter]
    headers = {name.lower(): value for name, value in headers.items()}
    adapter.verify(body, headers, connection.secrets)
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
    """Applying went wrong: keep why, and try again, ever later."""
    message = CarrierMessage.objects.get(pk=message_id)
    CarrierMessage.objects.filter(pk=message_id, next_attempt_at__isnull=False).update(
        attempts=message.attempts + 1,
        last_error=f"{type(error).__name__}: {error}"[:500],
        next_attempt_at=timezone.now() + waits.doubled(FIRST_WAIT, attempts=message.attempts),
    )


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
