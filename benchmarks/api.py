"""The partner API: a list of twenty products beside django-oscar's, and upserts a second.

Both lists say the same of a product, its price, what is left of it and its picture, from the same
PostgreSQL, under the same server. Oscar's reads everything ahead, as one who knows it would have it.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from benchmarks import load, sql
from benchmarks.oscar_orders import Oscar
from benchmarks.results import Results
from benchmarks.shop import Shop
from stack.environment import ROOT
from stack.ports import LOOPBACK

PRODUCTS = 60
CLIENTS = 2
COUNTED = 20
OF_A_CALL = 1_000
CALLS = 3
LIST, DEEP, OSCARS = "api.products", "api.products.deep", "oscar.products"
PAGE = "/api/v1/products/?limit=20"
OSCARS_PAGE = "/api/products/?limit=20"


@dataclass(frozen=True, slots=True)
class Api:
    shop: Shop
    port: int
    secret: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}


def open_api(shop: Shop) -> Api:
    """A shop with goods and a key."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.api_site", str(PRODUCTS)],
        cwd=ROOT,
        env=shop.stack.environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    port = int(shop.stack.environment["PORT"])
    return Api(shop, port, done.stdout.split()[-1])


def listed(api: Api, results: Results, *, seconds: float) -> None:
    """Twenty products; CPU of the web processes and of PostgreSQL, and of the former alone."""
    load.get(api.port, PAGE, clients=CLIENTS, seconds=0.5, headers=api.headers)
    database, both = api.shop.cpu_seconds(), api.shop.cpu_seconds("web")
    done = load.get(api.port, PAGE, clients=CLIENTS, seconds=seconds, headers=api.headers)
    database, both = api.shop.cpu_seconds() - database, api.shop.cpu_seconds("web") - both
    _add(results, LIST, done, both=both, database=database, reference=OSCARS)


def _add(
    results: Results,
    name: str,
    done: load.Load,
    *,
    both: float,
    database: float,
    reference: str | None = None,
) -> None:
    """`both` and `database` are the CPU seconds of the round."""
    for of, used in (("", both), (".web", both - database)):
        results.add(
            name + of,
            value=done.rate,
            cpu_ms=1000 * used / done.answers,
            unit="lists/s",
            reference=reference and reference + of,
        )


def deep(api: Api, results: Results, *, seconds: float) -> None:
    """The same at the end of some thousands of products: a page costs the same wherever it is."""
    page = _far_down(api)
    before = api.shop.cpu_seconds("web")
    done = load.get(api.port, page, clients=CLIENTS, seconds=seconds, headers=api.headers)
    cpu_ms = 1000 * (api.shop.cpu_seconds("web") - before) / done.answers
    results.add(DEEP, value=done.rate, cpu_ms=cpu_ms, unit="lists/s", reference=LIST)


def _far_down(api: Api) -> str:
    """The address of the last page of twenty that is full."""
    with httpx.Client(headers=api.headers, timeout=30) as http:
        page = f"http://{LOOPBACK}:{api.port}{PAGE.replace('limit=20', 'limit=100')}"
        while following := http.get(page).json()["next"]:
            page, before = following, page
    query = urlsplit(before).query.replace("limit=100", "limit=20")
    return f"/api/v1/products/?{query}"


def oscars_list(oscar: Oscar, results: Results, *, seconds: float) -> None:
    port = int(oscar.url.rpartition(":")[2])
    load.get(port, OSCARS_PAGE, clients=CLIENTS, seconds=0.5)
    database, both = oscar.shop.cpu_seconds(), oscar.cpu_seconds()
    done = load.get(port, OSCARS_PAGE, clients=CLIENTS, seconds=seconds)
    database, both = oscar.shop.cpu_seconds() - database, oscar.cpu_seconds() - both
    _add(results, OSCARS, done, both=both, database=database)


def upserted(api: Api, results: Results, *, number: int) -> None:
    """Calls of a thousand products that are new, then of the same with other prices and pieces."""
    for name, price in (("api.upsert.new", 1000), ("api.upsert.changed", 2000)):
        before, began = api.shop.cpu_seconds("web"), time.monotonic()
        for call in range(CALLS):
            first = (number * CALLS + call) * OF_A_CALL
            items = [_item(each, price) for each in range(first, first + OF_A_CALL)]
            _send(api, items)
        took = time.monotonic() - began
        count = CALLS * OF_A_CALL
        cpu_ms = 1000 * (api.shop.cpu_seconds("web") - before) / count
        results.add(name, value=count / took, cpu_ms=cpu_ms, unit="upserts/s")


def _item(number: int, price: int) -> dict[str, Any]:
    return {
        "external_id": f"cup-{number}",
        "title": f"Cup {number}",
        "status": "active",
        "tags": ["kitchen", "stoneware"],
        "variants": [
            {
                "sku": f"CUP-{number}",
                "price": {"amount": price + number % 100, "currency": "EUR"},
                "on_hand": price // 100,
            }
        ],
    }


def _send(api: Api, items: list[dict[str, Any]]) -> None:
    answer = httpx.post(
        f"http://{LOOPBACK}:{api.port}/api/v1/products/bulk/",
        json={"items": items},
        headers=api.headers,
        timeout=60,
    )
    if answer.status_code != httpx.codes.OK or '"refused"' in answer.text:
        raise RuntimeError(f"the API answered {answer.status_code}: {answer.text[:300]}")


def count_statements(api: Api, oscar: Oscar, results: Results) -> None:
    server = api.shop.postgresql

    def ours() -> int:
        with httpx.Client(base_url=f"http://{LOOPBACK}:{api.port}", headers=api.headers) as http:
            for _ in range(COUNTED):
                http.get(PAGE)
        return COUNTED

    def theirs() -> int:
        with oscar.client() as http:
            for _ in range(COUNTED):
                http.get(OSCARS_PAGE)
        return COUNTED

    results.count_sql(LIST, round(sql.statements(server.url, server.log, ours), 1))
    results.count_sql(OSCARS, round(sql.statements(server.url, server.log, theirs), 1))
