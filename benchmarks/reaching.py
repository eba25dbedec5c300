"""Past the web: statements of a bench's database, and management commands beside its processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping

import psycopg2

from stack.environment import ROOT


def execute(database_url: str, sql: str) -> list[tuple[object, ...]]:
    """Rows of one statement, outside any transaction."""
    connection = psycopg2.connect(database_url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(sql)
        rows = cursor.fetchall() if cursor.description else []
    connection.close()
    return rows


def manage(environment: Mapping[str, str], *words: str) -> Iterator[str]:
    """The lines that a management command says, as it says them, with the settings of development.

    Raises RuntimeError where it fails.
    """
    development = {**environment, "DJANGO_SETTINGS_MODULE": "shopping.settings"}
    command = [sys.executable, "manage.py", *words]
    with subprocess.Popen(
        command, cwd=ROOT, env=development, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout
        yield from (line.rstrip() for line in running.stdout)
    if running.returncode:
        raise RuntimeError(f"manage.py {' '.join(words)} failed")
