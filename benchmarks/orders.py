"""Orders: placed through the verb, paid over HTTP, beside PostgreSQL doing the bare minimum."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks import sql
from benchmarks.results import Results
from benchmarks.shop import Shop
from stack.environment import ROOT
from stack.shopper import Form, Shopper

CLIENTS = 8
COUNTED = 10
# Lines of an order: a long cart must not cost more statements than a short one.
LINES = (1, 20)
SETTLE_SECONDS = 120
BARE_TABLES = """
CREATE TABLE IF NOT EXISTS bare_stock (id int PRIMARY KEY, on_hand int, reserved int DEFAULT 0);
CREATE TABLE IF NOT EXISTS bare_order (id bigserial PRIMARY KEY, email text, total bigint);
CREATE TABLE IF NOT EXISTS bare_line (id bigserial PRIMARY KEY,
    order_id bigint REFERENCES bare_order, item_id int REFERENCES bare_stock,
    quantity int, price bigint);
CREATE TABLE IF NOT EXISTS bare_payment (id bigserial PRIMARY KEY,
    order_id bigint REFERENCES bare_order, amount bigint);
INSERT INTO bare_stock (id, on_hand) SELECT n, 1000000000 FROM generate_series(1, 1000) n
    ON CONFLICT DO NOTHING;
"""


def bare_order(shop: Shop, results: Results, *, seconds: float) -> None:
    """pgbench with eight clients: the least that an order can cost this PostgreSQL."""
    program = shop.postgresql.bin / "pgbench"
    script = Path(__file__).with_name("bare_order.sql")
    before = shop.cpu_seconds()
    # The script goes in by standard input: the server's own user may not read this folder.
    words = ["-n", "-c", str(CLIENTS), "-T", str(round(seconds)), "-f", "/dev/stdin"]
    done = subprocess.run(
        [program, *words, shop.postgresql.url],
        input=script.read_text(),
        capture_output=True,
        text=True,
    )
    used = shop.cpu_seconds() - before
    found = re.search(r"transactions actually processed: (\d+)", done.stdout)
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    if not (found and rate):
        raise RuntimeError(f"pgbench failed: {done.stderr}")
    results.add(
        "bare_order.c8",
        value=float(rate[1]),
        cpu_ms=1000 * used / int(found[1]),
        unit="orders/s",
    )


def placed_name(lines: int) -> str:
    return "order.placed.c8" if lines == 1 else f"order.placed.{lines}_lines.c8"


def placed(shop: Shop, results: Results, *, seconds: float, seed: int, lines: int) -> None:
    """Eight processes place through `checkout.orders.place`, up to awaiting payment."""
    clients = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "benchmarks.place",
                str(seconds),
                str(seed + number),
                str(lines),
            ],
            cwd=ROOT,
            env=shop.stack.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(CLIENTS)
    ]
    for client in clients:
        assert client.stdout
        client.stdout.readline()
    server = shop.cpu_seconds()
    start = time.monotonic()
    for client in clients:
        assert client.stdin
        client.stdin.write("go\n")
        client.stdin.flush()
    orders, own = 0, 0.0
    for client in clients:
        assert client.stdout
        placed, seconds_of_cpu = client.stdout.readline().split()
        orders += int(placed)
        own += float(seconds_of_cpu)
    took = time.monotonic() - start
    used = shop.cpu_seconds() - server + own
    for client in clients:
        client.communicate()
    results.add(
        placed_name(lines),
        value=orders / took,
        cpu_ms=1000 * used / orders,
        unit="orders/s",
        reference="bare_order.c8",
    )


def prepared(shop: Shop, count: int, product: str) -> list[tuple[Shopper, Form]]:
    """Shoppers with the sheet open, filled in, and a token for their card in hand."""
    ready = []
    for _ in range(count):
        shopper = Shopper(
            shop.stack.url, shop.stack.sandbox_url, shop.stack.environment["STRIPE_SECRET_KEY"]
        )
        form = shopper.open(product)
        form.fields["confirmation_token"] = shopper.confirmation_token()
        ready.append((shopper, form))
    return ready


def _press(ready: list[tuple[Shopper, Form]]) -> None:
    for shopper, form in ready:
        answer = shopper.send(form)
        if answer.json().get("kind") != "paid":
            raise RuntimeError(f"paying answered {answer.status_code}: {answer.text[:300]}")


def _fulfilled(shop: Shop) -> int:
    return int(str(shop.execute("SELECT count(*) FROM fulfilment_fulfilmentorder")[0][0]))


def _buy(shop: Shop, *, clients: int, orders: int, product: str) -> tuple[float, float]:
    """Pay `orders` orders; returns wall-clock and CPU seconds until the last is with its shop."""
    each = orders // clients
    ready = prepared(shop, each * clients, product)
    wait_quiet(shop)
    goal = _fulfilled(shop) + each * clients
    before = shop.cpu_seconds("web", "worker")
    start = time.monotonic()
    with ThreadPoolExecutor(clients) as pool:
        parts = [ready[number::clients] for number in range(clients)]
        for done in [pool.submit(_press, part) for part in parts]:
            done.result()
    while _fulfilled(shop) < goal:
        if time.monotonic() - start > SETTLE_SECONDS:
            raise RuntimeError("orders were paid but did not reach their shops")
        time.sleep(0.05)
    took = time.monotonic() - start
    wait_quiet(shop)
    used = shop.cpu_seconds("web", "worker") - before
    for shopper, _ in ready:
        shopper.http.close()
    return took, used


def wait_quiet(shop: Shop) -> None:
    """Until nothing is left to do: no unprocessed Stripe event, no unsent mail."""
    for _ in range(200):
        waiting = shop.execute(
            "SELECT (SELECT count(*) FROM checkout_stripeevent WHERE processed_at IS NULL)"
            " + (SELECT count(*) FROM accounts_outgoingmail WHERE sent_at IS NULL)"
        )
        if waiting[0][0] == 0:
            return
        time.sleep(0.1)
    raise RuntimeError("events of Stripe's or mails were still waiting after 20 seconds")


def product_to_buy(shop: Shop) -> str:
    """A product of one variant that goes to France: the simplest sheet."""
    rows = shop.execute(
        "SELECT p.public_id FROM catalogue_product p JOIN catalogue_variant v ON v.product_id = p.id"
        " JOIN catalogue_shippingrate r ON r.merchant_id = p.merchant_id"
        " WHERE p.status = 'active' AND 'FR' = ANY(r.countries) AND p.currency = 'EUR'"
        " AND NOT EXISTS (SELECT FROM catalogue_drop d WHERE d.product_id = p.id)"
        " GROUP BY p.id HAVING count(DISTINCT v.id) = 1 ORDER BY p.id LIMIT 1"
    )
    return str(rows[0][0])


def paid(shop: Shop, results: Results, *, clients: int, orders: int, product: str) -> None:
    """Over HTTP: place, pay, webhook applied, ledger written, fulfilment opened, mails sent."""
    took, used = _buy(shop, clients=clients, orders=orders, product=product)
    done = orders // clients * clients
    results.add(
        f"order.paid.c{clients}",
        value=done / took,
        cpu_ms=1000 * used / done,
        unit="orders/s",
        reference="bare_order.c8",
    )


def count_statements(shop: Shop, results: Results, *, product: str) -> None:
    """Statements an order, from the press on Pay to the last mail; and of placing alone."""
    ready = prepared(shop, COUNTED, product)
    wait_quiet(shop)

    def pay() -> int:
        goal = _fulfilled(shop) + COUNTED
        _press(ready)
        for _ in range(300):
            time.sleep(0.1)
            if _fulfilled(shop) >= goal:
                break
        else:
            raise RuntimeError("orders were paid but did not reach their shops")
        time.sleep(2)
        return COUNTED

    counted = sql.statements(shop.postgresql.url, shop.postgresql.log, pay)
    results.count_sql("order.paid.c1", round(counted, 1))
    results.count_sql("bare_order.c8", 4)
    for lines in LINES:
        results.count_sql(placed_name(lines), _placing_statements(shop, lines=lines))


def _placing_statements(shop: Shop, *, lines: int) -> float:
    """What one more placed order adds to a placing client's statements."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.place", "--count-statements", str(lines)],
        cwd=ROOT,
        env=shop.stack.environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return float(done.stdout.splitlines()[-1])
