"""Which days somebody looks at, and the same number of days before them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

DAY = timedelta(days=1)
PRESETS = (7, 30, 90, 365)
USUAL = 30
# A year, and the day by which some are longer.
MOST = 366


@dataclass(frozen=True, slots=True)
class Range:
    """From `first` to `last`, both in it."""

    first: date
    last: date

    @property
    def length(self) -> int:
        """In days."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Range:
        """As many days, up to the one before it begins."""
        return Range(self.first - self.length * DAY, self.first - DAY)

    @property
    def days(self) -> list[date]:
        return [self.first + number * DAY for number in range(self.length)]


def last_days(length: int, *, today: date) -> Range:
    return Range(today - (length - 1) * DAY, today)


def chosen(asked: Mapping[str, str], *, today: date) -> Range:
    """What an address asks for: `from` and `to` as ISO dates, else the last `days`, else the usual.

    Raises ValidationError, which says what to write instead.
    """
    if asked.get("from") or asked.get("to"):
        return _between(asked.get("from", ""), asked.get("to", ""), today=today)
    typed = asked.get("days", str(USUAL))
    if typed not in {str(each) for each in PRESETS}:
        raise ValidationError(
            _("Choose 7, 30, 90 or 365 days, or write a first and a last day of your own.")
        )
    return last_days(int(typed), today=today)


def _between(first: str, last: str, *, today: date) -> Range:
    wanted = Range(_day(first), _day(last) if last else today)
    if wanted.first > wanted.last:
        raise ValidationError(_("The first day comes after the last one. Change one of them."))
    if wanted.first > today:
        raise ValidationError(_("The first day is in the future. Choose one up to today."))
    if wanted.length > MOST:
        raise ValidationError(
            _("These are %(days)d days. Choose %(most)d at most.")
            % {"days": wanted.length, "most": MOST}
        )
    return wanted


def _day(typed: str) -> date:
    try:
        found = parse_date(typed.strip())
    except ValueError:
        found = None
    # What came before is no day on which anybody sold anything here, and cannot be counted back from.
    if found is None or found.year < 2000:
        raise ValidationError(
            _("“%(typed)s” is not a day. Write one as in 2026-11-30.") % {"typed": typed}
        )
    return found
