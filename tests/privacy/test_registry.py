"""Every table says what it holds of people, and what becomes of it: generated from the models."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey, Model

from accounts.models import User
from privacy import documented
from shopping.personal import Fate, Table, every_model, tables

DECLARED = {table.model: table for table in tables()}
KEYS = [
    (model, field)
    for model in every_model()
    for field in model._meta.local_fields
    if isinstance(field, ForeignKey) and field.related_model is User
]


def label(thing: object) -> str:
    if isinstance(thing, Table):
        return thing.model._meta.label
    meta = getattr(thing, "_meta", None)
    return str(meta.label) if meta else str(getattr(thing, "name", ""))


@pytest.mark.parametrize("model", every_model(), ids=label)
def test_each_table_says_what_becomes_of_it(model: type[Model]) -> None:
    assert model in DECLARED, f"declare {model._meta.label} in its app's personal.py"
    table = DECLARED[model]
    assert table.kept
    if table.fate in (Fate.KEEP, Fate.WITHOUT):
        assert table.why, "what is kept is kept for a reason"


def test_each_table_says_it_once() -> None:
    assert [model for model, times in Counter(t.model for t in tables()).items() if times > 1] == []
    assert set(DECLARED) <= set(every_model())


@pytest.mark.parametrize(("model", "key"), KEYS, ids=label)
def test_each_key_to_a_person_has_a_fate(model: type[Model], key: ForeignKey[User, User]) -> None:
    """It leads to whose the row is, to whom it tells of, or to who did something for a shop."""
    table = DECLARED[model]
    direct = () if callable(table.own) else table.own
    by_function = callable(table.own) and key.name in ("user",)
    assert key.name in (*direct, *table.about, *table.acted) or by_function


@pytest.mark.parametrize("table", tables(), ids=label)
def test_what_is_said_of_columns_is_said_of_those_that_there_are(table: Table) -> None:
    there = {field.name for field in table.model._meta.concrete_fields}
    assert set(table.without) <= there
    assert set(table.hidden) <= there
    assert set(table.acted) <= there
    if not callable(table.own):
        for lookup in (*table.own, *table.about):
            model: type[Model] = table.model
            for step in lookup.split("__"):
                try:
                    model = model._meta.get_field(step).related_model  # type: ignore[assignment]
                except FieldDoesNotExist:
                    pytest.fail(f"{table.model._meta.label} has no {lookup}")
            assert model is User


@pytest.mark.parametrize("table", [t for t in tables() if t.sweep], ids=label)
def test_each_sweep_is_beats(table: Table) -> None:
    assert table.sweep in settings.CELERY_BEAT_SCHEDULE


SECRET = ("password", "secret", "token", "hash", "session_key", "session_data")


@pytest.mark.parametrize("table", [t for t in tables() if t.own], ids=label)
def test_nobody_takes_a_secret_along(table: Table) -> None:
    shown = {f.name for f in table.model._meta.concrete_fields} - {*table.hidden, "hashtag"}
    assert [name for name in shown if any(word in name for word in SECRET)] == []


def test_the_document_says_the_same() -> None:
    text = Path(settings.BASE_DIR, documented.PATH).read_text()
    assert text == documented.written(text), "run manage.py document_privacy"
