"""What it costs to tell a shopper who pressed Pay that the last piece has gone."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from benchmarks import orders
from benchmarks.results import Results
from benchmarks.shop import PLENTY, Shop
from stack.shopper import Form, Shopper

CLIENTS = 8
PRESSES = 25
EMPTY = """
UPDATE catalogue_stockitem SET on_hand = {pieces} WHERE variant_id IN (
    SELECT v.id FROM catalogue_variant v JOIN catalogue_product p ON p.id = v.product_id
    WHERE p.public_id = '{product}')
"""


def answered(shop: Shop, results: Results, *, product: str) -> None:
    """Eight shoppers with the sheet open press again and again on what is sold out."""
    ready = orders.prepared(shop, CLIENTS, product)
    orders.wait_quiet(shop)
    shop.execute(EMPTY.format(pieces="reserved", product=product))
    before = shop.cpu_seconds("web", "worker")
    start = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as pool:
        for done in [pool.submit(_press, shopper, form) for shopper, form in ready]:
            done.result()
    took = time.monotonic() - start
    used = shop.cpu_seconds("web", "worker") - before
    shop.execute(EMPTY.format(pieces=f"reserved + {PLENTY}", product=product))
    for shopper, _ in ready:
        shopper.http.close()
    results.add(
        "order.sold_out.c8",
        value=CLIENTS * PRESSES / took,
        cpu_ms=1000 * used / (CLIENTS * PRESSES),
        unit="answers/s",
        reference="order.paid.c8",
    )


def _press(shopper: Shopper, form: Form) -> None:
    for _ in range(PRESSES):
        answer = shopper.send(form)
        if answer.json().get("kind") != "sold_out":
            raise RuntimeError(
                f"what is sold out answered {answer.status_code}: {answer.text[:300]}"
            )
