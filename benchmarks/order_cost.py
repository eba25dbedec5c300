"""What an order costs at a thousand orders and at a million: CPU and statements.

    python -m benchmarks.order_cost [--orders 1000000] [--paid 40]

Placed by the verb, and placed and paid over HTTP until the last mail is out, on two sites of one PostgreSQL
that have as many orders of the demo's shops. Writes build/order_cost.json.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import orders, reaching, sites, workbench
from benchmarks.results import Results
from benchmarks.shop import ALL_FOR_SALE, Shop
from benchmarks.sites import LARGE, SMALL, Site
from stack import demo_accounts
from stack.environment import ROOT
from stack.processes import Stack
from stack.services import PostgreSQL, Redis
from tests.faults.storm.site import restored

SMALL_ORDERS = 1_000
DEMO = "demo"
PLACE_SECONDS, ROUNDS = 4.0, 3


@dataclass
class Counted(Shop):
    """A shop whose database is one of several on its server."""

    def execute(self, sql: str) -> list[tuple[object, ...]]:
        """See reaching.execute."""
        return reaching.execute(self.stack.database_url, sql)


@contextmanager
def open_sites(directory: Path, *, count: int, dump: Path | None) -> Iterator[dict[str, Site]]:
    """A site with SMALL_ORDERS and one with `count` orders, filled; nothing of them runs yet."""
    with ExitStack() as stop:
        postgresql = stop.enter_context(PostgreSQL(directory / "postgresql"))
        env = {"WEB_WORKERS": "2", "ALLOWED_HOSTS": "localhost,127.0.0.1", "DEBUG": "true"}
        env["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
        found: dict[str, Site] = {}
        for name, wanted in ((DEMO, 0), (SMALL, SMALL_ORDERS), (LARGE, count)):
            redis = stop.enter_context(Redis(directory / f"redis-{name}"))
            url = sites.database(postgresql, name, like=DEMO if wanted else "template1")
            stack = Stack(directory / name, database_url=url, redis_url=redis.url, env=env)
            stop.callback(stack.stop)
            site = Site(name, postgresql, stack)
            print(f"{wanted} orders on the {name} site ...", flush=True)
            if wanted:
                found[name] = site
                workbench.fill(site, orders=wanted)
                site.execute(ALL_FOR_SALE)
                # Their accounts are made at each site's own stand-in, which the demo had none of.
                site.execute("UPDATE catalogue_merchant SET payable = true")
            else:
                if dump is not None:
                    restored(dump, url, postgresql.bin)
                workbench.load(site)
        yield found


def measure(site: Site, *, paid: int) -> dict[str, float]:
    """CPU milliseconds and statements of an order; the site's stack runs for it alone."""
    site.stack.start("sandbox")
    demo_accounts.open_all(
        {**site.stack.environment, "DJANGO_SETTINGS_MODULE": "shopping.settings"}
    )
    site.stack.start("web", "worker")
    nothing = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    shop, results = Counted(site.postgresql, site.stack, nothing, 0), Results()
    product = orders.product_to_buy(shop)
    for number in range(ROUNDS):
        orders.placed(shop, results, seconds=PLACE_SECONDS, seed=number, lines=1)
        orders.paid(shop, results, clients=1, orders=paid, product=product)
    # What it names besides: figures that are not measured here.
    for name in ("bare_order.c8", orders.placed_name(20)):
        results.add(name, value=1, cpu_ms=0, unit="")
    orders.count_statements(shop, results, product=product)
    nothing.terminate()
    nothing.wait()
    site.stack.stop()
    placed, whole = results.figures[orders.placed_name(1)], results.figures["order.paid.c1"]
    return {
        "placed_cpu_ms": round(placed.cpu, 2),
        "paid_cpu_ms": round(whole.cpu, 2),
        "placed_statements": placed.sql or 0.0,
        "paid_statements": whole.sql or 0.0,
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.order_cost")
    parser.add_argument("--orders", type=int, default=1_000_000, help="on the large site")
    parser.add_argument("--paid", type=int, default=40, help="orders paid a round")
    parser.add_argument("--from", type=Path, dest="dump", help="SQL of an empty, migrated database")
    words = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # which stops what was started
    directory = Path(tempfile.mkdtemp(prefix="etal-bench-"))
    directory.chmod(0o711)  # PostgreSQL may run as a guest: see stack.guest
    try:
        with open_sites(directory, count=words.orders, dump=words.dump) as found:
            said = {name: measure(site, paid=words.paid) for name, site in found.items()}
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    for name, small in said[SMALL].items():
        large = said[LARGE][name]
        print(f"{name:20}{small:>9} →{large:>9}   {large / small:.2f} times")
    target = ROOT / "build" / "order_cost.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    content = {"orders": {SMALL: SMALL_ORDERS, LARGE: words.orders}, **said}
    target.write_text(json.dumps(content, indent=2) + "\n")
    print(f"written: {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
