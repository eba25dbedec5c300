"""What a table holds of people, what becomes of it when one of them leaves, and how long it is kept.

Each app says so of its tables in its module `personal`; `settings.PERSONAL_TABLES` names those modules,
and the app `privacy` reads them: for the export, for the erasure, and for docs/privacy.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files.storage import Storage
from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet
from django.utils.module_loading import import_string

# What stands where somebody's words or name stood, in columns that may not be empty.
GONE = "—"
# RFC 2606: nobody reads mail there, and accounts.mails sends none.
NOWHERE = "erased.invalid"


class Fate(StrEnum):
    """What becomes of somebody's rows when they are erased."""

    DELETE = "deleted"
    WITHOUT = "kept without the person"
    KEEP = "kept"
    NOBODYS = "tells of nobody"


class NotYet(Exception):
    """A step of an erasure has to be tried again later; what it says is for the operator."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """Why somebody cannot be erased now: a whole sentence that also says what to do, and `link`, where
    they do it, "" for nowhere."""

    says: str
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A model and its fate.

    `own`: lookups that lead from a row to whose it is, or a function of the person: the rows that are
    taken along and erased. `about`: the same for others' rows that tell of them: erased, not taken
    along. `acted`: keys that say who did what is a shop's or the operator's: they stay, and lead to the
    emptied account. `without`: what a row that is kept says then. `erase`: what else has to be done,
    before that, outside any transaction. `hidden`: columns that nobody takes along: secrets, and what
    others wrote in confidence. `files`: names the files of a row. `kept`: how long, and the `sweep`
    that ends it. `why`: the reason for keeping.
    """

    model: type[Model]
    fate: Fate
    own: tuple[str, ...] | Callable[[Any], Q] = ()
    about: tuple[str, ...] = ()
    acted: tuple[str, ...] = ()
    without: Mapping[str, Any] = field(default_factory=dict)
    erase: Callable[[Any], None] | None = None
    hidden: tuple[str, ...] = ()
    files: Callable[[Any], Iterable[tuple[Storage, str]]] | None = None
    kept: str
    sweep: str = ""
    why: str = ""

    def of(self, person: Any) -> QuerySet[Any]:
        """The rows that are theirs."""
        where = self.own(person) if callable(self.own) else _any(self.own, person)
        found: QuerySet[Any] = self.model._base_manager.filter(where)
        return found

    def leaving(self, person: Any) -> QuerySet[Any]:
        """Those that go with them: theirs, and others' that tell of them."""
        where = self.own(person) if callable(self.own) else _any(self.own, person)
        if self.about:
            where |= _any(self.about, person)
        found: QuerySet[Any] = self.model._base_manager.filter(where)
        return found


def nobodys(*models: type[Model], kept: str, sweep: str = "") -> tuple[Table, ...]:
    """Tables that tell of no person."""
    return tuple(Table(model=model, fate=Fate.NOBODYS, kept=kept, sweep=sweep) for model in models)


@cache
def tables() -> tuple[Table, ...]:
    """Every table that is declared, in the order in which a person is taken out of them: the upper
    layers first."""
    modules = settings.PERSONAL_TABLES
    return tuple(table for module in modules for table in import_string(f"{module}.TABLES"))


def blockers(person: Any) -> list[Blocker]:
    """What keeps `person` from being erased now; [] for nothing."""
    found: list[Blocker] = []
    for module in settings.PERSONAL_TABLES:
        for ask in import_string(f"{module}.BLOCKERS"):
            found += ask(person)
    return found


@contextmanager
def taking_out() -> Iterator[None]:
    """A transaction in which the columns of append-only tables that may hold a person can be changed,
    and only those: see the migrations of the app `privacy`."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL etal.taking_out = 'on'")
        yield
        # For what comes after it, where it stands within a larger transaction.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL etal.taking_out = 'off'")


def every_model() -> list[type[Model]]:
    """All models that have a table of their own."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy and model._meta.managed
    ]


def _any(lookups: tuple[str, ...], person: Any) -> Q:
    """Rows that one of `lookups` leads from to `person`; without any, none."""
    return reduce(or_, (Q(**{lookup: person}) for lookup in lookups), Q(pk__in=[]))
