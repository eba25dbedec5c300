"""Anything that a webhook can tell, made to happen in a test space."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from catalogue import products, stock
from catalogue.models import Merchant
from checkout import gateway, payments
from checkout.errors import TestModeOff
from fulfilment import cancellations, fulfilment_orders, return_refunds, return_worth, returns
from fulfilment import test_stage as stage
from fulfilment.cancellations import By
from fulfilment.return_errors import NoAddress
from webhooks import events, samples
from webhooks.models import Event
from webhooks.types import TYPES

log = logging.getLogger(__name__)

# Why something cannot be played here; a sample tells of it instead.
CANNOT = (TestModeOff, gateway.GatewayError, stage.NotPaid, NoAddress)


class TriggerRefused(Exception):
    """Nothing happened."""

    code = "trigger_refused"


@dataclass(frozen=True, slots=True)
class Triggered:
    """`happened` are the events of the type that was asked for, the newest first; `is_sample` says
    that nothing but the event itself was made. None are there yet where Stripe takes its time."""

    happened: list[Event]
    is_sample: bool


def trigger(twin: Merchant, type_: str) -> Triggered:
    """Make an event of `type_` happen in a test space, by the verbs that make it happen elsewhere.

    What goes before it happens, too: a parcel is of an order that was placed and paid. Where it
    cannot be played (no keys of test mode, or Stripe is away), an event with the documented payload
    is written, with `"sample": true` in it. Never inside a transaction. Raises TriggerRefused for
    what is no test space, and for a type that no event has.
    """
    if not twin.is_test:
        raise TriggerRefused(_("Only in a test space events happen for the asking."))
    if type_ not in TYPES:
        raise TriggerRefused(_("“%(type)s” is no event type.") % {"type": type_[:60]})
    theirs = Event.objects.filter(merchant=twin, type=type_)
    last = theirs.order_by("-pk").values_list("pk", flat=True).first() or 0
    try:
        PLAYS[type_](twin)
    except CANNOT as error:
        log.info("%s is told of by a sample: %s", type_, error)
        return Triggered([_sample(twin, type_)], is_sample=True)
    return Triggered(list(theirs.filter(pk__gt=last).order_by("-pk")), is_sample=False)


def _sample(twin: Merchant, type_: str) -> Event:
    payload = samples.payload(type_, merchant=str(twin.public_id))
    subject = samples.subject(payload)
    with transaction.atomic():
        return events.record(
            type_, subject=subject, merchant_id=twin.pk, payload={**payload, "sample": True}
        )


def _product_created(twin: Merchant) -> None:
    stage.new_product(twin)


def _product_updated(twin: Merchant) -> None:
    title = f"Test product {stage.sku()}"
    products.edit(stage.product(twin), actor=None, fields={"title": title})


def _stock_changed(twin: Merchant) -> None:
    stock.adjust(stage.variant(twin), delta=1, actor=None, note="test event")


def _order_placed(twin: Merchant) -> None:
    stage.placed(twin)


def _order_paid(twin: Merchant) -> None:
    stage.paid(twin)


def _order_cancelled(twin: Merchant) -> None:
    payments.cancel_unpaid(stage.placed(twin).pk, reason="shopper")


def _payment_failed(twin: Merchant) -> None:
    stage.tried(stage.placed(twin), stage.DECLINED)


def _order_refunded(twin: Merchant) -> None:
    stage.refunded(stage.paid(twin))


def _refund_failed(twin: Merchant) -> None:
    stage.refused_refund(stage.paid(twin))


def _order_disputed(twin: Merchant) -> None:
    stage.disputed(stage.paid(twin, stage.DISPUTED))


def _opened(twin: Merchant) -> None:
    stage.opened(twin)


def _packed(twin: Merchant) -> None:
    fulfilment_orders.pack(stage.opened(twin), actor=None)


def _part_cancelled(twin: Merchant) -> None:
    order_id = stage.opened(twin).order_id
    cancellations.cancel(order_id, merchant_id=twin.pk, by=By.SHOP)


def _sent(twin: Merchant) -> None:
    stage.sent(twin)


def _out_for_delivery(twin: Merchant) -> None:
    fulfilment_orders.mark_out_for_delivery(stage.sent(twin), actor=None)


def _delivered(twin: Merchant) -> None:
    stage.delivered(twin)


def _return_requested(twin: Merchant) -> None:
    stage.asked_back(twin)


def _return_approved(twin: Merchant) -> None:
    stage.approved(twin)


def _return_refused(twin: Merchant) -> None:
    returns.refuse(stage.asked_back(twin), answer="This is a test.", actor=None)


def _return_withdrawn(twin: Merchant) -> None:
    returns.withdraw(stage.asked_back(twin), actor=None)


def _return_expired(twin: Merchant) -> None:
    returns.expire(stage.approved(twin))


def _return_received(twin: Merchant) -> None:
    stage.received(twin)


def _return_refunded(twin: Merchant) -> None:
    row = stage.received(twin)
    part = row.fulfilment_order
    worth = return_worth.worth(part, return_worth.came(row))
    asked = return_worth.asked_of(return_worth.left_of_part(part), return_worth.came(row))
    return_refunds.refund(row, asked=asked, amount=worth.amount, reason="return", actor=None)


PLAYS: dict[str, Callable[[Merchant], None]] = {
    "fulfilment_order.cancelled": _part_cancelled,
    "fulfilment_order.delivered": _delivered,
    "fulfilment_order.opened": _opened,
    "fulfilment_order.out_for_delivery": _out_for_delivery,
    "fulfilment_order.packed": _packed,
    "order.cancelled": _order_cancelled,
    "order.disputed": _order_disputed,
    "order.paid": _order_paid,
    "order.placed": _order_placed,
    "order.refund_failed": _refund_failed,
    "order.refunded": _order_refunded,
    "payment.failed": _payment_failed,
    "payment.refunded": _order_refunded,
    "product.created": _product_created,
    "product.updated": _product_updated,
    "return.approved": _return_approved,
    "return.expired": _return_expired,
    "return.received": _return_received,
    "return.refunded": _return_refunded,
    "return.refused": _return_refused,
    "return.requested": _return_requested,
    "return.withdrawn": _return_withdrawn,
    "shipment.created": _sent,
    "shipment.updated": _out_for_delivery,
    "stock.changed": _stock_changed,
}
