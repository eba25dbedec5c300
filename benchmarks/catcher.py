"""A program that catches up with a shop's log by the API, in this process: prints each tenth's pages,
milliseconds, CPU milliseconds and statements. benchmarks.catching_up starts it."""

from __future__ import annotations

import os
import sys
import time
from statistics import median
from urllib.parse import urlsplit

import django
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

LIMIT, TENTHS = 100, 10


def main() -> None:
    """`argv`: the key, the number of events, and the Host to ask for."""
    django.setup()
    secret, events, host = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    client = Client(headers={"Authorization": f"Bearer {secret}", "Host": host})
    path, pages, read = f"/api/v1/events/?limit={LIMIT}", 0, 0
    took: list[float] = []
    cpu: list[float] = []
    statements = 0
    while path:
        if pages % (events // LIMIT // TENTHS) == 0:
            with CaptureQueriesContext(connection) as seen:
                client.get(path)
            statements = len(seen.captured_queries)
        began, used = time.perf_counter(), time.process_time()
        answer = client.get(path)
        took.append(1000 * (time.perf_counter() - began))
        cpu.append(1000 * (time.process_time() - used))
        told = answer.json()
        read += len(told["data"])
        pages += 1
        following = urlsplit(told["next"] or "")
        path = f"{following.path}?{following.query}" if told["next"] else ""
        if pages % (events // LIMIT // TENTHS) == 0 or not path:
            print(read, f"{median(took):.2f}", f"{median(cpu):.2f}", statements, flush=True)
            took, cpu = [], []


if __name__ == "__main__":
    os.environ["API_CALLS_A_MINUTE"] = "100000000"
    os.environ["API_CALLS_AT_ONCE"] = "1000000"
    main()
