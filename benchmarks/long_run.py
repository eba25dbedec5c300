"""An hour of mixed load: what must not grow with time does not.

    python -m benchmarks.long_run [--minutes 60] [--every 10] [--from DUMP]

Guests, members, a partner's, two shops' programs and somebody who counts goods, as `make faults` has them,
but nothing breaks. Memory of each process, connections, dead rows and queues are sampled; each series is
called flat or growing by the rule of `verdict`. Writes build/long_run.json; 1 where something grows.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from statistics import median

import psutil
import redis

from stack.environment import ROOT
from tests.faults.storm.load import Load
from tests.faults.storm.site import Site, open_site
from tests.faults.storm.storm import webhooks

PROCESSES = ("web", "worker", "beat", "courier")
QUEUES = ("celery", "stripe", "imports")
# Over the second half of a run a series may rise by so much of its median, or by so much in all, and is
# flat. Caches fill and connections open in the first half.
SHARE = 0.05
ALLOWANCE = {"memory": 8.0, "connections": 4.0, "dead rows": 0.1, "waiting": 20.0}
COUNTS = """
SELECT (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),
       (SELECT coalesce(sum(n_dead_tup)::float / nullif(sum(n_live_tup), 0), 0)
        FROM pg_stat_user_tables WHERE n_live_tup > 1000),
       (SELECT count(*) FROM checkout_stripeevent WHERE processed_at IS NULL),
       (SELECT count(*) FROM webhooks_delivery WHERE status = 'pending'),
       (SELECT count(*) FROM webhooks_event WHERE sequence IS NULL),
       (SELECT count(*) FROM accounts_outgoingmail WHERE sent_at IS NULL),
       (SELECT count(*) FROM checkout_order WHERE status = 'awaiting_payment'),
       (SELECT count(*) FROM checkout_order), pg_database_size(current_database())
"""
WAITING = ("Stripe's events", "messages", "events without a place", "mails", "unpaid orders")


@dataclass
class Series:
    """One thing over time: minutes since the start, and what there was."""

    kind: str
    points: list[tuple[float, float]] = field(default_factory=list)

    def rise(self) -> float:
        """What the second half rose by: the median slope of all its pairs, times its length.

        One outlier, such as a vacuum or a sweep, moves it by nothing (Theil and Sen).
        """
        half = self.points[len(self.points) // 2 :]
        slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(half, 2)]
        return median(slopes) * (half[-1][0] - half[0][0]) if slopes else 0.0

    def verdict(self) -> str:
        """ "flat", or "growing": by more than SHARE of the second half's median and than the allowance."""
        half = [value for _at, value in self.points[len(self.points) // 2 :]]
        most = max(SHARE * median(half), ALLOWANCE[self.kind]) if half else 0.0
        return "growing" if self.rise() > most else "flat"


@dataclass
class Watch:
    """Samples a site; `series` by name."""

    site: Site
    began: float = field(default_factory=time.monotonic)
    series: dict[str, Series] = field(default_factory=dict)
    orders: list[int] = field(default_factory=list)
    size: list[int] = field(default_factory=list)

    def note(self, kind: str, name: str, value: float) -> None:
        at = (time.monotonic() - self.began) / 60
        self.series.setdefault(name, Series(kind)).points.append((round(at, 3), value))

    def sample(self) -> None:
        for name in PROCESSES:
            for number, pid in enumerate(sorted(self.site.stack.pids(name))):
                self.note("memory", f"{name}.{number} MB", _megabytes(pid))
        [counts] = self.site.rows(COUNTS)
        connections, dead, *waiting = counts
        self.orders.append(waiting[-2])
        self.size.append(waiting[-1])
        self.note("connections", "connections", connections)
        self.note("dead rows", "dead rows a live one", round(float(dead), 4))
        for name, count in zip(WAITING, waiting, strict=False):
            self.note("waiting", name, count)
        with redis.Redis.from_url(self.site.redis.url) as client:
            for queue in QUEUES:
                self.note("waiting", f"queue {queue}", client.llen(queue))


def _megabytes(pid: int) -> float:
    """What the process alone holds: what it shares with its parent would count twice."""
    try:
        return float(round(psutil.Process(pid).memory_full_info().uss / 1e6, 1))
    except psutil.NoSuchProcess:
        return 0.0


def report(watch: Watch, load: Load, minutes: float) -> dict[str, object]:
    made = watch.orders[-1] - watch.orders[0]
    rows = {
        name: {
            "verdict": each.verdict(),
            "rise": round(each.rise(), 2),
            "first": each.points[0][1],
            "middle": median(value for _at, value in each.points),
            "last": each.points[-1][1],
            "points": each.points,
        }
        for name, each in watch.series.items()
    }
    return {
        "minutes": minutes,
        "rule": f"the second half rises by at most {SHARE:.0%} of its median or {ALLOWANCE}",
        "orders": made,
        "bytes_an_order": round((watch.size[-1] - watch.size[0]) / made) if made else None,
        "load": dict(load.done),
        "failed": dict(load.failed),
        "series": rows,
        "growing": [name for name, each in watch.series.items() if each.verdict() == "growing"],
    }


def table(found: dict[str, object]) -> str:
    lines = [f"{'':26}{'first':>9}{'middle':>9}{'last':>9}{'rise':>9}"]
    for name, row in found["series"].items():  # type: ignore[attr-defined]
        figures = "".join(f"{row[each]:>9}" for each in ("first", "middle", "last", "rise"))
        lines.append(f"{name:26}{figures}  {row['verdict']}")
    lines.append(f"{found['orders']} orders, {found['bytes_an_order']} bytes each in the database")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.long_run")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--every", type=float, default=10, help="seconds between two samples")
    parser.add_argument("--from", type=Path, dest="dump", help="SQL of an empty, migrated database")
    words = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # which stops what was started
    directory = Path(tempfile.mkdtemp(prefix="etal-long-"))
    try:
        with open_site(directory, demo=True, dump=words.dump) as site:
            load = Load(site, seed=1)
            webhooks(site, load)
            load.start()
            watch = Watch(site)
            while time.monotonic() - watch.began < words.minutes * 60:
                watch.sample()
                time.sleep(words.every)
            found = report(watch, load, words.minutes)
            load.stop()
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    target = ROOT / "build" / "long_run.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    print(table(found))
    print(f"growing: {', '.join(found['growing']) or 'nothing'}")  # type: ignore[arg-type]
    print(f"written: {target.relative_to(ROOT)}")
    return 1 if found["growing"] else 0


if __name__ == "__main__":
    sys.exit(main())
