"""What an adapter has to do, and how it says no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from fulfilment.reports import Report

# Clocks are wrong, and some carriers send local times as if they were UTC.
AHEAD = timedelta(days=1)
# Some send the first moment of their calendar for one that they do not know.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


class Forged(Exception):
    """No signature, or one that none of the connection's secrets made."""


class Malformed(Exception):
    """A signed body that does not say what its format has to; the text says where."""


class Adapter(Protocol):
    """One format. None of it touches the database."""

    def new_secret(self) -> str:
        """A fresh secret in the form that the sender takes."""
        ...

    def verify(self, body: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> None:
        """Raises Forged unless one of `secrets` signed the raw `body`."""
        ...

    def message_id(self, content: Mapping[str, Any], headers: Mapping[str, str]) -> str:
        """What tells this message from all others of its connection. Raises Malformed."""
        ...

    def reports(self, content: Mapping[str, Any]) -> list[Report]:
        """What it says of parcels, the oldest first; nothing where it is about something else.

        Raises Malformed.
        """
        ...


def text_of(content: Mapping[str, Any], name: str, *, where: str = "") -> str:
    """A string, empty where there is none. Raises Malformed for anything else."""
    value = content.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Malformed(f"{where}{name}: a string is needed")
    # Without what JSON can say and PostgreSQL cannot keep.
    return value.encode(errors="replace").decode().replace("\0", "").strip()


def moment_of(text: str, *, where: str) -> datetime:
    """An aware time. Raises Malformed, also for one that is long to come or of another century."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Malformed(f"{where}: a time with an offset is needed, as 2025-06-11T07:20:00+02:00")
    if found > timezone.now() + AHEAD:
        raise Malformed(f"{where}: this is yet to come")
    if found < EARLIEST:
        raise Malformed(f"{where}: this is before the year {EARLIEST.year}")
    return found
