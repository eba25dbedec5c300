"""The whole stack on servers of its own, which may be killed, filled up and set to another time."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil
import psycopg2

from stack import demo_accounts
from stack.environment import ROOT
from stack.processes import Stack
from stack.services import PostgreSQL, Redis, Server
from stack.waiting import wait_until

RESERVATION_SECONDS = 30
# The disk of the private PostgreSQL, where it gets one of its own; its logs of changes stay small on it.
DISK_BYTES = 1_200_000_000
SETTINGS = ("max_wal_size = '192MB'", "min_wal_size = '64MB'", "log_min_messages = 'panic'")
FAKETIME = (
    Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
    Path("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"),
    Path("/usr/lib/faketime/libfaketimeMT.so.1"),
)


class Receiver:
    """A partner's server for webhooks, which is always there: what came, by path."""

    def __init__(self) -> None:
        self.came: dict[str, list[tuple[str, int]]] = {}
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                sequence = int(self.headers.get("webhook-sequence", 0))
                there = receiver.came.setdefault(self.path, [])
                there.append((self.headers["webhook-id"], sequence))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.server_port}{path}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@dataclass
class Site:
    """What a storm blows on: servers, stack, who is there, and who hears of it."""

    directory: Path
    postgresql: PostgreSQL
    redis: Redis
    stack: Stack
    env: dict[str, str]
    own_disk: bool
    people: dict[str, Any] = field(default_factory=dict)
    receiver: Receiver = field(default_factory=Receiver)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of one statement, on a connection of its own. Raises psycopg2.Error."""
        connection = psycopg2.connect(self.postgresql.url, connect_timeout=5)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.stack.environment,
            capture_output=True,
            text=True,
        )

    def kill9(self, server: Server) -> None:
        """SIGKILL to a server and all its children; nothing of it runs any more."""
        assert server.process is not None
        family: list[psutil.Process] = []
        with suppress(psutil.NoSuchProcess):
            top = psutil.Process(server.process.pid)
            family = [top, *top.children(recursive=True)]
        for member in family:
            with suppress(psutil.NoSuchProcess):
                member.kill()
        server.process.wait(timeout=20)
        psutil.wait_procs(family, timeout=20)

    def another(self, name: str) -> Stack:
        """Further processes of the same site, with a folder of their own."""
        return Stack(
            self.directory / name,
            database_url=self.stack.database_url,
            redis_url=self.stack.redis_url,
            env=self.env,
            port=self.stack.port,
            sandbox_port=self.stack.sandbox_port,
        )


def faketime() -> Path | None:
    """The library that gives a process another time, where it is installed."""
    return next((path for path in FAKETIME if path.exists()), None)


@contextmanager
def disk(folder: Path) -> Iterator[bool]:
    """A disk of its own for `folder`, where we may mount one; whether there is."""
    folder.mkdir()
    mounted = False
    if os.geteuid() == 0:
        size = f"size={DISK_BYTES},mode=0755"
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], capture_output=True
        )
        mounted = done.returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", folder], check=False)


@contextmanager
def open_site(directory: Path, *, demo: bool, dump: Path | None = None) -> Iterator[Site]:
    """Start everything in `directory`, with or without the demo's data, and stop it at the end.

    `dump`: a plain one of an empty database that is migrated, which spares the migrations.
    """
    directory.chmod(0o711)  # PostgreSQL may run as a guest: see stack.guest
    with ExitStack() as stop:
        own_disk = stop.enter_context(disk(directory / "postgresql"))
        postgresql = stop.enter_context(PostgreSQL(directory / "postgresql"))
        redis = stop.enter_context(Redis(directory / "redis", durable=False))
        env = {
            "WEB_WORKERS": "2",
            "WEB_THREADS": "6",
            "WORKER_CONCURRENCY": "1",
            "SWEEP_SECONDS": "1",
            "RESERVATION_SECONDS": str(RESERVATION_SECONDS),
            "LIMIT_VISITORS": "false",
            "REQUIRE_TWO_FACTOR": "false",
            "API_CALLS_A_MINUTE": "100000",
            "LOG_LEVEL": "WARNING",
        }
        stack = Stack(
            directory / "stack", database_url=postgresql.url, redis_url=redis.url, env=env
        )
        site = Site(directory, postgresql, redis, stack, env, own_disk)
        stop.callback(site.receiver.close)
        stop.callback(stack.stop)
        for setting in SETTINGS:
            site.rows(f"ALTER SYSTEM SET {setting}")
        site.rows("SELECT pg_reload_conf()")
        stack.start("sandbox")
        _fill(site, demo=demo, dump=dump)
        stack.start("web", "worker", "beat", "courier")
        yield site


def dumped(database_url: str, file: Path, programs: Path) -> Path:
    """What is in a database, as SQL in `file`, by pg_dump of the folder `programs`."""
    command = [programs / "pg_dump", "--no-owner", "--no-privileges", database_url]
    with file.open("w") as out:
        subprocess.run(command, stdout=out, check=True)
    return file


def restored(file: Path, database_url: str, programs: Path) -> None:
    """What `dumped` wrote, into an empty database."""
    command = [programs / "psql", "-q", "-v", "ON_ERROR_STOP=1", database_url]
    with file.open() as text:
        _done(subprocess.run(command, stdin=text, capture_output=True, text=True))


def _fill(site: Site, *, demo: bool, dump: Path | None) -> None:
    if dump is not None:
        restored(dump, site.postgresql.url, site.postgresql.bin)
    _done(site.manage("migrate", "--verbosity", "0"))
    if demo:
        demo_accounts.open_all(site.stack.environment)
        _done(site.manage("demo"))
    told = subprocess.run(
        [sys.executable, "-m", "tests.faults.storm.setting", site.stack.sandbox_url],
        cwd=ROOT,
        env={**site.stack.environment, "DJANGO_SETTINGS_MODULE": "shopping.settings"},
        capture_output=True,
        text=True,
    )
    _done(told)
    site.people = json.loads(told.stdout.splitlines()[-1])


def _done(process: subprocess.CompletedProcess[str]) -> None:
    if process.returncode:
        raise RuntimeError(f"{process.args}: {process.stdout[-2000:]}{process.stderr[-3000:]}")


def restart(site: Site) -> None:
    """Start whatever does not run: the servers first, then the processes."""
    for server in (site.postgresql, site.redis):
        server.start()
    wait_until(lambda: _answers(site), seconds=90, otherwise="PostgreSQL does not take up its work")
    missing = []
    for name in ("sandbox", "web", "worker", "beat", "courier"):
        process = site.stack.running.get(name)
        if process is None or process.poll() is not None:
            missing.append(name)
            if process is not None:
                with suppress(ProcessLookupError, psutil.Error):
                    site.stack.kill9(name)
    if missing:
        site.stack.start(*missing)


def _answers(site: Site) -> bool:
    try:
        return bool(site.rows("SELECT 1"))
    except psycopg2.Error:
        return False


def free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free
