"""What a call asks in its address: one reader for each kind of value, so that all lists refuse alike."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from rest_framework.request import Request

from partners.problems import Problem
from shopping.ids import uuid_of


def invalid(name: str, said: str) -> Problem:
    """The refusal of parameter `name`."""
    return Problem(400, "invalid", said, parameter=name)


def one_of(request: Request, name: str, values: Collection[str]) -> str | None:
    """A filter that has one of `values`. Raises Problem 400."""
    said: str | None = request.query_params.get(name)
    if said is not None and said not in values:
        raise invalid(name, _("One of %(all)s.") % {"all": ", ".join(values)})
    return said


def id_of(request: Request, name: str) -> UUID | None:
    """A filter that is an id. Raises Problem 400."""
    said = request.query_params.get(name)
    found = None if said is None else uuid_of(said)
    if said is not None and found is None:
        raise invalid(name, _("This is no id."))
    return found


def moment(request: Request, name: str) -> datetime | None:
    """A filter that is a moment. Raises Problem 400."""
    said = request.query_params.get(name)
    if said is None:
        return None
    try:
        # A plus that came unescaped is a space.
        found = parse_datetime(said.replace(" ", "+"))
    except ValueError:
        found = None
    # Those of the first and of the last year may be none in UTC.
    if found is None or found.tzinfo is None or not 1 < found.year < 9999:
        raise invalid(name, _("A moment, for example 2026-11-30T12:00:00Z."))
    return found
