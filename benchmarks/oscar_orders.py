"""django-oscar's API doing basket-to-order over HTTP, on the same PostgreSQL and the same server.

It takes no payment, sends no webhook and opens no fulfilment: the least that its API can do.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import httpx

from benchmarks import cpu, sql
from benchmarks.environments import python_with
from benchmarks.results import Results
from benchmarks.shop import Shop
from stack.environment import ROOT
from stack.ports import LOOPBACK, free_port
from stack.processes import commands
from stack.waiting import wait_until

CLIENTS = 8
COUNTED = 10
NAME = "oscar.order.c8"
DATABASE = "oscar"


@dataclass(frozen=True, slots=True)
class Oscar:
    """Its web process, and the address of the one product that it sells."""

    shop: Shop
    process: subprocess.Popen[bytes]
    url: str
    product: str

    def order(self, http: httpx.Client) -> None:
        """One guest: a piece into a basket of their own, and the basket into an order.

        Raises RuntimeError where it does not become one.
        """
        if not self.bought(http):
            raise RuntimeError("Oscar has sold out")

    def bought(self, http: httpx.Client) -> bool:
        """The same, or False where the guest is told that nothing is left.

        Raises RuntimeError where they are told anything else.
        """
        http.cookies.clear()
        added = http.post("/api/basket/add-product/", json={"url": self.product, "quantity": 1})
        if added.status_code == httpx.codes.NOT_ACCEPTABLE:
            return False
        body = {
            "basket": added.json()["url"],
            "guest_email": "guest@example.org",
            "shipping_address": {
                "country": f"{self.url}/api/countries/FR/",
                "first_name": "Camille",
                "last_name": "Roux",
                "line1": "3 quai Lamartine",
                "line4": "Mâcon",
                "state": "",
                "postcode": "71000",
                "phone_number": "",
            },
        }
        done = http.post("/api/checkout/", json=body)
        if done.status_code == httpx.codes.NOT_ACCEPTABLE:
            return False
        if done.is_server_error or "number" not in done.json():
            raise RuntimeError(f"Oscar answered {done.status_code}: {done.text[:300]}")
        return True

    def cpu_seconds(self) -> float:
        """CPU of its web process and of PostgreSQL."""
        return cpu.seconds([self.process.pid]) + self.shop.cpu_seconds()

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=30)


@contextmanager
def open_oscar(shop: Shop) -> Iterator[Oscar]:
    """Oscar on a database of its own of the shop's PostgreSQL, served as the shop is."""
    python = python_with("oscar")
    shop.execute(f"CREATE DATABASE {DATABASE}")
    parts = urlsplit(shop.postgresql.url)
    port = free_port()
    environment = {
        **shop.stack.environment,
        "OSCAR_DATABASE_URL": urlunsplit(parts._replace(path=f"/{DATABASE}")),
        "PORT": str(port),
        "PYTHONWARNINGS": "ignore",
        "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
    }
    del environment["DJANGO_SETTINGS_MODULE"]
    filled = subprocess.run(
        [python, "-m", "benchmarks.oscar.fill"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    if filled.returncode:
        raise RuntimeError(f"Oscar cannot be filled:\n{filled.stderr}")
    process = subprocess.Popen(
        commands()["web"].replace("shopping.wsgi", "benchmarks.oscar.wsgi"),
        shell=True,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    url = f"http://{LOOPBACK}:{port}"
    try:
        wait_until(lambda: _answers(url), seconds=60, otherwise="Oscar does not answer.")
        key = filled.stdout.split()[-1]
        yield Oscar(shop, process, url, f"{url}/api/products/{key}/")
    finally:
        process.terminate()
        process.wait(timeout=20)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/api/", timeout=30).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def placed(oscar: Oscar, results: Results, *, seconds: float) -> None:
    """Eight clients, each ordering again and again; CPU of its web process and of PostgreSQL."""
    before = oscar.cpu_seconds()
    start = time.monotonic()

    def work() -> int:
        done = 0
        with oscar.client() as http:
            while time.monotonic() < start + seconds:
                oscar.order(http)
                done += 1
        return done

    with ThreadPoolExecutor(CLIENTS) as pool:
        orders = sum(run.result() for run in [pool.submit(work) for _ in range(CLIENTS)])
    took = time.monotonic() - start
    results.add(
        NAME,
        value=orders / took,
        cpu_ms=1000 * (oscar.cpu_seconds() - before) / orders,
        unit="orders/s",
        reference="bare_order.c8",
    )


def count_statements(oscar: Oscar, results: Results) -> None:
    def work() -> int:
        with oscar.client() as http:
            for _ in range(COUNTED):
                oscar.order(http)
        return COUNTED

    server = oscar.shop.postgresql
    results.count_sql(NAME, round(sql.statements(server.url, server.log, work), 1))
