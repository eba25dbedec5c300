"""A merchant's days: what is kept of finished ones, and where those begin that are not kept yet.

Money that moves is booked at the moment when it moves, so a finished day never changes: it is added
up once, an hour after its end, as checkout.months closes months. Whatever is not kept yet is read
from the ledger itself, so that figures are right however far behind the sweep is.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from catalogue.models import Merchant
from checkout import months
from checkout.months import SETTLES_IN
from desk.models import KeptDays
from desk.sums import BOUNDS, MONEY, POSTS, PRODUCTS
from shopping import rows

log = logging.getLogger(__name__)

DAY = timedelta(days=1)
# Days that are added up in one transaction: a second or two at some thousand orders a day.
SLICE = 31

TABLES = {
    "desk_daymoney": (MONEY, "orders, sales, refunds, refunded, disputed, fees, sent"),
    "desk_dayproduct": (PRODUCTS, "product_id, orders, pieces, sales, returned, refunded"),
    "desk_daypost": (POSTS, "post_id, orders, pieces, sales"),
}
KEEP = """
INSERT INTO {table} (merchant_id, day, currency, {names})
SELECT %(merchant)s::bigint, (%(days)s::date[])[place], currency, {names} FROM ({sums}) added_up
"""
KEEPS = [
    KEEP.format(table=table, names=names, sums=sums) for table, (sums, names) in TABLES.items()
]
# Who has money that moved and a day that is over and not kept; the earliest end of a day first. Test
# spaces have no figures.
BEHIND = """
SELECT merchant.id FROM catalogue_merchant merchant
LEFT JOIN desk_keptdays kept ON kept.merchant_id = merchant.id
WHERE (kept.ends_at IS NULL OR kept.ends_at <= %(over)s) AND merchant.test_of_id IS NULL
  AND EXISTS (SELECT FROM checkout_ledgerentry entry WHERE entry.merchant_id = merchant.id)
ORDER BY kept.ends_at NULLS FIRST, merchant.id
"""


@dataclass(frozen=True, slots=True)
class Days:
    """Days that follow each other; `begins` are their beginnings, `ends_at` the end of the last."""

    merchant_id: int
    days: Sequence[date]
    begins: Sequence[datetime]
    ends_at: datetime

    def values(self) -> dict[str, object]:
        """What the statements of desk.sums take; one statement."""
        moments = {"first": self.begins[0], "ends_at": self.ends_at}
        [(low, high)] = rows.run_named(BOUNDS, moments)
        return {
            "merchant": self.merchant_id,
            "days": list(self.days),
            "begins": list(self.begins),
            "ends_at": self.ends_at,
            "low": low,
            "high": high,
        }


def today(merchant: Merchant) -> date:
    """The day that it is in the merchant's time zone."""
    return timezone.now().astimezone(ZoneInfo(merchant.time_zone)).date()


def open_days(merchant: Merchant) -> Days | None:
    """From the first day that is not kept to the present one; None before any money has moved."""
    kept = KeptDays.objects.filter(merchant=merchant).first() or _begun(merchant)
    return None if kept is None else _open(merchant, kept)


def keep_finished(*, until: datetime) -> None:
    """Keep the days of all merchants that are over, and stop at `until`: the next sweep goes on."""
    over = timezone.now() - SETTLES_IN - DAY
    for (merchant_id,) in rows.run_named(BEHIND, {"over": over}):
        try:
            while keep_some(merchant_id) and timezone.now() < until:
                pass
        except Exception:
            log.exception("the days of merchant %s were not added up", merchant_id)
        if timezone.now() >= until:
            return


def keep_some(merchant_id: int) -> bool:
    """Add up the next SLICE of finished days, or fewer; whether there were any.

    Locks the merchant's row of KeptDays: of two at once the second goes on where the first ended.
    """
    merchant = Merchant.objects.get(pk=merchant_id)
    with transaction.atomic():
        kept = _kept(merchant)
        if kept is None:
            return False
        found = _open(merchant, kept)
        finished = _finished(found)
        if not finished:
            return False
        ends = [*found.begins, found.ends_at]
        some = Days(merchant.pk, found.days[:finished], found.begins[:finished], ends[finished])
        values = some.values()
        for text in KEEPS:
            rows.run_named(text, values)
        kept.last, kept.ends_at = some.days[-1], some.ends_at
        kept.save()
    return True


def _kept(merchant: Merchant) -> KeptDays | None:
    """The merchant's row, locked; where there was none, one that keeps nothing yet."""
    kept = KeptDays.objects.select_for_update().filter(merchant=merchant).first()
    if kept is not None:
        return kept
    begun = _begun(merchant)
    if begun is None:
        return None
    KeptDays.objects.bulk_create([begun], ignore_conflicts=True)
    return KeptDays.objects.select_for_update().get(merchant=merchant)


def _begun(merchant: Merchant) -> KeptDays | None:
    """Nothing is kept from the day on which money first moved; None before any has."""
    moved_at = months.first_movement(merchant)
    if moved_at is None:
        return None
    zone = ZoneInfo(merchant.time_zone)
    first = moved_at.astimezone(zone).date()
    return KeptDays(merchant=merchant, last=first - DAY, ends_at=_midnight(first, zone))


def _open(merchant: Merchant, kept: KeptDays) -> Days:
    zone, now = ZoneInfo(merchant.time_zone), timezone.now()
    day, begins_at = kept.last + DAY, kept.ends_at
    days: list[date] = []
    begins: list[datetime] = []
    while not days or begins_at <= now:
        days.append(day)
        begins.append(begins_at)
        # A shop that moved eastwards may have a day that ends as it begins.
        day, begins_at = day + DAY, max(_midnight(day + DAY, zone), begins_at)
    return Days(merchant.pk, days, begins, begins_at)


def _finished(found: Days) -> int:
    """How many of the days are over for good, SLICE at most."""
    settled = timezone.now() - SETTLES_IN
    ends = [*found.begins[1:], found.ends_at][:SLICE]
    return sum(1 for each in ends if each <= settled)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
