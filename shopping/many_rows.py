# ruff: noqa: S608 - the texts are made of names of our own models, never of input
"""Many rows of one model by one statement whose text is the same however many there are.

The rows go as one JSON value, which PostgreSQL takes apart by the columns' own types. Django's bulk_create
and bulk_update build an expression for each value, which costs several times what the database does; and
a prepared text for each number of rows would stay in the database for as long as the connection does.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import AutoField, Field, GeneratedField, Model

from shopping import rows


def insert_all(new: Sequence[Model]) -> None:
    """Insert `new` rows of one model, with all their values; those of a model with a `public_id` get
    their keys.

    Defaults and `auto_now_add` are those of `bulk_create`; as there, no signals are sent. Raises
    IntegrityError as a save would.
    """
    if not new:
        return
    sql, fields = _insert_shape(type(new[0]))
    told = [{field.column: field.pre_save(row, True) for field in fields} for row in new]
    keys = dict(rows.run(sql, [_json(told)]))
    for row in new:
        if keys:
            row.pk = keys[row.public_id]  # type: ignore[attr-defined]
        row._state.adding = False
        row._state.db = connection.alias


def update_all(changed: Sequence[Model], *names: str) -> None:
    """Write the fields `names` of `changed` rows of one model by their keys."""
    if not changed:
        return
    sql, fields = _update_shape(type(changed[0]), names)
    told = [
        {"id": row.pk, **{field.column: getattr(row, field.attname) for field in fields}}
        for row in changed
    ]
    rows.run(sql, [_json(told)])


@cache
def _insert_shape(model: type[Model]) -> tuple[str, list[Field[Any, Any]]]:
    fields = [
        field
        for field in model._meta.concrete_fields
        if not isinstance(field, AutoField | GeneratedField)
    ]
    names = ", ".join(f'"{field.column}"' for field in fields)
    named = any(field.name == "public_id" for field in fields)
    sql = f"""INSERT INTO "{model._meta.db_table}" ({names})
SELECT {names} FROM jsonb_to_recordset(%s::jsonb) AS new ({_kinds(fields)})"""
    return sql + (" RETURNING public_id, id" if named else ""), fields


@cache
def _update_shape(model: type[Model], names: tuple[str, ...]) -> tuple[str, list[Field[Any, Any]]]:
    by_name = {field.name: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in names]
    parts = ", ".join(f'"{field.column}" = new."{field.column}"' for field in fields)
    sql = f"""UPDATE "{model._meta.db_table}" old SET {parts}
FROM jsonb_to_recordset(%s::jsonb) AS new (id bigint, {_kinds(fields)}) WHERE old.id = new.id"""
    return sql, fields


def _kinds(fields: Sequence[Field[Any, Any]]) -> str:
    return ", ".join(f'"{field.column}" {field.db_type(connection)}' for field in fields)


def _json(told: Any) -> str:
    return json.dumps(told, default=_written, separators=(",", ":"))


def _written(value: Any) -> str:
    """What JSON has no word for, as PostgreSQL reads it; a moment to the microsecond."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"no column of ours holds a {type(value).__name__}")
