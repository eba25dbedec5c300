"""`rows.run_named`: a text with named values, planned once a connection."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from shopping import rows

TEXT = """SELECT %(number)s::bigint + 1, 'a%%' LIKE '%%\\%%', %(number)s::bigint = ANY(%(many)s::bigint[])
    -- a text of this test alone"""


@pytest.mark.parametrize("prepared", [True, False])
def test_each_value_stands_wherever_it_is_named(
    db: None, settings: Settings, prepared: bool
) -> None:
    settings.PREPARED_STATEMENTS = prepared
    assert rows.run_named(TEXT, {"number": 7, "many": [1, 7], "of_no_use": 1}) == [(8, True, True)]
    assert rows.run_named(TEXT, {"number": None, "many": []}) == [(None, True, False)]
    assert rows.run_named("SELECT 1", {}) == [(1,)]


def test_it_is_planned_once_and_counts_as_one_statement(db: None, settings: Settings) -> None:
    settings.PREPARED_STATEMENTS = True
    text = f"{TEXT}, the second"
    with CaptureQueriesContext(connection) as captured:
        for number in range(3):
            rows.run_named(text, {"number": number, "many": [1]})
    assert len(captured) == 3
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE %s",
            ["%the second"],
        )
        assert cursor.fetchall() == [(3,)]
