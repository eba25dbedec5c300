"""A flash sale over HTTP: ten thousand buyers for five hundred pieces, beside django-oscar's API doing
the same on the same PostgreSQL under the same server.

Each buyer is a guest of their own. Ours opens the sheet, and pays where something is left; Oscar's puts
a piece into a basket and orders it, without any payment. Whoever is told that all is gone is done.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import httpx

from benchmarks import orders, oscar_orders, reaching, rush
from benchmarks.oscar_orders import Oscar
from benchmarks.results import Results
from benchmarks.rush import Rush
from benchmarks.shop import PLENTY, Shop
from benchmarks.sold_out import EMPTY
from stack.shopper import Shopper, filled

BUYERS = 10_000
PIECES = 500
QUIET_PAGES = 100
SETTLE_SECONDS = 180
OURS, OSCARS = "flash", "oscar.flash"
SOLD = """
SELECT COALESCE(sum(l.quantity), 0), count(DISTINCT o.email), count(*) FILTER (WHERE o.status <> 'paid')
FROM checkout_orderline l JOIN checkout_order o ON o.id = l.order_id
    JOIN catalogue_variant v ON v.id = l.variant_id JOIN catalogue_product p ON p.id = v.product_id
WHERE p.public_id = '{product}'
    AND o.email LIKE 'buyer%' AND o.status <> 'cancelled'
"""
LEFT = """
SELECT sum(on_hand) - sum(reserved), sum(reserved) FROM catalogue_stockitem s JOIN catalogue_variant v
    ON v.id = s.variant_id JOIN catalogue_product p ON p.id = v.product_id
WHERE p.public_id = '{product}'
"""


@dataclass(frozen=True, slots=True)
class Ours:
    """One thread's connection to our shop; a new guest at every call."""

    shopper: Shopper
    product: str

    def buy(self, number: int) -> bool:
        self.shopper.http.cookies.clear()
        sheet = self.shopper.sheet(f"/buy/{self.product}/")
        if ">Sold out<" in sheet:
            return False
        form = filled(sheet)
        form.fields["email"] = f"buyer{number}@example.org"
        answer = self.shopper.pay(form)
        kind = answer.json().get("kind")
        if kind not in ("paid", "sold_out"):
            raise RuntimeError(f"paying answered {answer.status_code}: {answer.text[:200]}")
        return bool(kind == "paid")


def measure(shop: Shop, oscar: Oscar, results: Results, *, product: str, buyers: int) -> None:
    """One sale of ours and one of Oscar's.

    Raises RuntimeError where ours did not sell exactly what was there.
    """
    ours(shop, results, product=product, buyers=buyers)
    oscars(oscar, results, buyers=buyers)


def ours(shop: Shop, results: Results, *, product: str, buyers: int) -> None:
    orders.wait_quiet(shop)
    shop.execute(EMPTY.format(pieces=f"reserved + {PIECES}", product=product))
    with httpx.Client(base_url=shop.stack.url, timeout=60) as http:
        read = _reader(http, "/")
        quiet = rush.quiet(read, pages=QUIET_PAGES)

        def client() -> Callable[[int], bool]:
            key = shop.stack.environment["STRIPE_SECRET_KEY"]
            return Ours(Shopper(shop.stack.url, shop.stack.sandbox_url, key), product).buy

        before = shop.cpu_seconds("web", "worker")
        seen = rush.run(client, buyers=buyers, read=read)
        orders.wait_quiet(shop)
        used = shop.cpu_seconds("web", "worker") - before
    _prove(shop, seen, product=product)
    shop.execute(EMPTY.format(pieces=f"reserved + {PLENTY}", product=product))
    _tell(results, OURS, seen, used=used, quiet=quiet, sold=len(seen.sold), buyers=buyers)


def _prove(shop: Shop, seen: Rush, *, product: str) -> None:
    """All were answered, and the tables hold what they were told."""
    if seen.failed:
        raise RuntimeError(f"{len(seen.failed)} buyers got no answer of use: {seen.failed[0]}")
    until = time.monotonic() + SETTLE_SECONDS
    while True:
        [(pieces, buyers, unpaid)] = shop.execute(SOLD.format(product=product))
        [(left, reserved)] = shop.execute(LEFT.format(product=product))
        found = (pieces, buyers, unpaid, left, reserved, len(seen.sold))
        if found == (PIECES, PIECES, 0, 0, 0, PIECES):
            return
        if time.monotonic() > until:
            raise RuntimeError(
                "pieces sold, their buyers, unpaid, left, reserved, told that they have one:"
                f" {found}, not {PIECES} to {PIECES}"
            )
        time.sleep(0.5)


def oscars(oscar: Oscar, results: Results, *, buyers: int) -> None:
    database = urlunsplit(
        urlsplit(oscar.shop.postgresql.url)._replace(path=f"/{oscar_orders.DATABASE}")
    )
    reaching.execute(
        database,
        f"UPDATE partner_stockrecord SET num_in_stock = {PIECES}, num_allocated = 0"
        " WHERE partner_sku = 'cup'",
    )
    [(before_orders,)] = reaching.execute(database, "SELECT count(*) FROM order_order")
    with oscar.client() as http:
        read = _reader(http, "/api/products/")
        quiet = rush.quiet(read, pages=QUIET_PAGES)

        def client() -> Callable[[int], bool]:
            own = oscar.client()
            return lambda _number: oscar.bought(own)

        before = oscar.cpu_seconds()
        seen = rush.run(client, buyers=buyers, read=read)
        used = oscar.cpu_seconds() - before
    [(after_orders,)] = reaching.execute(database, "SELECT count(*) FROM order_order")
    sold = int(str(after_orders)) - int(str(before_orders))
    _tell(results, OSCARS, seen, used=used, quiet=quiet, sold=sold, buyers=buyers)


def _reader(http: httpx.Client, path: str) -> rush.Reader:
    def read() -> None:
        http.get(path).raise_for_status()

    return read


def _tell(
    results: Results,
    name: str,
    seen: Rush,
    *,
    used: float,
    quiet: float,
    sold: int,
    buyers: int,
) -> None:
    """The figures of one sale; ours stand beside Oscar's where those were measured before."""
    figures = {
        "sold": (sold, "pieces"),
        "failed": (len(seen.failed), "buyers"),
        "last_sale": (seen.last_sale, "s"),
        "late": (seen.late_rate, "answers/s"),
        "reader.quiet": (quiet, "p95 ms"),
        "reader.rush": (seen.reader_p95, "p95 ms"),
    }
    for figure, (value, unit) in figures.items():
        reference = f"{OURS}.{figure}" if name != OURS else None
        results.add(
            f"{name}.{figure}",
            value=value,
            cpu_ms=1000 * used / buyers,
            unit=unit,
            reference=reference,
        )
