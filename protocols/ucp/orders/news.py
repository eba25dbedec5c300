"""Telling platforms what becomes of their orders: a row first, which the webhooks' courier carries.

https://ucp.dev/2026-04-08/specification/order: events. docs/adr/0130 says how it goes.
"""

from __future__ import annotations

import hashlib
import json
import logging

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from checkout.models import Order
from protocols.models import OrderNewsMark, ToldOrder
from protocols.ucp import capabilities
from protocols.ucp.orders import documents, placed
from protocols.ucp.versions import VERSION
from shopping.ids import uuid_of
from webhooks import deliveries
from webhooks.models import Event

log = logging.getLogger(__name__)

TASK = "protocols.tell_platform_for_event"
BATCH = 500


def tell(event: Event) -> bool:
    """Put the order that `event` is about on its way to the platform that placed it.

    Nothing for an order of nobody's, one that is not paid, a platform without a webhook, and where the
    order is as it was told last. However often it is called, one event is told once. Returns whether it
    was put on its way. One transaction; locks the order's ToldOrder.
    """
    order = _order(event)
    session = placed.session_of(order) if order else None
    platform = placed.platform_of(session) if session else None
    if order is None or session is None or platform is None or platform.blocked:
        return False
    endpoint = platform.endpoint
    if endpoint is None or not endpoint.active:
        return False
    with transaction.atomic():
        ToldOrder.objects.bulk_create(
            [ToldOrder(order=order, platform=platform)], ignore_conflicts=True
        )
        told = ToldOrder.objects.select_for_update(no_key=True).get(order=order)
        # Read under the lock: what is told later is newer.
        order.refresh_from_db()
        text = _text(documents.order(order, session))
        digest = hashlib.sha256(text.encode()).hexdigest()
        if digest == told.digest or not deliveries.put(event, endpoint, body=text):
            return False
        told.digest = digest
        told.save(update_fields=["digest", "updated_at"])
    return True


def sweep() -> int:
    """Tell of what no hint reached: look through the log of events from where the last sweep ended.

    Returns how many events were looked at. One transaction, which locks the mark; two sweeps at once
    pass each other by. The first sweep of all begins with the events of now. What cannot be told is
    logged, and holds up nothing behind it.
    """
    with transaction.atomic():
        mark = OrderNewsMark.objects.select_for_update(skip_locked=True, no_key=True).first()
        if mark is None:
            _begin()
            return 0
        behind = Event.objects.filter(sequence__gt=mark.done_to).order_by("sequence")
        found = list(behind[:BATCH])
        for event in found:
            if TASK in settings.EVENT_TASKS.get(event.type, ()):
                _try(event)
        if found:
            mark.done_to = found[-1].sequence or mark.done_to
            mark.save(update_fields=["done_to"])
    return len(found)


def _try(event: Event) -> None:
    try:
        with transaction.atomic():
            tell(event)
    except Exception:
        log.exception("event %d was told to no platform", event.pk)


def _begin() -> None:
    """Write the mark, if there is none that somebody else holds."""
    last = Event.objects.aggregate(last=Max("sequence"))["last"] or 0
    OrderNewsMark.objects.bulk_create([OrderNewsMark(pk=1, done_to=last)], ignore_conflicts=True)


def _order(event: Event) -> Order | None:
    """Which paid order an event is about: messages of parcels and returns have it in themselves."""
    said = event.payload.get("order")
    public_id = uuid_of(str(said.get("id") if isinstance(said, dict) else said))
    if public_id is None:
        return None
    return Order.objects.filter(public_id=public_id, paid_at__isnull=False).first()


def _text(document: dict[str, object]) -> str:
    active = capabilities.answering(capabilities.ORDER, capabilities.ALL)
    ucp = {"version": VERSION, "status": "success", "capabilities": active}
    return json.dumps({"ucp": ucp, **document}, ensure_ascii=False, separators=(",", ":"))
