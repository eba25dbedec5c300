"""A million events of a shop caught up with by cursor: does a page cost the same however deep it is?

    python -m benchmarks.catching_up [--events N]

Prints, for each tenth of the log, the median of a page of 100 in milliseconds and CPU milliseconds of the
web process, and its statements; and how the last tenth is beside the first.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.listings import OPEN
from benchmarks.reaching import execute, manage
from stack.environment import ROOT
from stack.processes import Stack
from stack.services import PostgreSQL, Redis

EVENTS = 1_000_000
KEY = """
from accounts.models import User
from catalogue.models import Merchant
from partners import keys
print(keys.make(name="bench", scopes=["events:read"], made_by=User.objects.get(handle="owner"),
    merchant=Merchant.objects.get())[1])
"""
FILL = """
INSERT INTO webhooks_event (public_id, type, subject, merchant_id, payload, sequence, created_at)
SELECT gen_random_uuid(), 'stock.changed', n::text, m.id,
       jsonb_build_object('variant', gen_random_uuid(), 'on_hand', n % 100, 'reserved', 0), n, now()
FROM catalogue_merchant m, generate_series(1, {events}) n
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.catching_up")
    parser.add_argument("--events", type=int, default=EVENTS, help="at least a thousand")
    words = parser.parse_args()
    if words.events < 1000:
        parser.error("a tenth needs a page at the least")
    with (
        tempfile.TemporaryDirectory(prefix="etal-events-") as directory,
        PostgreSQL(Path(directory) / "postgresql") as postgresql,
        Redis(Path(directory) / "redis") as redis,
    ):
        stack = Stack(Path(directory) / "site", database_url=postgresql.url, redis_url=redis.url)
        list(manage(stack.environment, "migrate", "--verbosity", "0"))
        list(manage(stack.environment, "shell", "-v", "0", "-c", OPEN))
        *_rest, secret = manage(stack.environment, "shell", "-v", "0", "-c", KEY)
        execute(postgresql.url, FILL.format(events=words.events))
        execute(postgresql.url, "VACUUM ANALYZE")
        host = urlsplit(stack.environment["PUBLIC_URL"]).netloc
        found = subprocess.run(
            [sys.executable, "-m", "benchmarks.catcher", secret.strip(), str(words.events), host],
            cwd=ROOT,
            env={**stack.environment, "DJANGO_SETTINGS_MODULE": "shopping.settings"},
            capture_output=True,
            text=True,
            check=True,
        )
    lines = [line.split() for line in found.stdout.splitlines()]
    print(f"{'events read':>12}{'median ms':>12}{'CPU ms':>9}{'SQL':>5}")
    for read, took, cpu, statements in lines:
        print(f"{read:>12}{took:>12}{cpu:>9}{statements:>5}")
    print(f"last tenth / first, CPU: {float(lines[-1][2]) / float(lines[0][2]):.2f}")


if __name__ == "__main__":
    main()
