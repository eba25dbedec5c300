"""The migrated database that test databases are copied from: made once, and anew for other migrations."""

from __future__ import annotations

import psycopg2
import pytest

from stack import template
from stack.errors import StackError
from stack.services import PostgreSQL


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = PostgreSQL(tmp_path_factory.mktemp("template") / "postgres", durable=False)
    with server:
        yield server
    server.delete()


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project whose only migration makes a table of its own, in a second or less."""
    migrations = tmp_path / "shelves" / "migrations"
    migrations.mkdir(parents=True)
    (migrations / "0001_initial.py").write_text("one")
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "dev.txt").write_text("django==5.2.19")
    write_command(tmp_path, "CREATE TABLE made (one int)")
    monkeypatch.setattr(template, "ROOT", tmp_path)
    return tmp_path


def write_command(project, statement):
    (project / "manage.py").write_text(
        "import os, sys, psycopg2\n"
        "assert sys.argv[1] == 'migrate'\n"
        "connection = psycopg2.connect(os.environ['DATABASE_URL'])\n"
        "connection.autocommit = True\n"
        f"connection.cursor().execute({statement!r})\n"
    )


def execute(server, statement, database="etal"):
    connection = psycopg2.connect(server.url.rpartition("/")[0] + f"/{database}")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows = cursor.fetchall() if cursor.description else []
    connection.close()
    return rows


def templates(server):
    found = execute(server, "SELECT datname FROM pg_database WHERE datname LIKE 'etal_template%'")
    return {name for (name,) in found}


def test_it_is_migrated_once_and_copied(server, project):
    name = template.kept_template(server.url)
    (project / "manage.py").write_text("raise SystemExit('asked to migrate again')")
    assert template.kept_template(server.url) == name
    assert templates(server) == {name}
    execute(server, f'CREATE DATABASE copied TEMPLATE "{name}"')
    assert execute(server, "SELECT * FROM made", "copied") == []
    execute(server, "DROP DATABASE copied")


def test_nobody_can_change_it(server, project):
    name = template.kept_template(server.url)
    with pytest.raises(psycopg2.OperationalError, match="not currently accepting connections"):
        execute(server, "INSERT INTO made VALUES (1)", name)


@pytest.mark.parametrize(
    "changed", ["shelves/migrations/0001_initial.py", "shelves/migrations/0002.py", "dev.txt"]
)
def test_another_migration_or_package_makes_it_anew(server, project, changed):
    before = template.kept_template(server.url)
    path = project / ("requirements/dev.txt" if changed == "dev.txt" else changed)
    path.write_text("two")
    name = template.kept_template(server.url)
    assert name != before
    assert templates(server) == {name}


def test_half_of_one_never_counts(server, project):
    write_command(project, "CREATE TABLE made (one nonsense)")
    (project / "shelves" / "migrations" / "0001_initial.py").write_text("broken")
    with pytest.raises(StackError, match='type "nonsense" does not exist'):
        template.kept_template(server.url)
    write_command(project, "CREATE TABLE made (one int)")
    name = template.kept_template(server.url)
    assert templates(server) == {name}
