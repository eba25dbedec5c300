"""`make bench`: every figure beside its reference, in one run, medians of alternating rounds.

    python -m benchmarks [--rounds N] [--seconds S] [--only feed|orders|oscar|webhooks]

Writes build/bench.json and prints the table. Rates drift with whatever else the machine does, so
each stands beside a reference measured in the same round, and beside the CPU time it cost.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks import orders, oscar_orders, pages, sold_out, webhooks
from benchmarks.results import Results
from benchmarks.shop import Shop, open_shop
from stack.environment import ROOT

LEAST_ROUNDS = 3
PARTS = ("feed", "orders", "oscar", "webhooks")


def measure(shop: Shop, *, rounds: int, seconds: float, only: str) -> Results:
    """All figures, or those of one part. An order always stands beside the bare one."""
    results = Results()
    parts = PARTS if only == "all" else (only,)
    cookie = pages.sign_in(shop)
    product = orders.product_to_buy(shop)
    if "feed" in parts:
        for visitor in ("", cookie):
            pages.check_page(shop, visitor)
    shop.execute(orders.BARE_TABLES)
    subscribers = webhooks.Subscribers(shop)
    with ExitStack() as stop:
        oscar = stop.enter_context(oscar_orders.open_oscar(shop)) if "oscar" in parts else None
        for number in range(rounds):
            print(f"round {number + 1} of {rounds}", flush=True)
            if "feed" in parts:
                pages.one_round(shop, results, cookie=cookie, seconds=seconds)
            if "orders" in parts or oscar:
                _place(shop, results, seconds=seconds, seed=100 * number)
            if oscar:
                oscar_orders.placed(oscar, results, seconds=seconds)
            if "orders" in parts:
                _pay(shop, results, product=product)
            if "webhooks" in parts:
                webhooks.one_round(subscribers, results)
        if oscar:
            oscar_orders.count_statements(oscar, results)
    _count(shop, results, parts=parts, cookie=cookie, product=product)
    return results


def _count(
    shop: Shop, results: Results, *, parts: Sequence[str], cookie: str, product: str
) -> None:
    """Statements, when all is measured: writing PostgreSQL's log would cost the rounds time."""
    if "feed" in parts:
        pages.count_statements(shop, results, cookie=cookie)
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
    words = parser.parse_args()
    if words.rounds < LEAST_ROUNDS:
        parser.error(f"a median needs {LEAST_ROUNDS} rounds at the least")
    directory = Path(tempfile.mkdtemp(prefix="etal-bench-"))
    try:
        with open_shop(directory) as shop:
            results = measure(shop, rounds=words.rounds, seconds=words.seconds, only=words.only)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    target = ROOT / "build" / "bench.json"
    results.write(target)
    print(results.table())
    print(f"written: {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
