"""A migrated database that test databases are copied from, kept for as long as no migration changes."""

import hashlib
import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, connection

from stack.environment import ROOT
from stack.errors import StackError

PREFIX = "etal_template_"
UNFINISHED = f"{PREFIX}unfinished"
LOCK = 0x6574616C  # "etal": one process of a run migrates, the others wait for it
# Where its value is set, the server it names is a private one, where templates may be left.
SERVER = "ETAL_TEMPLATES"
# Tables come from our migrations and from those of the packages, whose versions stand there.
SOURCES = ("*/migrations/*.py", "requirements/dev.txt")


def digest() -> str:
    """What tells one set of migrations from another."""
    found = hashlib.sha256()
    for path in sorted(path for pattern in SOURCES for path in ROOT.glob(pattern)):
        content = path.read_bytes()
        found.update(f"{path.relative_to(ROOT)} {len(content)}\n".encode() + content)
    return found.hexdigest()[:16]


def kept_template(url: str) -> str:
    """The name of the migrated database on the server of `url`, which is made where there is none.

    It takes no connections and is only good as the TEMPLATE of another; those of other migrations
    are dropped. The server is one of ours: it is left there. Errors: `StackError`, where it cannot be
    migrated.
    """
    name = PREFIX + digest()
    server = psycopg2.connect(url)
    try:
        server.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        with server.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        kept = _names(server)
        if name not in kept:
            for stale in kept:
                _execute(server, f'DROP DATABASE "{stale}" WITH (FORCE)')
            _make(server, url, name)
    finally:
        server.close()  # which gives the lock back
    return name


def _make(server: connection, url: str, name: str) -> None:
    """Migrate under another name and rename, so that half of a database never counts."""
    _execute(server, f'CREATE DATABASE "{UNFINISHED}"')
    there = urlunsplit(urlsplit(url)._replace(path=f"/{UNFINISHED}"))
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--noinput", "--verbosity", "0"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": there},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise StackError(f"The test database could not be migrated:\n{done.stderr[-3000:]}")
    _execute(server, f'ALTER DATABASE "{UNFINISHED}" ALLOW_CONNECTIONS false')
    _execute(server, f'ALTER DATABASE "{UNFINISHED}" RENAME TO "{name}"')


def _names(server: connection) -> list[str]:
    with server.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        return [name for (name,) in cursor.fetchall()]


def _execute(server: connection, statement: str) -> None:
    with server.cursor() as cursor:
        cursor.execute(statement)
