"""What carriers say of parcels: matched with the parcel by its number, once, whenever either comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from fulfilment import shipments
from fulfilment.models import Shipment, TrackingEvent
from fulfilment.tracking_codes import hold, tracking_code
from shopping import rows

BATCH = 200
OVER = [status for status, targets in Shipment.TRANSITIONS.items() if not targets]
# Once a parcel where it has one, else once a merchant and number.
KEEP = """
INSERT INTO fulfilment_trackingevent
    (merchant_id, tracking_code, shipment_id, external_id, status, moves_to, description, place,
     happened_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One thing that a carrier says happened, whatever its format.

    `status` is the carrier's own word, `moves_to` the step of a parcel that it is, or empty.
    `external_id` tells reports of one parcel apart; `shipment` is our public id, where it is known.
    """

    tracking_number: str
    external_id: str
    status: str
    moves_to: str
    happened_at: datetime
    description: str = ""
    place: str = ""
    shipment: UUID | None = None


def apply(merchant_id: int, report: Report) -> None:
    """Keep a report of a merchant's connection, and take the step that it is; any number of times.

    One transaction; it locks the tracking number, then each parcel's part. A number that no parcel
    of the merchant's has is kept, and waits for one; another merchant's parcel is never looked at.
    """
    code = tracking_code(report.tracking_number)
    with transaction.atomic():
        hold(merchant_id, code)
        found = _parcels(merchant_id, code, public_id=report.shipment)
        for shipment in found:
            event = _keep(merchant_id, code, report, shipment=shipment)
            if event is not None:
                shipments.report(shipment, event)
        if not found and code:
            _keep(merchant_id, code, report, shipment=None)


def attach(shipment: Shipment) -> None:
    """Give a parcel what was reported of its number before it was there, and the steps in that.

    What the parcel was told by its own name already is not kept twice. In the caller's transaction,
    which holds the tracking number.
    """
    if not shipment.tracking_code:
        return
    waiting = TrackingEvent.objects.filter(
        merchant=shipment.fulfilment_order.merchant_id,
        tracking_code=shipment.tracking_code,
        shipment=None,
    )
    known = set(shipment.tracking.values_list("external_id", flat=True))
    for event in waiting.order_by("happened_at", "id"):
        if event.external_id in known:
            event.delete()
            continue
        event.shipment = shipment
        event.save(update_fields=["shipment"])
        shipments.report(shipment, event)


def correct(
    shipment: Shipment, *, carrier: str, tracking_number: str, actor: User | None
) -> Shipment:
    """Put right a mistyped number, or who carries the parcel.

    What was reported of the number before leaves the parcel, and waits for whose it is; what was
    reported of the right one comes to it. Steps that were taken stay, for nobody can say what was
    true of them. One transaction; locks the new number, then the part. Raises ValidationError; then
    nothing is changed.
    """
    with transaction.atomic():
        merchant_id = shipment.fulfilment_order.merchant_id
        hold(merchant_id, tracking_code(tracking_number))
        before = shipment.tracking_code
        shipments.correct(shipment, carrier=carrier, tracking_number=tracking_number, actor=actor)
        if shipment.tracking_code != before:
            _release(shipment)
            attach(shipment)
    return shipment


def unmatched() -> list[int]:
    """Parcels of whose numbers something waits: what was released when another was corrected."""
    waiting = TrackingEvent.objects.filter(
        merchant=OuterRef("fulfilment_order__merchant"),
        tracking_code=OuterRef("tracking_code"),
        shipment=None,
    )
    found = Shipment.objects.exclude(tracking_code="").filter(Exists(waiting))
    return list(found.order_by("id").values_list("pk", flat=True)[:BATCH])


def match(shipment_id: int) -> None:
    """`attach`, in a transaction of its own."""
    with transaction.atomic():
        shipment = Shipment.objects.select_related("fulfilment_order").get(pk=shipment_id)
        hold(shipment.fulfilment_order.merchant_id, shipment.tracking_code)
        attach(shipment)


def _parcels(merchant_id: int, code: str, *, public_id: UUID | None) -> Sequence[Shipment]:
    """Whose report it is. Two orders may travel in one parcel, and carriers use numbers again: so
    all of that number that are under way, or else the newest."""
    own = Shipment.objects.filter(fulfilment_order__merchant=merchant_id).order_by("id")
    if public_id is not None:
        return list(own.filter(public_id=public_id))
    if not code:
        return []
    found = list(own.filter(tracking_code=code))
    meant = [each for each in found if each.status not in OVER] or found[-1:]
    # As their parts are locked: in the order of their keys.
    return sorted(meant, key=attrgetter("fulfilment_order_id"))


def _keep(
    merchant_id: int, code: str, report: Report, *, shipment: Shipment | None
) -> TrackingEvent | None:
    """The report's row, or None where it was there already."""
    found = rows.run(
        KEEP,
        [
            merchant_id,
            code,
            shipment.pk if shipment else None,
            report.external_id[:120],
            report.status[:40],
            report.moves_to,
            report.description[:200],
            report.place[:120],
            report.happened_at,
        ],
    )
    return TrackingEvent.objects.get(pk=found[0][0]) if found else None


def _release(shipment: Shipment) -> None:
    """What was reported of another number waits for its parcel; what named the parcel stays."""
    wrong = shipment.tracking.exclude(tracking_code__in=[shipment.tracking_code, ""])
    for event in wrong:
        same = TrackingEvent.objects.filter(
            merchant=event.merchant_id,
            tracking_code=event.tracking_code,
            external_id=event.external_id,
            shipment=None,
        )
        if same.exists():
            event.delete()
        else:
            event.shipment = None
            event.save(update_fields=["shipment"])
