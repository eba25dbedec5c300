"""When a parcel arrives: the shop's cut-off hour, then working days. Reads nothing.

Working days are Monday to Friday. Public holidays are not known here: a shop that wants to be on
the safe side promises a day more.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

WORKING = 5  # days a week, from Monday on

zone = lru_cache(maxsize=64)(ZoneInfo)


def window(
    now: datetime, *, time_zone: str, cut_off: int, min_days: int, max_days: int
) -> tuple[date, date]:
    """The first and the last day on which what is paid at `now` (aware) should arrive.

    It leaves the shop on the day that `leaving` says; the days of travel are working days.
    """
    leaves = leaving(now, time_zone=time_zone, cut_off=cut_off)
    return add_working(leaves, min_days), add_working(leaves, max_days)


def leaving(now: datetime, *, time_zone: str, cut_off: int) -> date:
    """The day on which what is paid at `now` (aware) leaves its shop.

    That is the day of `now` in `time_zone` (an IANA name), or the next working day once `cut_off` (an
    hour of that day, 0 to 24) has struck.
    """
    local = now.astimezone(zone(time_zone))
    leaves = local.date() if local.hour < cut_off else local.date() + timedelta(days=1)
    return add_working(leaves, 0)


def end_of(day: date, *, time_zone: str) -> datetime:
    """The moment at which `day` ends in `time_zone` (an IANA name)."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone(time_zone))


def add_working(day: date, count: int) -> date:
    """`count` working days after `day`; from a weekend they are counted from its Monday."""
    weekday = day.weekday()
    if weekday >= WORKING:
        day += timedelta(days=7 - weekday)
        weekday = 0
    weeks, rest = divmod(weekday + count, WORKING)
    return day + timedelta(days=weeks * 7 + rest - weekday)
