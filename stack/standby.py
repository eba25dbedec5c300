"""A replica of a PostgreSQL server of this machine, and a pooler before one."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2

from stack import leftovers, secrets
from stack.environment import ROOT
from stack.errors import StackError
from stack.guest import Guest, guest_for
from stack.ports import LOOPBACK
from stack.programs import find_or_install
from stack.services import PostgreSQL, Server, reason


class Replica(PostgreSQL):
    """Follows the server of `primary` by its stream; made by a base backup at its first start.

    `primary` names a user that may replicate. Read-only, with the same users and passwords.
    """

    title = "The replica"

    def __init__(
        self,
        directory: Path,
        *,
        primary: str,
        max_connections: int = 300,
        options: Sequence[str] = (),
    ) -> None:
        super().__init__(directory, durable=False, max_connections=max_connections, options=options)
        self.primary = primary

    def _prepare(self) -> None:
        password = self.directory / "password"
        secrets.write(password, urlsplit(self.primary).password or "")
        super()._prepare()

    def _initdb(self) -> None:
        """Copy the primary under another name and rename it, so that half of one never counts."""
        unfinished = self.data.with_name("data.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if self.guest:
            self.guest.own(unfinished)
        server = urlsplit(self.primary)
        where = f"postgres://{server.netloc}/postgres?application_name=replica"
        command: list[str | Path] = [self.bin / "pg_basebackup", "--pgdata", unfinished]
        command += ["--dbname", where, "--write-recovery-conf", "--checkpoint=fast", "--no-sync"]
        done = subprocess.run(command, capture_output=True, text=True, **self._rights())
        if done.returncode:
            raise StackError(f"The replica could not be copied: {reason(done.stderr)}")
        unfinished.rename(self.data)


class PgBouncer(Server):
    """PgBouncer with `deploy/pgbouncer.ini`, before the database of `target`.

    `url` is what the site is given in the place of `target`.
    """

    title = "PgBouncer"

    def __init__(self, directory: Path, *, target: str) -> None:
        super().__init__(directory)
        self.target = urlsplit(target)
        self.guest: Guest | None = None

    @property
    def url(self) -> str:
        user = self.target.netloc.rpartition("@")[0]
        return f"postgres://{user}@{LOOPBACK}:{self.port}{self.target.path}"

    def _prepare(self) -> None:
        self.guest = guest_for(self.directory) if os.geteuid() == 0 else None
        leftovers.stop_server(self.home / "pid", program="pgbouncer", directory=self.home)

    @property
    def home(self) -> Path:
        return self.guest.home if self.guest else self.directory

    def _command(self) -> list[str | Path]:
        name = self.target.path.lstrip("/")
        lines = [
            f"%include {self._written('site.ini', (ROOT / 'deploy/pgbouncer.ini').read_text())}",
            "[databases]",
            f"{name} = host={self.target.hostname} port={self.target.port} dbname={name}",
            "[pgbouncer]",
            f"listen_addr = {LOOPBACK}",
            f"listen_port = {self.port}",
            f"auth_file = {self._written('users', self._users())}",
        ]
        configuration = self._written("pgbouncer.ini", "\n".join(lines) + "\n")
        return [find_or_install("pgbouncer"), configuration]

    def _users(self) -> str:
        return f'"{self.target.username}" "{self.target.password}"\n'

    def _written(self, name: str, text: str) -> Path:
        path = self.home / name
        secrets.write(path, text)
        if self.guest:
            self.guest.own(path)
        return path

    def _answers(self) -> bool:
        try:
            psycopg2.connect(self.url, connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _rights(self) -> dict[str, Any]:
        rights = super()._rights() | {"cwd": self.home}
        if self.guest:
            rights |= {"user": self.guest.uid, "group": self.guest.gid, "extra_groups": []}
        return rights
