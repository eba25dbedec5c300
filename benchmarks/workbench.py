"""The workbench of orders at a million of them, beside the same at ten thousand.

    python -m benchmarks.workbench [--orders 1000000] [--rounds 3]

Whose shop has a fifth of them, and the operator's staff, ask for the list, each queue, each kind of
search, and the page of one part: medians and 95th percentiles of one visitor's visits, milliseconds.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks import sites, visits
from benchmarks.sites import LARGE, SMALL, Site
from benchmarks.visits import Compared, Page
from stack.environment import ROOT
from stack.processes import Stack
from stack.services import PostgreSQL, Redis

ROWS = (Path(__file__).parent / "workbench_rows.sql").read_text()
SMALL_ORDERS = 10_000
DEMO = "demo"
SHOP, STAFF = 1, 2
PEOPLE = {SHOP: "camille@plagefils.example", STAFF: "staff@etal.example"}
LIST = "/admin/fulfilment/fulfilmentorder/"
ROW = 'name="_selected_action"'
MOST_MS = 200
# The words index is made anew when the rows are there, as after a restore.
INDEX = "CREATE INDEX part_words ON fulfilment_partwords USING gin (words) WITH (fastupdate = off)"

# Name → what is searched; {n} is the number of an order of the shop's.
SEARCHES = {
    "number": "É-{n}",
    "name.rare": "Martinstein",
    "name.common": "marie martin",
    "email": "{email}",
    "sku": "{sku}",
    "title": "flip-flops",
    "title.letter": "f",
    "tracking": "{tracking}",
    "nothing": "zzyzx",
}
QUEUES = {
    "all": "",
    "all.page_40": "?p=40",
    "send": "?queue=send",
    "packed": "?queue=packed",
    "disputed": "?queue=disputed",
}
FACTS = """
SELECT o.number, o.email, line.sku, s.tracking_number, part.id
FROM fulfilment_fulfilmentorder part JOIN checkout_order o ON o.id = part.order_id
JOIN checkout_orderline line ON line.order_id = o.id
JOIN fulfilment_shipment s ON s.fulfilment_order_id = part.id
WHERE part.merchant_id = (SELECT id FROM catalogue_merchant WHERE name LIKE 'Plage%' LIMIT 1)
    AND part.status = 'delivered' AND line.sku <> ''
ORDER BY part.id OFFSET {skip} LIMIT 1
"""


def load(site: Site) -> None:
    """The demo's people and shops."""
    for _line in site.manage("migrate", "--verbosity", "0"):
        pass
    # Its shopper's first purchase is paid at the stand-in.
    site.stack.start("sandbox")
    for _line in site.manage("demo"):
        pass
    site.stack.stop()


def fill(site: Site, *, orders: int) -> None:
    """`orders` orders of the demo's shops."""
    site.execute("DROP INDEX part_words")
    site.execute(ROWS.replace(":orders", str(orders)))
    site.execute(INDEX)
    site.execute("VACUUM ANALYZE")


def _pages(site: Site, *, orders: int) -> list[Page]:
    """Of the middle of the shop's orders, so that nothing is found among the newest by chance."""
    number, email, sku, tracking, part = site.execute(FACTS.format(skip=orders // 10))[0]
    said = {"n": number, "email": email, "sku": sku, "tracking": tracking}
    found = []
    for who, name in ((SHOP, "shop"), (STAFF, "staff")):
        for queue, query in QUEUES.items():
            few = queue in ("packed", "disputed", "all.page_40")
            least = 1 if few else 20
            found.append(Page(f"{name}.{queue}", (LIST + query,), who, holds=(ROW, least)))
        for kind, words in SEARCHES.items():
            path = f"{LIST}?q={words.format(**said)}".replace(" ", "+").replace("É", "%C3%89")
            least = 0 if kind in ("nothing", "name.rare") else 1
            found.append(Page(f"{name}.search.{kind}", (path,), who, holds=(ROW, least)))
        path = f"{LIST}{part}/change/"
        found.append(Page(f"{name}.part", (path,), who, holds=("<main", 0)))
    waiting = Page("shop.waiting", (f"{LIST}waiting/",), SHOP, holds=("<h1", 1))
    return [*found, waiting]


@contextmanager
def _open(directory: Path, *, orders: int) -> Iterator[dict[str, Site]]:
    with ExitStack() as stop:
        postgresql = stop.enter_context(PostgreSQL(directory / "postgresql"))
        found: dict[str, Site] = {}
        env = {"WEB_WORKERS": "1", "ALLOWED_HOSTS": "localhost,127.0.0.1", "DEBUG": "true"}
        env["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
        for name, count in ((DEMO, 0), (SMALL, min(SMALL_ORDERS, orders)), (LARGE, orders)):
            redis = stop.enter_context(Redis(directory / f"redis-{name}"))
            url = sites.database(postgresql, name, like=DEMO if count else "template1")
            stack = Stack(directory / name, database_url=url, redis_url=redis.url, env=env)
            stop.callback(stack.stop)
            site = Site(name, postgresql, stack)
            print(f"{count} orders on the {name} site ...", flush=True)
            if count:
                found[name] = site
                fill(site, orders=count)
            else:
                load(site)
        password = sites.password_of(found[SMALL])
        for site in found.values():
            site.stack.start("web")
            for who, email in PEOPLE.items():
                site.cookies[who] = sites.cookie(site.stack.url, email=email, password=password)
        yield found


def _measure(found: dict[str, Site], *, orders: int, rounds: int) -> list[dict[str, object]]:
    """A row a page, of the small site and then of the large one."""
    rows = []
    pages = {
        name: _pages(site, orders=min(orders, SMALL_ORDERS) if name == SMALL else orders)
        for name, site in found.items()
    }
    for small, large in zip(pages[SMALL], pages[LARGE], strict=True):
        readings = {}
        for name, page in ((SMALL, small), (LARGE, large)):
            visits.check(page, found[name])
            compared = Compared(page)
            site = found[name]
            for _round in range(rounds):
                visits.visit(compared, sites=(site, site), blocks=1, size=10)
            readings[name] = compared.by_site[name]
        row = {
            "name": large.name,
            **{
                f"{name}_{figure}": round(getattr(each, figure), 1)
                for name, each in readings.items()
                for figure in ("median", "p95")
            },
        }
        rows.append(row)
        print(
            f"{row['name']:28}{row['small_median']:>9} →{row['large_median']:>9}"
            f"   p95 {row['small_p95']:>8} →{row['large_p95']:>9}"
            f"{'   more than ' + str(MOST_MS) if readings[LARGE].median > MOST_MS else ''}",
            flush=True,
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.workbench")
    parser.add_argument("--orders", type=int, default=1_000_000, help="on the large site")
    parser.add_argument("--rounds", type=int, default=3, help="of twenty visits a page and site")
    words = parser.parse_args()
    directory = Path(tempfile.mkdtemp(prefix="etal-bench-"))
    try:
        with _open(directory, orders=words.orders) as found:
            rows = _measure(found, orders=words.orders, rounds=words.rounds)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    target = ROOT / "build" / "workbench.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({"orders": words.orders, "pages": rows}, indent=2) + "\n")
    print(f"written: {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
