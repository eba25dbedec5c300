# ruff: noqa: S608 - the texts are made of names of our own models, never of input
"""Rows by precompiled statements, for the few paths that must be cheap.

Django builds each statement anew, and that costs several times what PostgreSQL needs to run it:
about 0.3 ms of CPU for an insert, 2 ms for a join of four tables. The statements of an order are
always the same, so here their text is made once a model, from the model's own fields, and planned
once a connection. Defaults, `auto_now_add` and database constraints are those of `bulk_create`;
as there, no signals are sent. Everything runs on the default connection, in the caller's
transaction, unless a read names another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import AutoField, Field, JSONField, Model
from django.db.models.base import ModelState
from psycopg2.extensions import AsIs

M = TypeVar("M", bound=Model)
Converter = Callable[[Any, None, Any], Any]
Values = Sequence[Any]
NAME = re.compile(r"%\((\w+)\)s")
PLAIN = {str, int, bool, type(None), UUID, datetime, date}
# Connection of the driver → our texts that it has prepared → their names there. A connection that
# is closed takes its statements with it.
_prepared: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()


def run(
    sql: str, values: Values, *, on: BaseDatabaseWrapper | None = None
) -> list[tuple[Any, ...]]:
    """Run `sql`, with `%s` for each of `values`, and return its rows ([] where it has none).

    The database plans each text once a connection: planning is half of its work for a join or an
    insert. For texts that are few and always the same. Arrays are passed as lists whose elements
    have the column's type (a UUID, not its text). `on` is another connection than the default one.
    """
    with (on or connection).cursor() as cursor:
        cursor.execute(_text(cursor, sql, len(values)), values)
        return cursor.fetchall() if cursor.description else []


def run_first(sql: str, values: Values) -> list[tuple[Any, ...]]:
    """`run` for what is read first in a request, outside of any transaction.

    Whether the connection is still there shows by itself, so that Django need not ask before, which is
    a statement more. Where it is gone, a new one answers.
    """
    connection.health_check_done = True  # type: ignore[attr-defined]  # what Django goes by
    try:
        return run(sql, values)
    except (InterfaceError, OperationalError):
        if connection.in_atomic_block or connection.is_usable():
            raise
        connection.close()
        return run(sql, values)


def run_named(
    sql: str, values: Mapping[str, Any], *, on: BaseDatabaseWrapper | None = None
) -> list[tuple[Any, ...]]:
    """Run `sql`, with `%(name)s` for each of `values` as often as it likes, and return its rows.

    Planned once a connection, as `run`. Of `values` nothing is taken that `sql` does not name.
    """
    with (on or connection).cursor() as cursor:
        if settings.PREPARED_STATEMENTS:
            names = _names(sql)
            name = _prepare(cursor, sql, {key: f"${place}" for place, key in enumerate(names, 1)})
            given = f" ({', '.join(f'%({key})s' for key in names)})" if names else ""
            cursor.execute(f"EXECUTE {name}{given}", values)
        else:
            cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


@lru_cache(maxsize=512)
def _names(sql: str) -> tuple[str, ...]:
    """The names of its values, each once."""
    return tuple(dict.fromkeys(NAME.findall(sql)))


def _text(cursor: Any, sql: str, count: int) -> str:
    """What to send for `sql` with `count` values: the call of its prepared form, or itself."""
    if not settings.PREPARED_STATEMENTS:
        return sql
    name = _name(cursor, sql, count)
    return f"EXECUTE {name} ({', '.join(['%s'] * count)})" if count else f"EXECUTE {name}"


def _bound(cursor: Any, sql: str, values: Values) -> str:
    """The same with the values in place."""
    text: bytes = cursor.mogrify(_text(cursor, sql, len(values)), values)
    return text.decode()


def _name(cursor: Any, sql: str, count: int) -> str:
    """The name of `sql` on this connection, where it is prepared now if it was not."""
    return _prepare(cursor, sql, tuple(f"${number}" for number in range(1, count + 1)))


def _prepare(cursor: Any, sql: str, places: tuple[str, ...] | dict[str, str]) -> str:
    """The same; `places` are what stands for the values in a prepared text."""
    names = _prepared.setdefault(cursor.db.connection, {})
    name = names.get(sql)
    if name is None:
        name = f"etal_{len(names)}"
        # By the driver's own cursor: it is no statement of a page's, and happens once a connection.
        # Without parameters of its own the driver leaves the text alone.
        with connection.wrap_database_errors:
            cursor.cursor.execute(f"PREPARE {name} AS {sql % places}", None)
        names[sql] = name
    return name


@cache
def _insert_shape(model: type[Model]) -> tuple[list[Field[Any, Any]], list[Field[Any, Any]], str]:
    """The fields that we fill, those that the database fills, and the statement's beginning."""
    ours: list[Field[Any, Any]] = []
    theirs: list[Field[Any, Any]] = []
    for field in model._meta.concrete_fields:
        given = isinstance(field, AutoField) or field.has_db_default()
        (theirs if given else ours).append(field)
    names = ", ".join(f'"{field.column}"' for field in ours)
    return ours, theirs, f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES '


def insert(rows: Sequence[M]) -> None:
    """Insert new `rows` of one model by one statement; their keys and database defaults are set.

    Raises IntegrityError as a save would. Values for columns with a database default are the
    database's to give, so they are not taken from `rows`.
    """
    if rows:
        _fill(rows, run(_insert_text(type(rows[0]), len(rows)), _values(rows)))


def insert_family(parent: Model, *children: Sequence[Model]) -> None:
    """Insert `parent` and then its new `children`, one model a sequence, in one round trip.

    Whatever foreign key of a child has the unsaved parent as its value gets the parent's new key.
    Only the parent's key and database defaults are set afterwards.
    """
    model = type(parent)
    key = AsIs(f"currval('{model._meta.db_table}_id_seq')")
    with connection.cursor() as cursor:
        texts = [_bound(cursor, _insert_text(model, 1), _values([parent]))]
        for rows in children:
            if rows:
                text = _insert_text(type(rows[0]), len(rows))
                texts.append(_bound(cursor, text, _values(rows, parent=parent, key=key)))
        theirs = ", ".join(f'"{field.column}"' for field in _insert_shape(model)[1])
        # As a subquery, currval is asked once; else for every row there is.
        own = f'SELECT {theirs} FROM "{model._meta.db_table}" WHERE id = (SELECT {key})'
        cursor.execute(";".join([*texts, _bound(cursor, own, [])]), None)
        _fill([parent], cursor.fetchall())


def _insert_text(model: type[Model], count: int) -> str:
    ours, theirs, beginning = _insert_shape(model)
    one = f"({', '.join(['%s'] * len(ours))})"
    returned = ", ".join(f'"{field.column}"' for field in theirs)
    return f"{beginning}{', '.join([one] * count)} RETURNING {returned}"


def _values(
    rows: Sequence[Model], *, parent: Model | None = None, key: AsIs | None = None
) -> list[Any]:
    """What goes into our columns, row by row; `key` wherever a row points at its unsaved parent."""
    ours = _insert_shape(type(rows[0]))[0]
    values: list[Any] = []
    for row in rows:
        family = row._state.fields_cache if parent is not None else {}
        for field in ours:
            if field.is_relation and parent is not None and family.get(field.name) is parent:
                values.append(key)
            else:
                values.append(_prepared_value(field, field.pre_save(row, True)))
    return values


def _prepared_value(field: Field[Any, Any], value: Any) -> Any:
    """`value` as the driver takes it. It takes most as they are, which is most of the time."""
    if type(value) in PLAIN and not isinstance(field, JSONField):
        return value
    return field.get_db_prep_save(value, connection)


def _fill(rows: Sequence[Model], answers: Sequence[tuple[Any, ...]]) -> None:
    """Put what the database gave into the new rows."""
    for row, answer in zip(rows, answers, strict=True):
        for field, value in zip(_insert_shape(type(row))[1], answer, strict=True):
            setattr(row, field.attname, value)
        row._state.adding = False
        row._state.db = connection.alias


@cache
def _update_shape(model: type[Model], names: tuple[str, ...]) -> tuple[str, list[Field[Any, Any]]]:
    by_name = {field.name: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in names]
    parts = ", ".join(f'"{field.column}" = %s' for field in fields)
    return f'UPDATE "{model._meta.db_table}" SET {parts} WHERE id = %s', fields


def update(row: Model, *names: str) -> None:
    """Write the fields `names` of `row` by its key; one statement."""
    sql, fields = _update_shape(type(row), names)
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    run(sql, [*values, row.pk])


@cache
def _read_shape(
    model: type[Model], without: tuple[str, ...]
) -> tuple[list[str], list[tuple[int, Converter]]]:
    fields = [field for field in model._meta.concrete_fields if field.name not in without]
    converters = [
        (index, field.from_db_value)
        for index, field in enumerate(fields)
        if hasattr(field, "from_db_value")
    ]
    return [field.attname for field in fields], converters


@cache
def columns(model: type[Model], alias: str, without: tuple[str, ...] = ()) -> str:
    """The text of `model`'s columns for a SELECT that calls its table `alias`.

    `without` names fields to leave behind; they load when somebody asks for them.
    """
    fields = [field for field in model._meta.concrete_fields if field.name not in without]
    return ", ".join(f'{alias}."{field.column}"' for field in fields)


def build(model: type[M], values: Iterable[Any], without: tuple[str, ...] = ()) -> M:
    """An instance from the values that `columns(model, …, without)` selected.

    `__init__` is not called, nor are signals sent: it puts each value where it is anyway, one by one,
    which takes three times as long as reading them.
    """
    names, converters = _read_shape(model, without)
    row = model.__new__(model)
    row.__dict__.update(zip(names, values, strict=True))
    for index, convert in converters:
        name = names[index]
        row.__dict__[name] = convert(row.__dict__[name], None, connection)
    row._state = ModelState()
    row._state.adding, row._state.db = False, connection.alias
    return row


def join(row: Model, name: str, other: Model | None) -> None:
    """Let `row` have `other` (None: there is none) as its related `name`, which asks the database
    no more, as after select_related."""
    row._state.fields_cache[name] = other


def width(model: type[Model], without: tuple[str, ...] = ()) -> int:
    """How many values `columns(model, …, without)` selects."""
    return len(_read_shape(model, without)[0])


def fetch(model: type[M], rest: str, values: Values) -> list[M]:
    """Instances by `SELECT … FROM table t` + `rest`, which is SQL of ours, never of a visitor."""
    found = run(f'SELECT {columns(model, "t")} FROM "{model._meta.db_table}" t {rest}', values)
    return [build(model, row) for row in found]


def lock(model: type[M], key: int) -> M:
    """The row with primary key `key`, locked until the transaction ends.

    Raises the model's DoesNotExist.
    """
    found = fetch(model, "WHERE id = %s FOR NO KEY UPDATE", [key])
    if not found:
        raise model.DoesNotExist(f"{model.__name__} {key}")  # type: ignore[attr-defined]
    return found[0]
