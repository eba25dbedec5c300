"""A shop's owner before the admin, in a process of its own: a path a line, and what its page took.

    echo /admin/catalogue/product/ | python -m benchmarks.owner

Says its status, milliseconds, statements and CPU milliseconds.
"""

from __future__ import annotations

import sys
import time

import django

django.setup()

from django.db import connection  # noqa: E402 - only once Django is set up
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from accounts.models import User  # noqa: E402


def main() -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(handle="owner"))
    for line in sys.stdin:
        with CaptureQueriesContext(connection) as seen:
            began, cpu = time.perf_counter(), time.process_time()
            status = client.get(line.strip()).status_code
            took, used = time.perf_counter() - began, time.process_time() - cpu
        print(status, took * 1000, len(seen), used * 1000, flush=True)


if __name__ == "__main__":
    main()
