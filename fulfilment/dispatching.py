"""What leaves a shop: some or all of the pieces that are left of a part, in one parcel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.mails import enqueue_all
from accounts.models import User
from checkout import order_news
from checkout.models import Order, OrderLine
from fulfilment import parcel_letters, reports, shipments, steps
from fulfilment.models import (
    FulfilmentOrder,
    Shipment,
    ShipmentEvent,
    ShipmentLine,
)
from fulfilment.parts import left_of, part_of
from fulfilment.steps import NothingToSend, TransitionRefused
from fulfilment.tracking_codes import hold, tracking_code
from shopping import rows
from webhooks.events import record_all

Status = FulfilmentOrder.Status


class NotLeft(TransitionRefused):
    """More pieces than are left to send; nothing was changed."""

    def __init__(self, fulfilment_order: FulfilmentOrder, line: OrderLine, *, left: int) -> None:
        super().__init__(fulfilment_order.status, Status.PARTLY_SHIPPED)
        self.title, self.left = line.title, left

    def __str__(self) -> str:
        said = ngettext(
            "Of “%(title)s” only %(left)d piece is left to send.",
            "Of “%(title)s” only %(left)d pieces are left to send.",
            self.left,
        )
        return said % {"title": self.title, "left": self.left}


def dispatch(
    fulfilment_order: FulfilmentOrder,
    *,
    lines: Mapping[int, int] | None,
    carrier: str,
    tracking_number: str,
    actor: User | None,
    key: str = "",
) -> Shipment:
    """Hand a parcel to `carrier`; the shopper and subscribers are told.

    `lines`: an order line's primary key → pieces; None is everything that is left. A `key`, of at
    most 64 characters, makes of any number of calls for the same part one parcel, which all of them
    return. One transaction; it locks the tracking number, the order, as refunds and cancellations
    do, and the part. Raises ValidationError for a missing carrier, no pieces, or a line of another's;
    NotLeft, NothingToSend, TransitionRefused; then nothing is changed.
    """
    with transaction.atomic():
        hold(fulfilment_order.merchant_id, tracking_code(tracking_number))
        rows.lock(Order, fulfilment_order.order_id)
        part = steps.lock(fulfilment_order.pk)
        made = part.shipments.filter(key=key).first() if key else None
        if made is None:
            chosen = _chosen(part, lines)
            made = shipments.create(part, carrier=carrier, tracking_number=tracking_number, key=key)
            _fill(made, chosen, actor=actor)
            steps.follow(part, actor=actor)
            _tell(part, made)
            reports.attach(made)
    fulfilment_order.refresh_from_db(fields=["status", "updated_at"])
    return made


def _chosen(
    part: FulfilmentOrder, lines: Mapping[int, int] | None
) -> Sequence[tuple[OrderLine, int]]:
    """The lines with the pieces of each that this parcel takes. The caller holds the order's lock."""
    found = steps.lines_of(part)
    if part.status == Status.CANCELLED:
        raise TransitionRefused(part.status, Status.SHIPPED)
    if not any(left_of(line) for line in found):
        refused = NothingToSend if part.status in part.UNSENT else TransitionRefused
        raise refused(part.status, Status.SHIPPED)
    if lines is None:
        return [(line, left_of(line)) for line in found if left_of(line)]
    if lines.keys() - {line.pk for line in found} or min(lines.values(), default=0) < 0:
        raise ValidationError(_("These are no pieces of this order. Look again."))
    chosen = [(line, lines[line.pk]) for line in found if lines.get(line.pk)]
    if not chosen:
        raise ValidationError(_("Choose what is in the parcel: at least one piece."))
    for line, pieces in chosen:
        if pieces > left_of(line):
            raise NotLeft(part, line, left=left_of(line))
    return chosen


def _fill(
    shipment: Shipment, chosen: Sequence[tuple[OrderLine, int]], *, actor: User | None
) -> None:
    """Write what is in the parcel, count it, and begin its history."""
    rows.insert(
        [ShipmentLine(shipment=shipment, line=line, quantity=pieces) for line, pieces in chosen]
    )
    for line, pieces in chosen:
        OrderLine.objects.filter(pk=line.pk).update(
            dispatched_quantity=F("dispatched_quantity") + pieces
        )
    ShipmentEvent.objects.create(
        shipment=shipment, status=shipment.status, actor=actor, happened_at=timezone.now()
    )


def _tell(fulfilment_order: FulfilmentOrder, shipment: Shipment) -> None:
    """The shopper by letter and among their notifications, and subscribers."""
    part = part_of(fulfilment_order)
    record_all([shipments.event_of(part, shipment, type="shipment.created")])
    enqueue_all([parcel_letters.shipped(part, shipment)])
    order_news.sent(part.order, shop=part.merchant.name, parcel=shipment.public_id)
