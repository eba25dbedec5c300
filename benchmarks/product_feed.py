"""The feed of a shop of 100,000 products beside one of a hundredth of it: memory, seconds, statements.

    python -m benchmarks.product_feed [--products N]

Each is made by a process of its own, as a web process does when the kept one is old: the most
memory that it ever had is then the feed's.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from benchmarks.listings import FILL, LARGE, OPEN, SMALL
from benchmarks.reaching import execute, manage
from stack.environment import ROOT
from stack.processes import Stack
from stack.services import PostgreSQL, Redis

PICTURES = """
INSERT INTO catalogue_productimage (product_id, file, source_url, alt, width, height, position)
SELECT id, 'products/' || place || '.jpg', '', '', 800, 600, place
FROM catalogue_product, generate_series(0, 2) place
"""
FIGURES = ("items", "statements", "seconds", "cpu", "bytes", "zipped", "before_mb", "peak_mb")


def measured(environment: Mapping[str, str]) -> dict[str, float]:
    written = subprocess.run(
        [sys.executable, "-m", "benchmarks.write_feed"],
        cwd=ROOT,
        env={**environment, "DJANGO_SETTINGS_MODULE": "shopping.settings"},
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, float] = json.loads(written.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.product_feed")
    parser.add_argument("--products", type=int, default=LARGE, help="of the large shop")
    words = parser.parse_args()
    seen = {}
    with (
        tempfile.TemporaryDirectory(prefix="etal-feed-") as folder,
        PostgreSQL(Path(folder) / "postgresql") as postgresql,
        Redis(Path(folder) / "redis") as redis,
    ):
        for name, count in (("small", SMALL), ("large", words.products)):
            execute(postgresql.url, f'CREATE DATABASE "{name}"')
            url = urlunsplit(urlsplit(postgresql.url)._replace(path=f"/{name}"))
            stack = Stack(Path(folder) / name, database_url=url, redis_url=redis.url)
            for asked in (("migrate", "--verbosity", "0"), ("shell", "-v", "0", "-c", OPEN)):
                list(manage(stack.environment, *asked))
            print(f"a {name} shop of {count} products ...", flush=True)
            execute(url, FILL.format(products=count))
            execute(url, PICTURES)
            execute(url, "VACUUM ANALYZE")
            seen[name] = measured(stack.environment)
    print(f"{'figure':12}{'small':>16}{'large':>16}{'growth':>10}")
    for figure in FIGURES:
        few, many = seen["small"][figure], seen["large"][figure]
        print(f"{figure:12}{few:>16,.1f}{many:>16,.1f}{many / few:>10.2f}")


if __name__ == "__main__":
    main()
