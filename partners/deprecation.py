"""What is to go from the API, and how its answers say so, a year before.

https://www.rfc-editor.org/rfc/rfc9745 (Deprecation), https://www.rfc-editor.org/rfc/rfc8594 (Sunset)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import http_date

# What docs/api.md promises.
NOTICE = timedelta(days=365)
RELATION = 'rel="deprecation"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecation:
    """An endpoint that new programs leave alone `since` a day, and that is gone at `sunset`, both days
    beginning in UTC. `instead` says in a sentence what takes its place.

    Raises ValueError for less than a year of notice.
    """

    since: date
    sunset: date
    instead: str

    def __post_init__(self) -> None:
        if self.sunset - self.since < NOTICE:
            raise ValueError("what is to go says so a year before")

    @property
    def words(self) -> str:
        return f"Deprecated since {self.since}, and gone from {self.sunset} on. {self.instead}"

    def mark(self, answer: HttpResponseBase, *, path: str) -> None:
        """Put it into the headers of an `answer` of the call of `path`; once, also where the answer is
        given again."""
        answer["Deprecation"] = f"@{_seconds(self.since)}"
        answer["Sunset"] = http_date(_seconds(self.sunset))
        links = answer.get("Link", "")
        if RELATION not in links:
            leads_to = settings.PUBLIC_URL + reverse("partners:noun", args=[noun(path)])
            told = f'<{leads_to}>; {RELATION}; type="text/html"'
            answer["Link"] = ", ".join(filter(None, [links, told]))


def noun(path: str) -> str:
    """The first step of an address below the version, which is its page in the reference."""
    return path.removeprefix("/api/v1/").split("/")[0]


def _seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
