"""`make bench`: every figure beside its reference, in one run, medians of alternating rounds.

    python -m benchmarks [--rounds N] [--seconds S] [--only PART] [--scale X]

Writes build/bench.json and prints the tables. Rates drift with whatever else the machine does, so
each stands beside a reference measured in the same round, and beside the CPU time it cost. The
feed is measured on seeded sites of its own; `--scale` makes them, files to import and the crowd of the
flash sale smaller, to try the bench itself.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks import api, feed, flash_sale, imports, orders, oscar_orders, sold_out, webhooks
from benchmarks.results import Results
from benchmarks.shop import Shop, open_shop
from stack.environment import ROOT

LEAST_ROUNDS = 3
PARTS = ("feed", "orders", "oscar", "webhooks", "imports", "api", "flash")


def measure_shop(
    directory: Path,
    results: Results,
    *,
    rounds: int,
    seconds: float,
    parts: Sequence[str],
    scale: float,
) -> None:
    """Orders, Oscar's, webhooks, the API and a flash sale. An order always stands beside the bare one."""
    with ExitStack() as stop:
        shop = stop.enter_context(open_shop(directory))
        product = orders.product_to_buy(shop)
        shop.execute(orders.BARE_TABLES)
        subscribers = webhooks.Subscribers(shop)
        asked = {"oscar", "api", "flash"} & set(parts)
        oscar = stop.enter_context(oscar_orders.open_oscar(shop)) if asked else None
        program = api.open_api(shop) if oscar and "api" in parts else None
        for number in range(rounds):
            print(f"shop: round {number + 1} of {rounds}", flush=True)
            if {"orders", "oscar"} & set(parts):
                _place(shop, results, seconds=seconds, seed=100 * number)
            if oscar and "oscar" in parts:
                oscar_orders.placed(oscar, results, seconds=seconds)
            if oscar and program:
                api.oscars_list(oscar, results, seconds=seconds)
                api.listed(program, results, seconds=seconds)
                api.upserted(program, results, number=number)
                api.deep(program, results, seconds=seconds)
            if "orders" in parts:
                _pay(shop, results, product=product)
            if "webhooks" in parts:
                webhooks.one_round(subscribers, results)
        if oscar and "flash" in parts:
            buyers = max(round(flash_sale.BUYERS * scale), 2 * flash_sale.PIECES)
            flash_sale.measure(shop, oscar, results, product=product, buyers=buyers)
        _count_statements(shop, oscar, program, results, parts=parts, product=product)


def _count_statements(
    shop: Shop,
    oscar: oscar_orders.Oscar | None,
    program: api.Api | None,
    results: Results,
    *,
    parts: Sequence[str],
    product: str,
) -> None:
    """When all is measured: writing PostgreSQL's log would cost the rounds time."""
    if oscar and "oscar" in parts:
        oscar_orders.count_statements(oscar, results)
    if oscar and program:
        api.count_statements(program, oscar, results)
    if "orders" in parts:
        orders.count_statements(shop, results, product=product)


def _place(shop: Shop, results: Results, *, seconds: float, seed: int) -> None:
    orders.bare_order(shop, results, seconds=seconds)
    for lines in orders.LINES:
        orders.placed(shop, results, seconds=seconds, seed=seed, lines=lines)


def _pay(shop: Shop, results: Results, *, product: str) -> None:
    orders.paid(shop, results, clients=1, orders=40, product=product)
    orders.paid(shop, results, clients=8, orders=80, product=product)
    sold_out.answered(shop, results, product=product)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--rounds", type=int, default=LEAST_ROUNDS, help="three at the least")
    parser.add_argument("--seconds", type=float, default=4.0, help="length of a timed run")
    parser.add_argument("--only", choices=(*PARTS, "all"), default="all")
    parser.add_argument(
        "--scale", type=float, default=1.0, help="of the large seeded site, of files, of buyers"
    )
    words = parser.parse_args()
    if words.rounds < LEAST_ROUNDS:
        parser.error(f"a median needs {LEAST_ROUNDS} rounds at the least")
    parts = PARTS if words.only == "all" else (words.only,)
    timed = {"rounds": words.rounds, "seconds": words.seconds}
    results = Results()
    directory = Path(tempfile.mkdtemp(prefix="etal-bench-"))
    try:
        if "feed" in parts:
            seen = feed.measure(directory / "feed", results, scale=words.scale, **timed)
            results.feed = seen.row()
            print(seen.table())
        if {"orders", "oscar", "webhooks", "api", "flash"} & set(parts):
            measure_shop(directory / "shop", results, parts=parts, scale=words.scale, **timed)
        if "imports" in parts:
            imports.measure(directory / "imports", results, rounds=words.rounds, scale=words.scale)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    target = ROOT / "build" / "bench.json"
    results.write(target)
    print(results.table())
    print(f"written: {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
