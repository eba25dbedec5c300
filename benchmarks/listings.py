"""A shop's lists in the admin: with 100,000 products and with 1,000, in alternating rounds.

    python -m benchmarks.listings [--rounds N] [--products N]

Prints the median, in milliseconds, of the list, its searches, its filters and its deepest page, for
both shops, with the statements and the CPU time of a page. Pages are asked of one process of
development settings by Django's test client: what is compared is how they grow.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from benchmarks.reaching import execute, manage
from stack.environment import ROOT
from stack.processes import Stack
from stack.services import PostgreSQL, Redis

LARGE, SMALL = 100_000, 1_000
LEAST_ROUNDS = 3
WARM_UP = 3
PAGES = {
    "products": "/admin/catalogue/product/",
    "products, deep page": "/admin/catalogue/product/?p={deep}",
    "products, title": "/admin/catalogue/product/?q=number+{some}",
    "products, common word": "/admin/catalogue/product/?q=number",
    "products, SKU": "/admin/catalogue/product/?q=SKU-{some}-M",
    "products, external id": "/admin/catalogue/product/?q=EXT-{some}",
    "products, nothing": "/admin/catalogue/product/?q=zzzzzz",
    "products, two letters": "/admin/catalogue/product/?q=zz",
    "products, drafts": "/admin/catalogue/product/?status__exact=draft",
    "products, scheduled": "/admin/catalogue/product/?schedule=waiting",
    "variants": "/admin/catalogue/variant/",
    "variants, deep page": "/admin/catalogue/variant/?p={deep}",
    "variants, SKU": "/admin/catalogue/variant/?q=SKU-{some}-M",
    "variants, title": "/admin/catalogue/variant/?q=number+{some}",
}
FILL = """
WITH made AS (
    INSERT INTO catalogue_product (public_id, merchant_id, external_id, title, slug, description,
        tax_kind, tags, option_names, currency, status, created_at, updated_at)
    SELECT gen_random_uuid(), m.id, 'EXT-' || n, 'Thing number ' || n, 'thing', repeat('Words. ', 100),
           'standard', '{{}}', '{{Size}}', m.currency,
           CASE WHEN n % 50 = 0 THEN 'draft' ELSE 'active' END, now(), now()
    FROM catalogue_merchant m, generate_series(1, {products}) n
    RETURNING id, merchant_id, external_id
), forms AS (
    INSERT INTO catalogue_variant (public_id, product_id, merchant_id, sku, option_values, price,
        weight_grams, barcode, requires_shipping, position, active)
    SELECT gen_random_uuid(), id, merchant_id, 'SKU-' || substr(external_id, 5) || '-' || size,
           ARRAY[size], 1000 + id % 900, 0, '', true, 0, true
    FROM made, unnest(ARRAY['S', 'M', 'L']) size RETURNING id
)
INSERT INTO catalogue_stockitem (variant_id, on_hand, reserved) SELECT id, 3, 0 FROM forms
"""
OPEN = """
from accounts.models import User
from catalogue.models import Membership, Merchant
account = User.objects.create_shop(handle="shop", display_name="Shop", locale="en")
shop = Merchant.objects.create(
    account=account, name="Shop", email="shop@bench.example", country="FR", currency="EUR",
    status="active", payable=True, stripe_account_id="acct_bench")
owner = User.objects.create_user("owner@bench.example", handle="owner", display_name="Owner")
Membership.objects.create(user=owner, merchant=shop, role="owner")
"""


class Answer(NamedTuple):
    """Milliseconds, statements and CPU milliseconds of one page."""

    took: float
    statements: int
    cpu: float


class Shop:
    """A database with a shop of so many products, and a process that asks its owner's pages."""

    def __init__(self, name: str, environment: Mapping[str, str], *, products: int) -> None:
        self.name, self.products = name, products
        url = environment["DATABASE_URL"]
        execute(url, FILL.format(products=products))
        execute(url, "VACUUM ANALYZE")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.owner"],
            cwd=ROOT,
            env={**environment, "DJANGO_SETTINGS_MODULE": "shopping.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.seen: dict[str, list[Answer]] = {name: [] for name in PAGES}

    def ask(self, name: str) -> Answer:
        """One page. Raises RuntimeError where it is none."""
        deep = min(100, self.products // 50)
        path = PAGES[name].format(deep=deep, some=self.products // 2 + 1)
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{path}\n")
        self.process.stdin.flush()
        status, took, statements, cpu = self.process.stdout.readline().split()
        if status != "200":
            raise RuntimeError(f"{path} answered {status}")
        return Answer(float(took), int(statements), float(cpu))

    def stop(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(timeout=60)


@contextmanager
def open_shops(directory: Path, *, products: int) -> Iterator[tuple[Shop, Shop]]:
    """The small shop and the large one, on one PostgreSQL."""
    with ExitStack() as stop:
        postgresql = stop.enter_context(PostgreSQL(directory / "postgresql"))
        redis = stop.enter_context(Redis(directory / "redis"))
        shops = []
        for name, count in (("small", SMALL), ("large", products)):
            execute(postgresql.url, f'CREATE DATABASE "{name}"')
            url = urlunsplit(urlsplit(postgresql.url)._replace(path=f"/{name}"))
            stack = Stack(directory / name, database_url=url, redis_url=redis.url)
            for words in (("migrate", "--verbosity", "0"), ("shell", "-v", "0", "-c", OPEN)):
                list(manage(stack.environment, *words))
            print(f"a {name} shop of {count} products ...", flush=True)
            shops.append(Shop(name, stack.environment, products=count))
            stop.callback(shops[-1].stop)
        yield shops[0], shops[1]


def table(small: Shop, large: Shop) -> str:
    lines = [f"{'page':26}{'median ms':>22}{'growth':>8}{'CPU ms':>16}{'SQL':>5}"]
    for name in PAGES:
        few, many = small.seen[name], large.seen[name]
        took = [median(each.took for each in seen) for seen in (few, many)]
        cpu = [median(each.cpu for each in seen) for seen in (few, many)]
        lines.append(
            f"{name:26}{took[0]:>10.1f} →{took[1]:>10.1f}{took[1] / took[0]:>8.2f}"
            f"{cpu[0]:>7.1f} →{cpu[1]:>7.1f}{many[-1].statements:>5}"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.listings")
    parser.add_argument("--rounds", type=int, default=7, help="three at the least")
    parser.add_argument("--products", type=int, default=LARGE, help="of the large shop")
    words = parser.parse_args()
    if words.rounds < LEAST_ROUNDS:
        parser.error(f"a median needs {LEAST_ROUNDS} rounds at the least")
    with (
        tempfile.TemporaryDirectory(prefix="etal-listings-") as directory,
        open_shops(Path(directory), products=words.products) as (small, large),
    ):
        for number in range(WARM_UP + words.rounds):
            for name in PAGES:
                for shop in (small, large):
                    answer = shop.ask(name)
                    if number >= WARM_UP:
                        shop.seen[name].append(answer)
        print(table(small, large))


if __name__ == "__main__":
    main()
