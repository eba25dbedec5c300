"""The log of what happened: one row an event, written with what it tells of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction

from shopping import rows
from shopping.hints import wake, wake_soon
from shopping.monitoring import traces
from webhooks.models import Event

SEQUENCER = "webhooks.sweep_events"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An event to be; `subject` is the public id of what it is about."""

    type: str
    subject: str
    merchant_id: int | None
    payload: dict[str, Any] = field(default_factory=dict)


def record(type: str, *, subject: str, merchant_id: int | None, payload: dict[str, Any]) -> Event:
    """Log one event in the caller's transaction; see `record_all`."""
    fact = Record(type=type, subject=subject, merchant_id=merchant_id, payload=payload)
    return record_all([fact])[0]


def record_all(records: Iterable[Record]) -> list[Event]:
    """Log events in the caller's transaction with one INSERT.

    `merchant_id` None: only the operator's endpoints hear of it. On commit the sequencer is woken
    and every task of `settings.EVENT_TASKS[type]` with the event's id. Raises RuntimeError outside
    a transaction: an event without its cause, or a cause without its event, must not be.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event is recorded in the transaction of what it tells")
    trace = traces.traceparent()
    events = [
        Event(
            type=r.type,
            subject=r.subject,
            merchant_id=r.merchant_id,
            payload=r.payload,
            traceparent=trace,
        )
        for r in records
    ]
    rows.insert(events)
    for event in events:
        for task in settings.EVENT_TASKS.get(event.type, ()):
            wake(task, event.pk)
    if events:
        wake_soon(SEQUENCER)
    return events
