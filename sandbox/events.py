"""Events: one row a change, with the object as it was then, and a delivery for each.

https://docs.stripe.com/api/events
"""

from __future__ import annotations

import time
from typing import Any

from sandbox import ids, listing
from sandbox.calls import Call
from sandbox.faults import Fault

HELD = "held"
PENDING = "pending"
REORDER_GAP = 0.15  # seconds between reordered events, so that a slow receiver sees them apart


def emit(
    call: Call,
    event_type: str,
    thing: dict[str, Any],
    *,
    previous: dict[str, Any] | None = None,
    account: str = "",
) -> None:
    """Record that `event_type` happened to `thing`; it is delivered once the transaction commits.

    `previous` holds the former values of changed members (`previous_attributes`). `account` is the
    connected account in which it happened: that makes it a Connect event, which the platform's own list
    leaves out. https://docs.stripe.com/connect/webhooks
    """
    data: dict[str, Any] = {"object": thing}
    if previous is not None:
        data["previous_attributes"] = previous
    event: dict[str, Any] = {
        "id": ids.new("event"),
        "object": "event",
        "api_version": call.settings.api_version,
        "created": call.now,
        "data": data,
        "livemode": False,
        "pending_webhooks": 1 if call.settings.webhook_url else 0,
        "request": {"id": call.request_id, "idempotency_key": call.idempotency_key},
        "type": event_type,
    }
    if account:
        event["account"] = account
    call.store.freeze(event, account=account)
    if call.settings.webhook_url:
        schedule(call, event["id"], call.faults.for_event(event_type))


def schedule(call: Call, event: str, fault: Fault | None) -> None:
    kind = fault.kind if fault else ""
    if kind == "webhook_drop":
        return
    due = time.time()
    if fault and kind == "webhook_delay":
        due += fault.seconds
    if fault and kind == "webhook_reorder":
        due += REORDER_GAP * (fault.times + 1)
    copies = fault.copies if fault and kind == "webhook_duplicate" else 1
    state = HELD if kind == "webhook_hold" else PENDING
    call.store.db.executemany(
        "INSERT INTO deliveries (event, state, due) VALUES (?, ?, ?)",
        [(event, state, due)] * copies,
    )


def retrieve(call: Call) -> dict[str, Any]:
    return call.load("event", call.path["id"], param="id")


def list_all(call: Call) -> dict[str, Any]:
    """List events by type or types (each may end in `*`), creation, and success of delivery."""
    conditions: list[str] = []
    values: list[Any] = []
    wanted = call.get("types") or ([call.params["type"]] if call.get("type") else [])
    if wanted:
        conditions.append("(" + " OR ".join(["type GLOB ?"] * len(wanted)) + ")")
        values.extend(wanted)
    delivered = call.get("delivery_success")
    if delivered is not None:
        unsettled = "SELECT event FROM deliveries WHERE state <> 'delivered'"
        conditions.append(f"id {'NOT IN' if delivered else 'IN'} ({unsettled})")
    return listing.page(call, "event", conditions, values)
