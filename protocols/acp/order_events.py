"""Telling agents what becomes of the orders that they placed by ACP: a row first, which the webhooks'
courier carries (docs/adr/0130)."""

from __future__ import annotations

import hashlib
import json

from django.db import transaction

from checkout.models import CheckoutSession, Order
from partners import agents
from protocols.acp import order_documents
from protocols.models import AcpConnection, AcpToldOrder
from shopping.ids import uuid_of
from webhooks import deliveries
from webhooks.models import Event


def tell(event: Event) -> bool:
    """Put the order that `event` is about on its way to its agent; whether it was.

    Nothing for an order of nobody's or one that is not paid, and where it is as it was told last.
    However often it is called, one event is told once. One transaction; locks the order's AcpToldOrder.
    """
    session = _session_of(event)
    if session is None or session.order is None or session.agent is None:
        return False
    connection = AcpConnection.objects.select_related("endpoint").filter(
        partner=agents.partner_of(session.agent), active=True, endpoint__active=True
    )
    found = connection.first()
    if found is None or found.endpoint is None:
        return False
    with transaction.atomic():
        order = session.order
        AcpToldOrder.objects.bulk_create([AcpToldOrder(order=order)], ignore_conflicts=True)
        told = AcpToldOrder.objects.select_for_update(no_key=True).get(order=order)
        # Read under the lock: what is told later is newer.
        order.refresh_from_db()
        document = order_documents.order(order, session)
        text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        digest = hashlib.sha256(text.encode()).hexdigest()
        kind = "order_update" if told.digest else "order_create"
        body = json.dumps({"type": kind, "data": document}, ensure_ascii=False)
        if digest == told.digest or not deliveries.put(event, found.endpoint, body=body):
            return False
        told.digest = digest
        told.save(update_fields=["digest", "updated_at"])
    return True


def _session_of(event: Event) -> CheckoutSession | None:
    said = event.payload.get("order")
    order_id = uuid_of(str(said.get("id") if isinstance(said, dict) else said))
    if order_id is None and event.type.startswith("order."):
        order_id = uuid_of(event.subject)
    if order_id is None:
        return None
    sessions = CheckoutSession.objects.select_related("order", "partner", "agent")
    found = sessions.filter(
        surface=CheckoutSession.Surface.ACP,
        order__public_id=order_id,
        order__paid_at__isnull=False,
    )
    return found.exclude(order__status=Order.Status.AWAITING_PAYMENT).first()
