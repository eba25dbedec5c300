"""When a parcel arrives: before and after the cut-off, over weekends, in the shop's own time."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from catalogue.arrivals import add_working, window


def arrives(
    now: datetime, *, time_zone: str = "Europe/Paris", cut_off: int = 14
) -> tuple[int, int]:
    first, last = window(now, time_zone=time_zone, cut_off=cut_off, min_days=2, max_days=4)
    assert (first.month, last.month) == (11, 11)
    return first.day, last.day


# In November 2026 the 23rd is a Monday; Paris is an hour ahead of UTC.
@pytest.mark.parametrize(
    ("now", "days"),
    [
        (datetime(2026, 11, 9, 12, 59, tzinfo=UTC), (11, 13)),
        (datetime(2026, 11, 9, 13, 0, tzinfo=UTC), (12, 16)),
        (datetime(2026, 11, 13, 13, 0, tzinfo=UTC), (18, 20)),  # Friday after two: Monday
        (datetime(2026, 11, 14, 8, 0, tzinfo=UTC), (18, 20)),  # Saturday
        (datetime(2026, 11, 15, 22, 59, tzinfo=UTC), (18, 20)),  # Sunday, to its last minute
        (datetime(2026, 11, 15, 23, 0, tzinfo=UTC), (18, 20)),  # Monday in Paris already
    ],
)
def test_what_is_paid_before_the_cut_off_leaves_that_working_day(
    now: datetime, days: tuple[int, int]
) -> None:
    assert arrives(now) == days


def test_the_cut_off_strikes_in_the_shops_own_time() -> None:
    now = datetime(2026, 11, 10, 20, tzinfo=UTC)
    assert arrives(now, time_zone="America/New_York", cut_off=16) == (12, 16)
    assert arrives(now, time_zone="America/New_York", cut_off=15) == (13, 17)
    assert arrives(now, time_zone="Pacific/Auckland", cut_off=16) == (13, 17)
    assert arrives(now, cut_off=24) == (12, 16)
    assert arrives(now, cut_off=0) == (13, 17)


def test_working_days_leave_weekends_out() -> None:
    for start in range(9, 16):
        day = date(2026, 11, start)
        walked = day
        while walked.weekday() > 4:
            walked = walked.fromordinal(walked.toordinal() + 1)
        for count in range(30):
            assert add_working(day, count) == walked
            walked = walked.fromordinal(walked.toordinal() + 1)
            while walked.weekday() > 4:
                walked = walked.fromordinal(walked.toordinal() + 1)
