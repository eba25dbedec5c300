"""A process of its own that imports a file as a worker does, slice by slice, and says what it took.

    python -m benchmarks.import_file FILE

Needs a site that is migrated, and opens a shop of its own there. Prints JSON: seconds of the dry run,
of the writing, and of a dry run of the same file again, which changes nothing; of reading the file as
CSV and copying its rows into a bare table, which is the least that it takes; the CPU seconds of this
process for each; and its memory before and at its peak, in MB.
"""

from __future__ import annotations

import csv
import io
import json
import resource
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from uuid import uuid4

import django
from django.core.files import File
from django.db import connection

django.setup()

from accounts.models import User  # noqa: E402 – after the settings
from catalogue import slices, staging  # noqa: E402
from catalogue.models import Import, Merchant  # noqa: E402


def memory_mb() -> float:
    """The most that this process has had in memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(work: Callable[[], object]) -> dict[str, float]:
    wall, used = time.perf_counter(), time.process_time()
    work()
    return {"seconds": time.perf_counter() - wall, "cpu": time.process_time() - used}


def work_off() -> None:
    """Until no worker finds anything to do."""
    while slices.work():
        pass


def bare(path: Path) -> None:
    with path.open(newline="") as file, connection.cursor() as cursor:
        reader = csv.reader(file)
        columns = ", ".join(f"c{place} text" for place, _name in enumerate(next(reader)))
        cursor.execute(f"CREATE TABLE bare_rows ({columns})")
        while rows := list(islice(reader, 300)):
            text = io.StringIO()
            csv.writer(text).writerows(rows)
            text.seek(0)
            cursor.copy_expert("COPY bare_rows FROM STDIN CSV", text)
        cursor.execute("DROP TABLE bare_rows")


def open_shop() -> Merchant:
    handle = f"shop_{uuid4().hex[:12]}"
    account = User.objects.create_shop(handle=handle, display_name=handle)
    return Merchant.objects.create(
        account=account, name=handle, email="shop@bench.example", country="FR", currency="EUR"
    )


def uploaded(merchant: Merchant, path: Path) -> Import:
    with path.open("rb") as file:
        return staging.upload(merchant, content=File(file), name=path.name, actor=None)


def main() -> None:
    path, merchant, before = Path(sys.argv[1]), open_shop(), memory_mb()
    of = uploaded(merchant, path)
    said: dict[str, object] = {"dry_run": timed(work_off)}
    of.refresh_from_db()
    assert of.state == Import.State.READY, of.problem
    assert set(of.staged.values_list("fate", flat=True)) == {"new"}
    staging.start(of, actor=None)
    said["write"] = timed(work_off)
    of.refresh_from_db()
    assert of.state == Import.State.DONE
    again = uploaded(merchant, path)
    said["again"] = timed(work_off)
    assert set(again.staged.values_list("fate", flat=True)) == {"same"}
    peak = memory_mb()
    said["bare"] = timed(lambda: bare(path))
    print(json.dumps(said | {"rows": of.rows, "before_mb": before, "peak_mb": peak}))


if __name__ == "__main__":
    main()
