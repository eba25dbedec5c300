"""Taking one person out of one table."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts.models import User
from shopping.personal import Fate, Table

BATCH = 500


def take_out(table: Table, person: User) -> None:
    """Do with their rows of `table` what its fate says; what is done already is not found again.

    Files go before their rows, so that a crash leaves rows that name them. Raises NotYet.
    """
    if table.erase is not None:
        table.erase(person)
    if table.fate is Fate.DELETE:
        _delete(table, person)
    elif table.fate is Fate.WITHOUT:
        _drop_files(table, person)
        if table.without:
            _blank(table, person)


def _delete(table: Table, person: User) -> None:
    while batch := list(table.leaving(person).order_by("pk")[:BATCH]):
        for row in batch:
            _delete_files(table, row)
        with transaction.atomic():
            table.model._base_manager.filter(pk__in=[row.pk for row in batch]).delete()


def _drop_files(table: Table, person: User) -> None:
    if table.files is not None:
        for row in table.of(person).iterator():
            _delete_files(table, row)


def _blank(table: Table, person: User) -> None:
    said = {name: value for name, value in table.without.items() if value is not None}
    rows = table.leaving(person).exclude(**said) if said else table.leaving(person)
    found = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(found), BATCH):
        part = table.model._base_manager.filter(pk__in=found[start : start + BATCH])
        part.update(**table.without)


def _delete_files(table: Table, row: Any) -> None:
    if table.files is not None:
        for storage, name in table.files(row):
            storage.delete(name)
