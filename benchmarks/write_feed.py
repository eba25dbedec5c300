"""A process of its own that makes a shop's feed as a web process does, and says what it took.

    python -m benchmarks.write_feed

Prints JSON: seconds, CPU seconds, statements, items, bytes of the file and of what is sent zipped,
and this process's memory before and at its peak, in MB.
"""

from __future__ import annotations

import json
import resource
import time

import django

django.setup()

from django.core.cache import cache  # noqa: E402 - only once Django is set up
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from catalogue.models import Merchant  # noqa: E402
from shopping import made_files  # noqa: E402
from shopping.private_files import private_files  # noqa: E402


class Count:
    """How many statements there were; their texts would be memory."""

    def __init__(self) -> None:
        self.statements = 0

    def __call__(self, execute, *arguments):  # type: ignore[no-untyped-def]
        self.statements += 1
        return execute(*arguments)


def memory_mb() -> float:
    """The most that this process has had in memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    shop = Merchant.objects.get(account__handle="shop")
    path = f"/shops/{shop.public_id}/products.xml"
    client = Client(headers={"host": "localhost"})
    client.get("/robots.txt")  # What is loaded once.
    cache.clear()
    before, count = memory_mb(), Count()
    began, used = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(count):
        answer = client.get(path)
    took, cpu = time.perf_counter() - began, time.process_time() - used
    length = items = 0
    for piece in answer:
        length += len(piece)
        items += piece.count(b"<item>")
    made = made_files.kept(f"products/{shop.public_id}/xml")
    zipped = private_files().size(made.file) if made else 0
    said = {"seconds": took, "cpu": cpu, "statements": count.statements, "items": items}
    said |= {"bytes": length, "zipped": zipped, "before_mb": before, "peak_mb": memory_mb()}
    print(json.dumps(said))


if __name__ == "__main__":
    main()
