"""What of a part a shopper may send back, for which reasons and until when: the one place that says so.

Each who only changed their mind has the shop's days to do so, counted from the day on which the
last parcel came; what came damaged, wrong or not as described may be sent back for two years. As
long as nobody has said that the last parcel came, no time has begun to run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from catalogue.arrivals import zone
from checkout.models import Order, OrderLine
from fulfilment import steps
from fulfilment.models import FulfilmentOrder, Return, ReturnLine, Shipment, ShipmentLine
from fulfilment.parts import left_of

Reason = ReturnLine.Reason
Parcel = Shipment.Status
# Whoever changes their mind says no more than that; “something else” is the shop's to judge.
CHANGES_OF_MIND = (Reason.CHANGED_MIND, Reason.DOES_NOT_FIT, Reason.OTHER)
FAULTS = (Reason.DAMAGED, Reason.WRONG_ITEM, Reason.NOT_AS_DESCRIBED)
FAULT_YEARS = 2
# What is in these never reached the shopper.
NOT_THERE = (Parcel.LOST, Parcel.RETURNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Returnable:
    """What is left of a part to send back; `delivered` is None while it has not all come."""

    part: FulfilmentOrder
    lines: Sequence[tuple[OrderLine, int]]
    delivered: date | None
    today: date

    def last_day(self, reason: str) -> date | None:
        """The last day on which it may be asked for with `reason`; None: no time runs yet."""
        if self.delivered is None:
            return None
        if reason in FAULTS:
            return _years_after(self.delivered, FAULT_YEARS)
        return self.delivered + timedelta(days=self.part.merchant.withdrawal_days)

    @property
    def reasons(self) -> list[Reason]:
        """Those that may be given today."""
        last = {reason: self.last_day(reason) for reason in Reason}
        return [reason for reason, day in last.items() if day is None or self.today <= day]

    @property
    def pieces(self) -> dict[int, int]:
        """A line's primary key → pieces of it that may be sent back."""
        return {line.pk: count for line, count in self.lines}


def of(part: FulfilmentOrder) -> Returnable:
    """What is left of `part`; six statements. It holds as long as the caller holds the order's lock."""
    lines = steps.lines_of(part)
    return Returnable(
        part=part,
        lines=_left(part, lines),
        delivered=_delivered(part, lines),
        today=timezone.now().astimezone(zone(part.merchant.time_zone)).date(),
    )


def parts_of(order: Order) -> list[Returnable]:
    """Each shop's part of a paid order of which something may be sent back today."""
    if order.status != Order.Status.PAID:
        return []
    parts = FulfilmentOrder.objects.filter(order=order, shipments__isnull=False).distinct()
    found = [of(part) for part in parts.select_related("merchant").order_by("pk")]
    return [each for each in found if each.lines and each.reasons]


def counted(lines: Collection[OrderLine], *, statuses: Collection[str]) -> Mapping[int, int]:
    """Pieces of each of `lines`, by its primary key, in returns that have one of `statuses`."""
    pieces: Counter[int] = Counter()
    for each in ReturnLine.objects.filter(line__in=lines, parent__status__in=statuses):
        pieces[each.line_id] += each.counted
    return pieces


def _left(part: FulfilmentOrder, lines: Sequence[OrderLine]) -> list[tuple[OrderLine, int]]:
    """No more than was sent, less what is coming back or came; nor than was not given back yet."""
    sent: Counter[int] = Counter()
    there = ShipmentLine.objects.filter(shipment__fulfilment_order=part)
    for each in there.exclude(shipment__status__in=NOT_THERE):
        sent[each.line_id] += each.quantity
    back = counted(lines, statuses=Return.COUNTING)
    coming = counted(lines, statuses=Return.OPEN)
    found = []
    for line in lines:
        kept = line.quantity - line.refunded_quantity - coming.get(line.pk, 0)
        left = min(sent[line.pk] - back.get(line.pk, 0), kept)
        if left > 0:
            found.append((line, left))
    return found


def _delivered(part: FulfilmentOrder, lines: Sequence[OrderLine]) -> date | None:
    """The day, where the shop is, on which the last of its parcels came; None as long as one may
    still come."""
    parcels = part.shipments.exclude(status__in=NOT_THERE)
    came = [each.moved_at for each in parcels if each.status == Parcel.DELIVERED]
    if any(each.status != Parcel.DELIVERED for each in parcels) or any(map(left_of, lines)):
        return None
    known = [moment for moment in came if moment is not None]
    return max(known).astimezone(zone(part.merchant.time_zone)).date() if known else None


def _years_after(day: date, years: int) -> date:
    """The same day of a later year; of a leap day, the last of February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
