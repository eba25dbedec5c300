"""Rounds of blows under load; after each, everything settles and is audited."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from redis import RedisError

from stack.errors import StackError
from tests.faults.storm import blows, settling
from tests.faults.storm.blows import Kind
from tests.faults.storm.load import Load
from tests.faults.storm.site import Site, restart

IN_A_ROUND = 10
# How long after its end a blow may keep everybody from everything.
RECOVER_SECONDS = 90.0
# Where Stripe misbehaves as well, while something else is broken.
BOTH = 0.5


@dataclass
class Blown:
    """One blow: seconds from the start of the run, how long it lasted, and from its end how long it took
    until something that began after it went well."""

    kind: str
    detail: str
    at: float
    lasted: float = 0.0
    recovered: float | None = None


@dataclass
class Report:
    """All that a run found; `findings` has to be empty."""

    seed: int
    left_out: list[str] = field(default_factory=list)
    blows: list[Blown] = field(default_factory=list)
    settled: list[float] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    load: dict[str, int] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)
    minutes: float = 0.0

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        kinds = Counter(each.kind for each in self.blows)
        content = {**asdict(self), "kinds": dict(sorted(kinds.items()))}
        path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")


class Storm:
    """A run. `faults` ends it by number, `minutes` by time; whichever comes first."""

    def __init__(self, site: Site, *, seed: int, faults: int | None, minutes: float | None) -> None:
        self.site, self.chance = site, random.Random(seed)
        self.faults, self.seconds = faults, minutes * 60 if minutes else None
        self.load = Load(site, seed=seed)
        self.report = Report(seed)
        every = {kind.name for kind in (blows.DISK_FULL, blows.CLOCKS)}
        there = blows.kinds(own_disk=site.own_disk)
        self.report.left_out = sorted(every - {kind.name for kind in there})
        self.deck = blows.in_turn_and_at_random(there, self.chance)
        self.began = time.monotonic()

    def run(self, only: list[Kind] | None = None) -> Report:
        """Blow until the end; with `only`, just these, one round."""
        webhooks(self.site, self.load)
        say("before the storm")
        self.load.start()
        time.sleep(4)
        try:
            if only is not None:
                self.round(iter(only), most=len(only))
            while only is None and not self.is_over():
                self.round(self.deck, most=IN_A_ROUND)
        finally:
            self.load.stop()
            self.finish()
        return self.report

    def is_over(self) -> bool:
        by_number = self.faults is not None and len(self.report.blows) >= self.faults
        gone = time.monotonic() - self.began
        return by_number or (self.seconds is not None and gone >= self.seconds)

    def round(self, deck: Iterator[Kind], *, most: int) -> None:
        """Some blows, and then what is left of them."""
        self.load.resume()
        with ExitStack() as standing:
            for _number in range(most):
                kind = next(deck, None)
                if kind is None or (most == IN_A_ROUND and self.is_over()):
                    break
                self.strike(kind, standing)
            blows.clear(self.site)
            self.look()
        self.load.resume()

    def strike(self, kind: Kind, standing: ExitStack) -> None:
        with ExitStack() as here:
            begun = time.monotonic()
            detail = self.blow(kind, standing if kind.whole_round else here)
            if kind in blows.OF_PROCESSES and self.chance.random() < BOTH:
                second = self.chance.choice(blows.OF_STRIPE)
                more = self.blow(second, here)
                self.note(second, more, begun)
            blown = self.note(kind, detail, begun)
            time.sleep(self.chance.uniform(*blows.HOLD))
        blown.lasted = time.monotonic() - begun
        ended = time.monotonic()
        while time.monotonic() - ended < RECOVER_SECONDS:
            if self.load.first_success(begun if kind.whole_round else ended):
                blown.recovered = time.monotonic() - ended
                break
            time.sleep(0.1)
        else:
            self.find(f"nothing went well {RECOVER_SECONDS:.0f} seconds after: {kind.name}")
        recovered = "never" if blown.recovered is None else f"{blown.recovered:.1f} s"
        say(
            f"{len(self.report.blows):>4}  {kind.name} {detail}".rstrip()
            + f": {blown.lasted:.1f} s, then {recovered} to the first success",
            at=blown.at,
        )

    def blow(self, kind: Kind, stack: ExitStack) -> str:
        return str(stack.enter_context(_mended(kind, self.site, self.chance)))

    def note(self, kind: Kind, detail: str, begun: float) -> Blown:
        blown = Blown(kind.name, detail, begun - self.began)
        self.report.blows.append(blown)
        return blown

    def look(self) -> None:
        """Settle, and audit."""
        took, found = settling.settle(self.site, self.load)
        self.report.settled.append(took)
        found += settling.audit(self.site)
        found += settling.promises(self.site, self.load.told)
        for each in found:
            self.find(each)
        say(
            f"      settled after {took:.0f} s; {sum(self.load.done.values())} things done;"
            f" {len(found) or 'no'} findings",
            at=time.monotonic() - self.began,
        )

    def find(self, what: str) -> None:
        if what not in self.report.findings:
            self.report.findings.append(what)
            say(f"      FOUND: {what}")

    def finish(self) -> None:
        report, load = self.report, self.load
        report.minutes = (time.monotonic() - self.began) / 60
        report.load, report.failed = dict(load.done), dict(load.failed)
        report.told = {name: len(each) for name, each in vars(load.told).items()}
        for each in load.broken:
            self.find(f"the load itself broke: {each}")


@contextmanager
def _mended(kind: Kind, site: Site, chance: random.Random) -> Iterator[Any]:
    """The blow, and at its end whatever it left down started again; Stripe brings nothing of ours down."""
    with kind.blow(site, chance) as detail:
        yield detail
    if kind in blows.OF_STRIPE:
        return
    try:
        restart(site)
    except (StackError, RedisError):
        restart(site)


def webhooks(site: Site, load: Load) -> None:
    """Each shop's program subscribes to everything."""
    for number, shop in enumerate(site.people["shops"]):
        body = {"url": site.receiver.url(f"/shop-{number}")}
        answer = load.call(shop["key"], "POST", "webhooks/", body, key=f"subscribe-{number}")
        if answer.status_code != 201:
            raise StackError(f"subscribing answered {answer.status_code}: {answer.text[:300]}")


def say(text: str, *, at: float | None = None) -> None:
    clock = "" if at is None else f"{int(at) // 60:>3}:{int(at) % 60:02}  "
    print(f"{clock}{text}", flush=True)
