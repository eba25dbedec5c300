"""The processes of the Procfile, started one by one on free ports: for tests and benches."""

import os
import signal
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
from honcho.environ import parse_procfile

from stack import health, secrets
from stack.environment import MARK, ROOT, sandbox_environment, search_path
from stack.errors import StackError
from stack.ports import LOOPBACK, free_port
from stack.waiting import wait_until

NAMES = ("sandbox", "web", "worker", "beat", "courier")
HEALTHY_SECONDS = 60


def commands() -> dict[str, str]:
    """The shell command of each process, by name, as the Procfile has them."""
    processes: dict[str, str] = parse_procfile((ROOT / "Procfile").read_text()).processes
    return processes


@dataclass
class Stack:
    """Web, worker, beat, courier and the Stripe stand-in, as in production, against servers that exist.

        with Stack(tmp_path, database_url=..., redis_url=...) as stack:
            httpx.get(f"{stack.url}/")
            stack.kill9("worker")       # the process and its children, at once
            stack.start("worker")       # returns when it is healthy again

    `database_url` names a database that is migrated already. `env` comes on top of everything the
    processes are given (fault switches, `WEB_WORKERS`, `RESERVATION_SECONDS`, ...): nothing but
    `PATH` and `HOME` is taken from the caller's own environment. Logs, mails, media and the
    stand-in's state are files in `directory`; `stack.log("web")` reads a log. Ports are chosen when
    the object is made and stay the same across restarts.

    Errors: `StackError` with the end of the log, where a process does not become healthy.
    """

    directory: Path
    database_url: str
    redis_url: str
    env: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    sandbox_port: int = field(default_factory=free_port)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.directory = self.directory.resolve()
        self.directory.mkdir(parents=True, exist_ok=True)

    @property
    def url(self) -> str:
        """Where the site answers, without a slash at the end."""
        return f"http://localhost:{self.port}"

    @property
    def sandbox_url(self) -> str:
        """Where the Stripe stand-in answers, without a slash at the end."""
        return f"http://localhost:{self.sandbox_port}"

    @property
    def environment(self) -> dict[str, str]:
        """All that the processes find in their environment; good for `manage.py` as well."""
        environment = {
            "PATH": search_path(),
            "HOME": os.environ.get("HOME", str(self.directory)),
            "PYTHONUNBUFFERED": "1",
            "DEBUG": "true",
            "SECRET_KEY": "a stack of tests and benches needs a key of no less than fifty signs",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "PORT": str(self.port),
            "PUBLIC_URL": self.url,
            "MEDIA_ROOT": str(self.directory / "media"),
            "PRIVATE_ROOT": str(self.directory / "private"),
            "MAIL_DIR": str(self.directory / "mails"),
            "BEAT_PIDFILE": str(self.directory / "beat.pid"),
            "COURIER_ALIVE_FILE": str(self.directory / "courier.alive"),
            "WEBHOOK_PRIVATE_HOSTS": "true",
            "UCP_SIGNING_KEYS": str(
                secrets.kept_signing_key(self.directory / "ucp_signing_keys.pem")
            ),
            "UCP_OPEN": "true",
        }
        environment |= sandbox_environment(
            port=self.sandbox_port, state=self.directory / "sandbox", public_url=self.url
        )
        marked = {MARK: os.environ[MARK]} if MARK in os.environ else {}
        return {**environment, **marked, **self.env}

    def start(self, *names: str) -> Self:
        """Start the named processes (all, without names) and return when they are healthy."""
        wanted = names or NAMES
        for name in wanted:
            self._spawn(name)
        for name in wanted:
            self._wait(name)
        return self

    def restart(self, *names: str) -> Self:
        """Stop the named processes in order, then start them."""
        self.stop(*names)
        return self.start(*names)

    def kill9(self, name: str) -> None:
        """SIGKILL to the process and all its children, and wait until they are gone."""
        process = self.running.pop(name)
        family = _family(process.pid)
        os.killpg(process.pid, signal.SIGKILL)
        for member in family:
            if member.is_running():
                member.kill()
        process.wait(timeout=10)
        psutil.wait_procs(family, timeout=10)

    def stop(self, *names: str) -> None:
        """SIGTERM to the named processes (all, without names); after 10 seconds SIGKILL."""
        stopping = [name for name in (names or reversed(NAMES)) if name in self.running]
        for name in stopping:
            if self.running[name].poll() is None:
                self.running[name].terminate()
        for name in stopping:
            with suppress(subprocess.TimeoutExpired):
                self.running[name].wait(timeout=10)
            if self._group_lives(name):
                self.kill9(name)
            else:
                del self.running[name]

    def pids(self, name: str) -> list[int]:
        """The process ids of the named process and its children, for accounting."""
        return [member.pid for member in _family(self.running[name].pid)]

    def log(self, name: str) -> str:
        """All that the named process has written so far, over restarts."""
        path = self.directory / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _spawn(self, name: str) -> None:
        if name in self.running and self.running[name].poll() is None:
            raise StackError(f"The {name} process runs already.")
        if name == "beat":
            (self.directory / "beat.pid").unlink(missing_ok=True)
        if name == "courier":
            (self.directory / "courier.alive").unlink(missing_ok=True)
        with (self.directory / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                commands()[name],
                shell=True,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _wait(self, name: str) -> None:
        checks: dict[str, Callable[[], bool]] = {
            "web": lambda: health.web(f"http://{LOOPBACK}:{self.port}"),
            "worker": lambda: health.worker(self.redis_url),
            "beat": lambda: health.beat(self.directory / "beat.pid"),
            "courier": lambda: health.courier(self.directory / "courier.alive"),
            "sandbox": lambda: health.sandbox(f"http://{LOOPBACK}:{self.sandbox_port}"),
        }

        def healthy() -> bool:
            if self.running[name].poll() is not None:
                raise StackError(f"The {name} process ended:\n{self.log(name)[-3000:]}")
            return checks[name]()

        silent = f"The {name} process does not answer; see {self.directory / name}.log."
        wait_until(healthy, seconds=HEALTHY_SECONDS, otherwise=silent)

    def _group_lives(self, name: str) -> bool:
        process = self.running[name]
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
