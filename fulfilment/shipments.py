"""Parcels that left a merchant: every change of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.mails import Mail, enqueue_all
from accounts.models import User
from checkout import order_news
from fulfilment import parcel_letters, payloads, steps
from fulfilment.carriers import tracking_url
from fulfilment.models import FulfilmentOrder, Shipment, ShipmentEvent, TrackingEvent
from fulfilment.parts import Part, part_of
from fulfilment.steps import TransitionRefused
from fulfilment.tracking_codes import tracking_code
from webhooks.events import Record, record_all

Status = Shipment.Status
# What the shopper is written of a parcel, once each.
LETTERS: dict[str, Callable[[Part, Shipment], Mail]] = {
    Status.OUT_FOR_DELIVERY: parcel_letters.out_for_delivery,
    Status.DELIVERED: parcel_letters.delivered,
    Status.FAILED_ATTEMPT: parcel_letters.delivery_failed,
}


def create(
    fulfilment_order: FulfilmentOrder, *, carrier: str, tracking_number: str, key: str = ""
) -> Shipment:
    """Write the parcel with its tracking link, in the caller's transaction.

    Raises django.core.exceptions.ValidationError for a missing carrier or overlong words.
    """
    shipment = Shipment(fulfilment_order=fulfilment_order, key=key or None)
    _address(shipment, carrier=carrier, tracking_number=tracking_number)
    shipment.save()
    return shipment


def move(shipment: Shipment, status: str, *, actor: User | None, note: str = "") -> Shipment:
    """Take the step to `status` now; see `_take`. One transaction; locks the part.

    Raises TransitionRefused; then nothing is changed.
    """
    with transaction.atomic():
        part = steps.lock(shipment.fulfilment_order_id)
        moved = _take(shipment, status, at=timezone.now(), actor=actor, note=note)
        if not moved:
            raise TransitionRefused(shipment.status, status, Status)
        _tell(part, shipment, actor=actor)
    return shipment


def move_all(
    fulfilment_order: FulfilmentOrder, status: str, *, actor: User | None, note: str = ""
) -> FulfilmentOrder:
    """The same for each parcel of a part that is sent as a whole and can take the step.

    Raises TransitionRefused where some of it is still to be sent, or none of them can.
    """
    with transaction.atomic():
        part = steps.lock(fulfilment_order.pk)
        sent = part.status not in FulfilmentOrder.TO_SEND
        parcels = part.shipments.order_by("id") if sent else ()
        now = timezone.now()
        moved = [each for each in parcels if _take(each, status, at=now, actor=actor, note=note)]
        for shipment in moved:
            _tell(part, shipment, actor=actor)
        if not moved:
            raise TransitionRefused(part.status, status)
    fulfilment_order.refresh_from_db(fields=["status", "updated_at"])
    return fulfilment_order


def report(shipment: Shipment, event: TrackingEvent) -> bool:
    """Take the step that a carrier's report is, where the table knows it and nothing newer is known.

    In the caller's transaction. Locks the part. A report of what is known already moves nothing, and
    neither does an older one that comes late. Returns whether it moved.
    """
    part = steps.lock(shipment.fulfilment_order_id)
    shipment.refresh_from_db()
    at = min(event.happened_at, timezone.now())
    if not event.moves_to or (shipment.moved_at is not None and at < shipment.moved_at):
        return False
    if event.moves_to == shipment.status:
        Shipment.objects.filter(pk=shipment.pk).update(moved_at=at)
        return False
    if not _take(shipment, event.moves_to, at=at, actor=None, note=event.place):
        return False
    _tell(part, shipment, actor=None)
    return True


def correct(
    shipment: Shipment, *, carrier: str, tracking_number: str, actor: User | None
) -> Shipment:
    """Put right who carries it and its number; history keeps what stood there.

    In the caller's transaction (fulfilment.reports.correct, which carries over what was reported of
    either number). Locks the part. Raises ValidationError as `create` does.
    """
    part = steps.lock(shipment.fulfilment_order_id)
    shipment.refresh_from_db()
    before = str(shipment)
    _address(shipment, carrier=carrier, tracking_number=tracking_number)
    if str(shipment) == before:
        return shipment
    shipment.save(update_fields=["carrier", "tracking_number", "tracking_code", "tracking_url"])
    note = _("before: %(carrier)s") % {"carrier": before}
    ShipmentEvent.objects.create(
        shipment=shipment,
        status=shipment.status,
        actor=actor,
        note=note[:200],
        happened_at=timezone.now(),
    )
    record_all([event_of(part_of(part), shipment, type="shipment.updated")])
    return shipment


def event_of(part: Part, shipment: Shipment, *, type: str) -> Record:
    """What subscribers hear of one parcel: its part with all of them, and which one it is."""
    return Record(
        type=type,
        subject=str(part.fulfilment_order.public_id),
        merchant_id=part.merchant.pk,
        payload={**payloads.fulfilment_order(part), "shipment": str(shipment.public_id)},
    )


def _address(shipment: Shipment, *, carrier: str, tracking_number: str) -> None:
    """Who carries it under which number, and where that is shown."""
    shipment.carrier = carrier.strip()
    shipment.tracking_number = " ".join(tracking_number.split())
    shipment.tracking_code = tracking_code(tracking_number)
    shipment.tracking_url = tracking_url(carrier, tracking_number)
    shipment.full_clean(exclude=["fulfilment_order", "key"], validate_constraints=False)


def _take(shipment: Shipment, status: str, *, at: datetime, actor: User | None, note: str) -> bool:
    """Write the step and its history, if the transition table knows it; the one place that asks it."""
    sources = [s for s, targets in Shipment.TRANSITIONS.items() if status in targets]
    moved = Shipment.objects.filter(pk=shipment.pk, status__in=sources).update(
        status=status, moved_at=at
    )
    shipment.refresh_from_db(fields=["status", "moved_at"])
    if moved:
        ShipmentEvent.objects.create(
            shipment=shipment, status=status, actor=actor, note=note[:200], happened_at=at
        )
    return bool(moved)


def _tell(fulfilment_order: FulfilmentOrder, shipment: Shipment, *, actor: User | None) -> None:
    """Have the part follow its parcel, and tell the shopper and subscribers of the step."""
    steps.follow(fulfilment_order, actor=actor)
    part = part_of(fulfilment_order)
    record_all([event_of(part, shipment, type="shipment.updated")])
    if shipment.status in LETTERS:
        enqueue_all([LETTERS[shipment.status](part, shipment)])
    if shipment.status == Status.DELIVERED:
        order_news.delivered(part.order, shop=part.merchant.name, parcel=shipment.public_id)
