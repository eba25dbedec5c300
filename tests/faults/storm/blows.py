"""What is done to the site: each blow is a context that breaks something, and mends it at its end."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.faults.storm.site import Site, faketime, restart

Blow = Callable[[Site, random.Random], Any]
# How long something stays broken, in seconds; a disk is full, and people wait, for some of it.
HOLD = (0.5, 4.0)
CHUNK = 1 << 20
SLEEPING = Path(__file__).parents[1] / "clocks"
# How far clocks are apart, in seconds. Stripe's signatures are good for five minutes.
APART = (-600, -240, -90, 90, 240, 600)


@dataclass(frozen=True)
class Kind:
    """A kind of blow. `whole_round`: it stays until all has settled, and what it does may not matter."""

    name: str
    blow: Blow
    whole_round: bool = False


def killed(name: str) -> Blow:
    @contextmanager
    def blow(site: Site, chance: random.Random) -> Iterator[str]:
        site.stack.kill9(name)
        yield ""
        restart(site)

    return blow


@contextmanager
def redis_lost(site: Site, chance: random.Random) -> Iterator[str]:
    """Killed, with all that it held: it keeps nothing on its disk."""
    site.kill9(site.redis)
    yield ""
    restart(site)


@contextmanager
def postgresql_killed(site: Site, chance: random.Random) -> Iterator[str]:
    site.kill9(site.postgresql)
    yield ""
    restart(site)


@contextmanager
def everything_killed(site: Site, chance: random.Random) -> Iterator[str]:
    """The power fails: all that is ours at once. Stripe goes on."""
    for name in ("web", "worker", "beat", "courier"):
        site.stack.kill9(name)
    site.kill9(site.redis)
    site.kill9(site.postgresql)
    yield ""
    restart(site)


@contextmanager
def disk_full(site: Site, chance: random.Random) -> Iterator[str]:
    """Not a byte is left for PostgreSQL, until somebody makes room."""
    ballast = site.postgresql.directory / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"\0" * CHUNK)
    with ballast.open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"\0" * 512)
    taken = ballast.stat().st_size
    time.sleep(3)
    yield f"{taken >> 20} MB of ballast"
    ballast.unlink()
    restart(site)


@contextmanager
def clocks_apart(site: Site, chance: random.Random) -> Iterator[str]:
    """One kind of process lives some minutes before or behind the others."""
    name, seconds = chance.choice(["web", "worker", "beat", "courier"]), chance.choice(APART)
    library = faketime()
    assert library is not None
    words = {
        "LD_PRELOAD": str(library),
        "FAKETIME": f"{seconds:+d}s",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        # Its children are told by the environment; a shared memory would outlive a kill.
        "FAKETIME_DISABLE_SHM": "1",
        "PYTHONPATH": str(SLEEPING),
    }
    site.stack.stop(name)
    site.env.update(words)
    try:
        # Its sign of life is a file's time, which is the kernel's.
        site.stack.start(name)
    finally:
        for word in words:
            del site.env[word]
    yield f"{name} {seconds:+d} s"
    restart_plainly(site, name)


def restart_plainly(site: Site, name: str) -> None:
    if name in site.stack.running:
        site.stack.stop(name)
    site.stack.start(name)


@contextmanager
def crowd_of_workers(site: Site, chance: random.Random) -> Iterator[str]:
    """Two beats and four workers at once."""
    with ExitStack() as stop:
        for number, names in enumerate((("beat", "worker"), ("worker",), ("worker",))):
            more = site.another(f"more-{number}")
            stop.callback(more.stop)
            more.start(*names)
        yield ""


def stripe(*faults: dict[str, Any]) -> Blow:
    """The stand-in misbehaves in this way, until it is told to stop."""

    @contextmanager
    def blow(site: Site, chance: random.Random) -> Iterator[str]:
        url = f"{site.stack.sandbox_url}/_sandbox"
        armed = [{**each, "times": each.get("times", 40)} for each in faults]
        httpx.post(f"{url}/faults", json=armed, timeout=20).raise_for_status()
        yield ""
        httpx.delete(f"{url}/faults", timeout=20).raise_for_status()
        body = {"order": "reverse"}
        httpx.post(f"{url}/webhooks/release", json=body, timeout=20).raise_for_status()

    return blow


OF_PROCESSES = [
    Kind("kill -9 web", killed("web")),
    Kind("kill -9 worker", killed("worker")),
    Kind("kill -9 beat", killed("beat")),
    Kind("kill -9 courier", killed("courier")),
    Kind("Redis killed, its data lost", redis_lost),
    Kind("PostgreSQL killed", postgresql_killed),
    Kind("power failure", everything_killed),
]
OF_STRIPE = [
    Kind("Stripe slow", stripe({"kind": "delay", "seconds": 3})),
    Kind("Stripe errs", stripe({"kind": "error"}, {"kind": "error", "status": 429})),
    Kind("Stripe cuts lines", stripe({"kind": "drop"})),
    Kind("Stripe errs after it has done it", stripe({"kind": "error_after"})),
    Kind(
        "Stripe answers after the time-out",
        stripe({"kind": "delay_after", "seconds": 14, "times": 6}, {"kind": "drop_after"}),
    ),
    Kind("banks think", stripe({"kind": "processing", "seconds": 4})),
    Kind("webhooks late", stripe({"kind": "webhook_delay", "seconds": 6})),
    Kind("webhooks three times", stripe({"kind": "webhook_duplicate", "copies": 3})),
    Kind("webhooks in any order", stripe({"kind": "webhook_reorder", "times": 8})),
    Kind("webhooks held and sent backwards", stripe({"kind": "webhook_hold"})),
    Kind("webhooks lost", stripe({"kind": "webhook_drop"})),
]
DISK_FULL = Kind("disk full", disk_full)
CLOCKS = Kind("clocks apart", clocks_apart, whole_round=True)
CROWD = Kind("two beats, four workers", crowd_of_workers, whole_round=True)


def kinds(*, own_disk: bool) -> list[Kind]:
    """All that can be done here: a full disk needs one of its own, other times the library for it."""
    found = [*OF_PROCESSES, *OF_STRIPE, CROWD]
    if own_disk:
        found.append(DISK_FULL)
    if faketime():
        found.append(CLOCKS)
    return found


def in_turn_and_at_random(found: list[Kind], chance: random.Random) -> Iterator[Kind]:
    """Each kind once, in any order; then again, in another one."""
    while True:
        deck = list(found)
        chance.shuffle(deck)
        yield from deck


def clear(site: Site) -> None:
    """Nothing is armed, and no ballast lies about."""
    with suppress(FileNotFoundError):
        os.unlink(Path(site.postgresql.directory) / "ballast")
    with suppress(httpx.HTTPError):
        httpx.delete(f"{site.stack.sandbox_url}/_sandbox/faults", timeout=20)
