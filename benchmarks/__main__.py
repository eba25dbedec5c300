"""`make bench`: every figure beside its reference, in one run, medians of alternating rounds.

    python -m benchmarks [--rounds N] [--seconds S] [--only feed|orders]

Writes build/bench.json and prints the table. Rates drift with whatever else the machine does, so
each stands beside a reference measured in the same round, and beside the CPU time it cost.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from benchmarks import orders, pages
from benchmarks.results import Results
from benchmarks.shop import Shop, open_shop
from stack.environment import ROOT

LEAST_ROUNDS = 3


def measure(shop: Shop, *, rounds: int, seconds: float, only: str) -> Results:
    results = Results()
    cookie = pages.sign_in(shop)
    product = orders.product_to_buy(shop)
    if only != "orders":
        for visitor in ("", cookie):
            pages.check_page(shop, visitor)
    shop.execute(orders.BARE_TABLES)
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", flush=True)
        if only != "orders":
            pages.one_round(shop, results, cookie=cookie, seconds=seconds)
        if only != "feed":
            orders.bare_order(shop, results, seconds=seconds)
            orders.placed(shop, results, seconds=seconds, seed=100 * number)
            orders.paid(shop, results, clients=1, orders=40, product=product)
            orders.paid(shop, results, clients=8, orders=80, product=product)
    if only != "orders":
        pages.count_statements(shop, results, cookie=cookie)
    if only != "feed":
        orders.count_statements(shop, results, product=product)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--rounds", type=int, default=LEAST_ROUNDS, help="three at the least")
    parser.add_argument("--seconds", type=float, default=4.0, help="length of a timed run")
    parser.add_argument("--only", choices=("feed", "orders", "all"), default="all")
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
