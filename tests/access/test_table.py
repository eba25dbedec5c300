"""Every address of the project by every role: the table says what each gets, and nothing is left out."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from tests.access.table import DEVELOPMENT, ROLES, VISITORS, Row, rows
from tests.second_factors import sign_in
from tests.shops import Cast, cast


def addresses(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield pattern
        else:
            yield from addresses(entry, pattern)


def known(pattern: str) -> str:
    """The list of apps in one of the admin's addresses follows from what is registered."""
    if pattern.startswith("admin/^(?P<app_label>"):
        return "admin/^(?P<app_label>{apps})/$"
    return pattern


def test_every_address_has_its_row():
    there = {
        known(pattern)
        for pattern in addresses(get_resolver())
        if not pattern.startswith((*DEVELOPMENT, "api/"))  # These have a table of their own.
    }
    listed = {row.pattern for row in rows()}
    assert there - listed == set(), "give each of these a row in tests/access/table.py"
    assert listed - there == set(), "these are gone"


def test_every_row_says_something_of_every_role():
    for row in rows():
        assert set(row.expected) == set(ROLES), row.pattern


def person(world: Cast, role: str) -> User | None:
    if role in VISITORS:
        return None
    people = {"mai": world.mai, "stranger": world.stranger, "staff": world.staff}
    people["other"] = world.rayon.owner
    return people.get(role) or world.plage.members[role]


@pytest.fixture
def world(db: None) -> Cast:
    return cast()


def answer(client: Client, row: Row, world: Cast) -> int:
    ask = client.post if row.method == "post" else client.get
    response = ask(row.path(world), row.data(world))
    assert response.status_code < 500
    return response.status_code


@pytest.mark.parametrize("role", ROLES)
def test_each_gets_what_the_table_says(world, role):
    """With a session as it was at first for each address, since one of them signs out."""
    user, signed_in = person(world, role), Client()
    if user is not None:
        sign_in(signed_in, user)
    wrong = []
    for row in rows():
        client = Client()
        client.cookies = deepcopy(signed_in.cookies)
        before = transaction.savepoint()
        status = answer(client, row, world)
        transaction.savepoint_rollback(before)
        if status != row.expected[role]:
            wrong.append(f"{row.path(world)} gave {status}, not {row.expected[role]}")
    assert not wrong, "\n".join(wrong)
