"""The shop under measurement: the full stack on servers of its own, with the demo's catalogue."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks import cpu, reaching
from stack import demo_accounts
from stack.environment import ROOT
from stack.ports import LOOPBACK, free_port
from stack.processes import Stack, commands
from stack.services import PostgreSQL, Redis
from stack.waiting import wait_until

# Enough that no round runs dry, however fast the machine.
PLENTY = 1_000_000
# The page that is measured has one card with Buy now under each post: plenty in stock, each
# drop open, no second card, no post that only says something.
ALL_FOR_SALE = f"""
UPDATE catalogue_stockitem SET on_hand = {PLENTY};
UPDATE catalogue_drop SET opens_at = now() WHERE opens_at > now();
DELETE FROM feeds_productcard WHERE position > 0;
UPDATE feeds_post p SET deleted_at = now() WHERE reply_to_id IS NULL
    AND NOT EXISTS (SELECT FROM feeds_productcard c WHERE c.post_id = p.id);
"""


@dataclass
class Shop:
    """What the rounds need: where things answer, and whose CPU time counts."""

    postgresql: PostgreSQL
    stack: Stack
    bare: subprocess.Popen[bytes]
    bare_port: int

    def execute(self, sql: str) -> list[tuple[object, ...]]:
        """See reaching.execute."""
        return reaching.execute(self.postgresql.url, sql)

    @property
    def development(self) -> dict[str, str]:
        """The stack's environment with the settings of development, without which there is no demo."""
        return {**self.stack.environment, "DJANGO_SETTINGS_MODULE": "shopping.settings"}

    def manage(self, *words: str) -> str:
        """The output of a management command in the stack's environment, as in development."""
        return "\n".join(reaching.manage(self.stack.environment, *words))

    def cpu_seconds(self, *names: str) -> float:
        """CPU of the named processes ("web", "worker", "courier", "bare") and of PostgreSQL."""
        roots = [self.postgresql.process.pid] if self.postgresql.process else []
        roots += [
            self.bare.pid if name == "bare" else self.stack.running[name].pid for name in names
        ]
        return cpu.seconds(roots)


def start_bare(stack: Stack, port: int) -> subprocess.Popen[bytes]:
    """A bare Django view under the very same server and options as the shop's web process."""
    command = commands()["web"].replace("shopping.wsgi", "benchmarks.bare.wsgi")
    process = subprocess.Popen(
        command,
        shell=True,
        cwd=ROOT,
        env={**stack.environment, "PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )

    def answers() -> bool:
        try:
            return httpx.get(f"http://{LOOPBACK}:{port}/").status_code == 200
        except httpx.TransportError:
            return False

    wait_until(answers, seconds=30, otherwise="The bare view does not answer.")
    return process


def stop_bare(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(timeout=20)


@contextmanager
def open_shop(directory: Path) -> Iterator[Shop]:
    """Start everything in `directory`, fill it, and stop it all at the end.

    Beat stays off: its sweeps would add their statements and CPU to whatever is being measured.
    """
    with ExitStack() as stop:
        postgresql = stop.enter_context(PostgreSQL(directory / "postgresql"))
        redis = stop.enter_context(Redis(directory / "redis"))
        env = {"WEB_WORKERS": "2", "ALLOWED_HOSTS": "localhost,127.0.0.1", "DEBUG": "true"}
        env["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
        env["API_CALLS_A_MINUTE"] = "1000000"
        env["API_CALLS_AT_ONCE"] = "1000000"
        env |= {name: os.environ[name] for name in ("WEB_THREADS",) if name in os.environ}
        stack = Stack(
            directory / "stack", database_url=postgresql.url, redis_url=redis.url, env=env
        )
        bare_port = free_port()
        bare = start_bare(stack, bare_port)
        stop.callback(stop_bare, bare)
        shop = Shop(postgresql, stack, bare, bare_port)
        stop.callback(stack.stop)
        stack.start("sandbox")
        shop.manage("migrate", "--verbosity", "0")
        demo_accounts.open_all(shop.development)
        shop.manage("demo")
        shop.execute(ALL_FOR_SALE)
        stack.start("web", "worker", "courier")
        yield shop
