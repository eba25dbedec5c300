"""Which answers are tried again, and when; what a receiver may ask for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from webhooks import schedule
from webhooks.transport import Answer


def date(**later: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(**later), usegmt=True)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        *[("", 0), ("120", 120), (" 7 ", 7), ("0", 0), ("-5", 0), ("1.5", 0), ("soon", 0)],
        *[("999999999999999999999", 86_400), ("²", 0), ("١٢", 0)],
        pytest.param(date(hours=-1), 0, id="an hour ago"),
        pytest.param(date(days=9), 86_400, id="in nine days"),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
        *[("Wed, 99 Foo 2026 99:99:99 GMT", 0), ("Sun, 06 Nov 1994 08:49:37 -0000", 0)],
    ],
)
def test_what_retry_after_asks_for(said, seconds):
    assert schedule.asked_for(Answer(429, "", said)) == timedelta(seconds=seconds)
    assert schedule.asked_for(Answer(503, "", said)) == timedelta(seconds=seconds)
    # Of other answers it means something else (a redirect's), or nothing.
    assert schedule.asked_for(Answer(301, "", said)) == timedelta()


def test_a_date_in_an_hour_is_about_an_hour():
    asked = schedule.asked_for(Answer(503, "", date(hours=1)))
    assert timedelta(minutes=59) < asked <= timedelta(hours=1)


def test_the_schedule_is_not_shortened_by_what_is_asked_for():
    wait = schedule.wait(3, Answer(429, "", "1"))
    assert wait is not None
    assert 1_620 <= wait.total_seconds() <= 1_980


@pytest.mark.parametrize("code", [None, 100, 301, 307, 408, 425, 429, 500, 502, 503, 504, 599])
def test_what_passes_is_tried_again(code):
    assert schedule.passes(Answer(code, ""))


@pytest.mark.parametrize("code", [400, 401, 403, 404, 405, 410, 418, 422, 451, 499])
def test_what_is_refused_is_not(code):
    assert not schedule.passes(Answer(code, ""))
    assert schedule.wait(1, Answer(code, "")) is None
