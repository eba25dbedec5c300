"""Backups of a private PostgreSQL by the scripts of `ops/backup`, which run as the server's account."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from stack.environment import ROOT
from stack.errors import StackError
from stack.guest import guest_for
from stack.services import PostgreSQL

SCRIPTS = ROOT / "ops" / "backup"
NAMES = ("archive-wal", "base", "restore")


class Backups:
    """The archive of one server, beside its data, where its account can write."""

    def __init__(self, directory: Path) -> None:
        """`directory` is the server's, as `PostgreSQL` is given it."""
        directory.mkdir(parents=True, exist_ok=True)
        self.guest = guest_for(directory.resolve()) if os.geteuid() == 0 else None
        self.root = (self.guest.home if self.guest else directory.resolve()) / "backup"
        self.scripts = self.root / "bin"
        self.scripts.mkdir(parents=True, exist_ok=True)
        for name in NAMES:
            shutil.copy(SCRIPTS / name, self.scripts / name)
        if self.guest:
            self.guest.own(self.root)

    @property
    def options(self) -> list[str]:
        """What the server is told, so that it archives its log."""
        command = f'BACKUP_ROOT={self.root} sh {self.scripts}/archive-wal "%p" "%f"'
        return ["archive_mode=on", "archive_timeout=60", f"archive_command={command}"]

    @property
    def catching_up(self) -> str:
        """What a replica is told, so that it finds what its primary no longer has."""
        return f'restore_command=cp {self.root}/wal/%f "%p"'

    def make(self, server: PostgreSQL, words: Mapping[str, str] | None = None) -> str:
        """A base backup. Returns what the script says. Errors: `StackError`."""
        return self._run(server, "base", words=words)

    def restore(
        self,
        server: PostgreSQL,
        *,
        into: Path,
        moment: str = "",
        words: Mapping[str, str] | None = None,
    ) -> str:
        """Make `into` a server's folder as of `moment`, by the programs of `server`."""
        if not into.exists():
            into.mkdir(mode=0o700)
            if self.guest:
                self.guest.own(into)
        return self._run(server, "restore", str(into), *([moment] if moment else []), words=words)

    def _run(
        self,
        server: PostgreSQL,
        name: str,
        *arguments: str,
        words: Mapping[str, str] | None = None,
    ) -> str:
        path = f"{server.bin}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        told = {"PATH": path, "BACKUP_ROOT": str(self.root), "LC_ALL": "C", **(words or {})}
        if server.port:
            told["DATABASE_URL"] = server.url
        done = subprocess.run(
            ["sh", str(self.scripts / name), *arguments],
            env=told,
            cwd="/",
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
            user=self.guest.uid if self.guest else None,
            group=self.guest.gid if self.guest else None,
        )
        if done.returncode:
            raise StackError(f"{name} failed: {done.stderr.strip()}")
        return done.stdout.strip()
