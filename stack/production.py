"""The processes as production runs them, on this machine: two web processes behind the proxy, a worker
for each queue, PgBouncer, and a replica that the feed is read of."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from stack import health
from stack.environment import ROOT
from stack.errors import StackError
from stack.front import Proxy
from stack.ports import LOOPBACK, free_port
from stack.processes import Stack

WEB = ("web-1", "web-2")
QUEUES = {"worker-celery": "celery", "worker-stripe": "stripe", "worker-imports": "imports"}
NAMES = ("sandbox", *WEB, *QUEUES, "beat", "courier", "exporter")
# Whose figures are served: see METRICS_PORT.
TELLING = (*WEB, *QUEUES, "courier", "exporter")
# What it is told by whoever starts it here; a site of one's own has values of its own.
EXAMPLES = {
    "DEBUG": "false",
    "ALLOWED_HOSTS": "localhost",
    "EMAIL_URL": f"smtp://{LOOPBACK}:25",
    "DEFAULT_FROM_EMAIL": "Étal <hello@etal.example>",
    "TRUSTED_PROXIES": "1",
    "PREPARED_STATEMENTS": "false",
    "WEBHOOK_PRIVATE_HOSTS": "false",
    "LIMIT_VISITORS": "false",
    "WEB_WORKERS": "1",
    "WORKER_CONCURRENCY": "1",
}


@dataclass
class Production(Stack):
    """As `Stack`, with `DEBUG` off. `database_url` is the pooler's, `replica_url` the replica's.

    The site is at `url`, through the proxy, with a certificate that `proxy.certificate` vouches for.
    """

    names: ClassVar[Sequence[str]] = NAMES

    replica_url: str = ""
    proxy: Proxy = field(init=False)
    ports: dict[str, int] = field(init=False)
    metrics: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.ports = {name: free_port() for name in WEB}
        self.metrics = {name: free_port() for name in TELLING}
        self.proxy = Proxy(
            self.directory / "proxy",
            web=list(self.ports.values()),
            media=self.directory / "media",
        )
        self.proxy.choose_port()

    @property
    def url(self) -> str:
        return self.proxy.url

    @property
    def environment(self) -> dict[str, str]:
        told = {
            "DATABASE_REPLICA_URL": self.replica_url,
            "SANDBOX_WEBHOOK_URL": f"{self.proxy.inside}/webhooks/stripe/",
        }
        return super().environment | EXAMPLES | told | dict(self.env)

    def own(self, name: str) -> dict[str, str]:
        told = {"METRICS_PORT": str(self.metrics.get(name, 0))}
        if name in self.ports:
            told["PORT"] = str(self.ports[name])
        if name in QUEUES:
            told |= {"WORKER_QUEUES": QUEUES[name], "WORKER_ALIVE_FILE": str(self._alive(name))}
        if name == "beat":
            told["BEAT_ALIVE_FILE"] = str(self._alive(name))
        return told

    def checks(self) -> dict[str, Callable[[], bool]]:
        web = {
            name: lambda port=port: health.web(
                f"http://{LOOPBACK}:{port}", host=self.proxy.url.removeprefix("https://")
            )
            for name, port in self.ports.items()
        }
        alive = {
            name: lambda name=name: health.alive(self._alive(name)) for name in (*QUEUES, "beat")
        }
        told = {
            "exporter": lambda: health.answers(f"http://{LOOPBACK}:{self.metrics['exporter']}/")
        }
        return super().checks() | web | alive | told

    def start(self, *names: str) -> Production:
        """As `Stack.start`; everything, without names, with the static files and the proxy."""
        if not names:
            self.collect()
        super().start(*names)
        if not names:
            self.proxy.start()
        return self

    def collect(self) -> None:
        """What an image is built with: the static files under their hashed names, and the folders."""
        self._manage("collectstatic", "--noinput", "--verbosity", "0")
        for folder in ("media", "private"):
            (self.directory / folder).mkdir(exist_ok=True)

    def stop(self, *names: str) -> None:
        if not names:
            self.proxy.stop()
        super().stop(*names)

    def _alive(self, name: str) -> Path:
        return self.directory / f"{name}.alive"

    def _spawn(self, name: str) -> None:
        self._alive(name).unlink(missing_ok=True)
        super()._spawn(name)

    def _manage(self, *arguments: str) -> None:
        """One of Django's commands. Errors: `StackError`."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise StackError(f"{arguments[0]} failed:\n{done.stderr[-3000:]}")
