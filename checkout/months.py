"""A merchant's calendar months: where each begins and ends, and what is kept of a finished one.

A month is finished an hour after its end, when nothing that began in it can still be written. A sweep
closes it then: its end, its time zone and whose it was stay as they were, whatever the merchant
changes afterwards.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from catalogue.models import Merchant
from checkout.models import ClosedMonth
from shopping import rows

log = logging.getLogger(__name__)

# No transaction of ours is open for longer, by far.
SETTLES_IN = timedelta(hours=1)
FIRST = """
SELECT min(movement.created_at) FROM checkout_ledgerentry entry
JOIN checkout_ledgertransaction movement ON movement.id = entry.transaction_id
WHERE entry.merchant_id = %s
"""
# Whose last closed month may have been followed by another; no month is shorter.
OPEN = """
SELECT merchant.id FROM catalogue_merchant merchant
WHERE merchant.test_of_id IS NULL
  AND EXISTS (SELECT FROM checkout_ledgerentry entry WHERE entry.merchant_id = merchant.id)
  AND NOT EXISTS (SELECT FROM checkout_closedmonth closed
                  WHERE closed.merchant_id = merchant.id AND closed.ends_at > %s)
ORDER BY merchant.id
"""
SHORTEST = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Month:
    """From `begins_at` up to `ends_at`, in a time zone; `holder` says whose it is, `shows_gifts`
    whether its statement has a column for what our offers gave."""

    first: date
    begins_at: datetime
    ends_at: datetime
    time_zone: str
    holder: Mapping[str, str]
    shows_gifts: bool = True

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def last(self) -> date:
        """Its last day."""
        return _following(self.first) - timedelta(days=1)

    @property
    def is_final(self) -> bool:
        return timezone.now() >= self.ends_at + SETTLES_IN


def of(merchant: Merchant) -> list[Month]:
    """The merchant's months from the first in which money moved to the running one."""
    months = _closed(merchant)
    if not months:
        moved_at = first_movement(merchant)
        if moved_at is None:
            return []
        months = [_month(_day(moved_at, merchant).replace(day=1), merchant)]
    while months[-1].ends_at <= timezone.now():
        last = months[-1]
        months.append(_month(_following(last.first), merchant, begins_at=last.ends_at))
    return months


def first_movement(merchant: Merchant) -> datetime | None:
    """When money first moved for the merchant; reads all their entries."""
    [(moved_at,)] = rows.run(FIRST, [merchant.pk])
    return moved_at  # type: ignore[no-any-return]


def close_finished() -> None:
    """Close what has been finished since the last time; twice has the same effect."""
    for (merchant_id,) in rows.run(OPEN, [timezone.now() - SHORTEST]):
        try:
            close(Merchant.objects.get(pk=merchant_id))
        except Exception:
            log.exception("the months of merchant %s were not closed", merchant_id)


def close(merchant: Merchant) -> None:
    """Write down the merchant's finished months. Of two at once the first says how they were."""
    finished = [
        ClosedMonth(
            merchant=merchant,
            month=month.first,
            ends_at=month.ends_at,
            time_zone=month.time_zone,
            holder=month.holder,
        )
        for month in of(merchant)
        if month.is_final
    ]
    ClosedMonth.objects.bulk_create(finished, ignore_conflicts=True)


def _closed(merchant: Merchant) -> list[Month]:
    months: list[Month] = []
    for row in ClosedMonth.objects.filter(merchant_id=merchant.pk).order_by("month"):
        zone = ZoneInfo(row.time_zone)
        begins_at = months[-1].ends_at if months else _midnight(row.month, zone)
        kept = (row.ends_at, row.time_zone, row.holder, row.shows_gifts)
        months.append(Month(row.month, begins_at, *kept))
    return months


def _month(first: date, merchant: Merchant, *, begins_at: datetime | None = None) -> Month:
    """A month that is not closed, as the merchant has it today."""
    zone = ZoneInfo(merchant.time_zone)
    begins_at = begins_at or _midnight(first, zone)
    ends_at = _midnight(_following(first), zone)
    return Month(first, begins_at, ends_at, merchant.time_zone, merchant.on_paper)


def _day(moment: datetime, merchant: Merchant) -> date:
    return moment.astimezone(ZoneInfo(merchant.time_zone)).date()


def _following(month: date) -> date:
    """The first day of the next month."""
    return (month.replace(day=1) + timedelta(days=31)).replace(day=1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
