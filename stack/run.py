"""`make run`: the whole site on this machine, from nothing or from where it was left."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import FrameType

import psycopg2
import redis

from stack import demo_accounts, health, leftovers
from stack.environment import LOCAL, MARK, ROOT, given
from stack.errors import StackError
from stack.manage import quietly
from stack.ports import LOOPBACK
from stack.private import check_room, claimed_port, environment, held
from stack.processes import commands

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
HEALTHY_SECONDS = 120


class Stopped(Exception):
    """Someone asked the stack to stop, by this signal."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


def run(_arguments: list[str]) -> int:
    """Start everything, print where it is, and wait for Ctrl-C. Returns the exit code.

    Ctrl-C, SIGTERM and a closed terminal stop every process it started. Where one of the processes
    ends by itself, the others are stopped too.
    """
    for number in STOPPING:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # under nohup
            signal.signal(number, stop)
    try:
        with ExitStack() as stack:
            stack.callback(ignore_signals)  # while stopping, a second Ctrl-C must not leave halves
            started = time.monotonic()
            stack.enter_context(held())
            leftovers.stop_marked(MARK, str(LOCAL))
            check_room(LOCAL)
            port = claimed_port(given(), "PORT", 8000)
            say("Starting PostgreSQL and Redis …")
            words = environment(stack, port=port) | {MARK: str(LOCAL)}
            migrate(words)
            say("Starting web, worker, beat and the rest …")
            manager = stack.enter_context(processes(words))
            wait_until_healthy(manager, words)
            # After the others, because the demo's shops and its shopper's card are Stripe's too.
            demo_accounts.open_all(words)
            say(quietly("demo", words=words, otherwise="The demo data could not be loaded:"))
            load_store(words)
            say(addresses(words))
            say(sign_ins(words))
            say(f"Ready after {time.monotonic() - started:.0f} seconds. Ctrl-C stops everything.\n")
            manager.wait()
            raise StackError(
                "A process ended, so the others were stopped; its reason stands above."
            )
    except Stopped as stopped:
        return 0 if stopped.number == signal.SIGINT else 128 + stopped.number


def stop(number: int, _frame: FrameType | None) -> None:
    ignore_signals()
    raise Stopped(number)


def ignore_signals() -> None:
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)


def migrate(words: Mapping[str, str]) -> None:
    """Bring the database to the code's form. Errors: `StackError`, also where a server is away."""
    say("Preparing the database …")
    reachable(words)
    quietly("migrate", "--noinput", words=words, otherwise="The database could not be migrated:")


def reachable(words: Mapping[str, str]) -> None:
    """Say which server is away before Django says it in its own way. Errors: `StackError`."""
    try:
        psycopg2.connect(words["DATABASE_URL"], connect_timeout=5).close()
    except psycopg2.Error as error:
        why = str(error).strip().partition("\n")[0]
        raise StackError(f"The database in DATABASE_URL cannot be reached: {why}") from error
    try:
        with redis.Redis.from_url(words["REDIS_URL"], socket_connect_timeout=5) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise StackError(f"The Redis in REDIS_URL cannot be reached: {error}") from error


def load_store(words: Mapping[str, str]) -> None:
    """Make a shop of the folder of CSV files that LOAD_STORE names, if it names one.

    Errors: `StackError`, with what is wrong in which file and row.
    """
    if "LOAD_STORE" not in words:
        return
    account = ["--account", demo_accounts.SPARE[0]] if "SANDBOX_PORT" in words else []
    asked = ["load_store", words["LOAD_STORE"], *account]
    say(quietly(*asked, words=words, otherwise="The files of LOAD_STORE could not be loaded:"))


@contextmanager
def processes(words: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """honcho with the Procfile, in a session of its own: we say when it stops, the terminal does not."""
    for sign in ("beat.pid", "courier.alive"):
        (LOCAL / sign).unlink(missing_ok=True)
    wanted = [name for name in commands() if name != "sandbox" or "SANDBOX_PORT" in words]
    # honcho reads a `.env` by itself and would put it above the environment; ours holds it already.
    command = [sys.executable, "-m", "honcho", "-e", os.devnull, "start", *wanted]
    manager = subprocess.Popen(
        command, cwd=ROOT, env=words, stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield manager
    finally:
        say("\nStopping …")
        if manager.poll() is None:
            manager.terminate()
            try:
                manager.wait(timeout=20)
            except subprocess.TimeoutExpired:
                manager.kill()
        leftovers.stop_marked(MARK, words[MARK])


def wait_until_healthy(manager: subprocess.Popen[bytes], words: Mapping[str, str]) -> None:
    """Return when each process does its work. Errors: `StackError` naming those that do not."""
    port, sandbox_port = words["PORT"], words.get("SANDBOX_PORT", "")
    waiting: dict[str, Callable[[], bool]] = {
        "web": lambda: health.web(f"http://{LOOPBACK}:{port}"),
        "worker": lambda: health.worker(words["REDIS_URL"]),
        "beat": lambda: health.beat(LOCAL / "beat.pid"),
        "courier": lambda: health.courier(LOCAL / "courier.alive"),
    }
    if sandbox_port:
        waiting["sandbox"] = lambda: health.sandbox(f"http://{LOOPBACK}:{sandbox_port}")
    end = time.monotonic() + HEALTHY_SECONDS
    while waiting:
        waiting = {name: holds for name, holds in waiting.items() if not holds()}
        if manager.poll() is not None:
            raise StackError("A process did not start; its reason stands above.")
        if waiting and time.monotonic() > end:
            raise StackError(f"Still silent after {HEALTHY_SECONDS} seconds: {', '.join(waiting)}.")
        time.sleep(0.1)


def addresses(words: Mapping[str, str]) -> str:
    """Where a person finds what, as a block of lines."""
    site = words["PUBLIC_URL"].rstrip("/")
    rows = {
        "Shop": f"{site}/",
        "Admin": f"{site}/admin/",
        "Mails": f"{site}/mails/",
        "Health": f"{site}/healthz/",
    }
    if "STRIPE_API_BASE" in words:
        rows["Stripe stand-in" if "SANDBOX_PORT" in words else "Stripe"] = words["STRIPE_API_BASE"]
    return "\n" + "\n".join(f"  {name:<18}{address}" for name, address in rows.items())


def sign_ins(words: Mapping[str, str]) -> str:
    """The people of the demo data, as the demo itself lists them."""
    listed = quietly("demo", "--signins", words=words, otherwise="The demo lists no sign-ins:")
    return "\n".join(f"  {line}" for line in ["", *listed.splitlines(), ""])


def say(text: str) -> None:
    print(text, flush=True)
