"""Each new migration is borne by the version before, while both run: it only adds, and blocks nobody."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from stack.environment import ROOT, search_path

TABLE = tomllib.loads(Path(__file__).with_name("migrations.toml").read_text())
# Of squawk's rules those by which running code breaks, or waits for a lock on a table of any size.
RULES = {
    "adding-foreign-key-constraint",
    "adding-not-nullable-field",
    "adding-required-field",
    "adding-serial-primary-key-field",
    "ban-concurrent-index-creation-in-transaction",
    "ban-drop-column",
    "ban-drop-table",
    "changing-column-type",
    "constraint-missing-not-valid",
    "disallowed-unique-constraint",
    "renaming-column",
    "renaming-table",
    "require-concurrent-index-creation",
    "require-concurrent-index-deletion",
}
# Django drops a default again with the same migration: the code before does not fill such a column.
DROPPED = re.compile(r'ALTER COLUMN "(\w+)" DROP DEFAULT')


def found(sql: str) -> set[str]:
    """The rules that `sql` breaks."""
    done = subprocess.run(
        ["squawk", "--reporter=json", "--pg-version=15.0", "--stdin-filepath=migration.sql"],
        input=sql,
        env={"PATH": search_path()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    rules = {problem["rule_name"] for problem in json.loads(done.stdout)} & RULES
    required = {
        column for column in DROPPED.findall(sql) if re.search(rf'"{column}" [^;]*NOT NULL', sql)
    }
    return rules | ({"adding-required-field"} if required else set())


def new() -> Iterator[tuple[str, str]]:
    """App and name of each migration that is younger than the table."""
    for app, name in sorted(MigrationLoader(None).disk_migrations):
        last = TABLE["released"].get(app)
        if last is not None and int(name[:4]) > last:
            yield app, name


def test_each_new_migration_is_borne_by_the_version_before(transactional_db: None) -> None:
    wrong = {}
    for app, name in new():
        sql = StringIO()
        call_command("sqlmigrate", app, name, stdout=sql)
        meant = TABLE["meant"].get(f"{app}.{name}", {})
        if rules := found(sql.getvalue()) - meant.keys():
            wrong[f"{app}.{name}"] = sorted(rules)
    assert not wrong, "add first, use it, and drop in the release after: docs/scaling.md"


def test_each_app_of_ours_is_in_the_table() -> None:
    apps = {path.parent.parent.name for path in ROOT.glob("*/migrations/0001_*.py")}
    assert set(TABLE["released"]) == apps


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ('ALTER TABLE "a" DROP COLUMN "b";', "ban-drop-column"),
        ('ALTER TABLE "a" RENAME COLUMN "b" TO "c";', "renaming-column"),
        ('ALTER TABLE "a" ADD COLUMN "b" integer NOT NULL;', "adding-required-field"),
        (
            'ALTER TABLE "a" ADD COLUMN "b" integer DEFAULT 0 NOT NULL; '  # noqa: ISC004
            'ALTER TABLE "a" ALTER COLUMN "b" DROP DEFAULT;',
            "adding-required-field",
        ),
        ('CREATE INDEX "a_b" ON "a" ("b");', "require-concurrent-index-creation"),
    ],
)
def test_what_the_version_before_does_not_bear_is_found(sql: str, rule: str) -> None:
    assert rule in found(sql)


def test_what_only_adds_is_good() -> None:
    assert not found('ALTER TABLE "a" ADD COLUMN "b" varchar(55) NULL;')
    assert not found('ALTER TABLE "a" ADD COLUMN "b" integer DEFAULT 0 NOT NULL;')
    made = 'CREATE TABLE "n" ("id" bigint PRIMARY KEY); CREATE INDEX "i" ON "n" ("id");'
    assert not found(f"BEGIN; {made} COMMIT;")
