"""Imports: rows a second of a merchant's file, and the memory that they take.

A process of its own does what a worker does, on servers of its own. Rows are those of a Shopify
export: of products with four variants and a picture more, and of products of one row each, which is
the dearest that a file can be.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks import reaching
from benchmarks.results import Results
from stack.environment import ROOT
from stack.processes import Stack
from stack.services import PostgreSQL, Redis

ROWS = 50_000
# Figure → rows a product.
SHAPES = {"imports": 5, "imports.single": 1}
HEADER = [
    *("Handle", "Title", "Body (HTML)", "Type", "Tags", "Published", "Option1 Name"),
    *("Option1 Value", "Variant SKU", "Variant Grams", "Variant Inventory Qty", "Variant Price"),
    *("Variant Barcode", "Image Src", "Image Alt Text"),
]
BODY = "<p>Stoneware, thrown and glazed by hand in Biarritz; each piece is its own.</p>" * 3


def measure(directory: Path, results: Results, *, rounds: int, scale: float) -> None:
    """Import files of `scale` times ROWS rows, each round into a new shop."""
    directory.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stop:
        postgresql = stop.enter_context(PostgreSQL(directory / "postgresql"))
        redis = stop.enter_context(Redis(directory / "redis"))
        env = {"DEBUG": "true", "PRIVATE_ROOT": str(directory / "private")}
        stack = Stack(
            directory / "stack", database_url=postgresql.url, redis_url=redis.url, env=env
        )
        for _line in reaching.manage(stack.environment, "migrate", "--verbosity", "0"):
            pass
        for number in range(rounds):
            print(f"imports: round {number + 1} of {rounds}", flush=True)
            for name, of_a_product in SHAPES.items():
                file = directory / f"{name}.csv"
                write(file, rows=round(ROWS * scale), of_a_product=of_a_product)
                _add(results, name, _import(stack, file))


def write(path: Path, *, rows: int, of_a_product: int) -> None:
    """A file of about so many rows: products whose last row is a picture, if they have several."""
    with path.open("w", newline="") as file:
        written = csv.writer(file)
        written.writerow(HEADER)
        for number in range(rows // of_a_product):
            for row in range(of_a_product):
                written.writerow(_row(number, row, last=of_a_product - 1))


def _row(number: int, row: int, *, last: int) -> list[object]:
    handle = f"bowl-{number}"
    picture = f"https://pictures.example/{handle}-{row}.jpg"
    if last and row == last:
        return [handle, *[""] * 12, picture, "From above"]
    words = (
        [f"Bowl {number}", BODY, "Bowls", "kitchen, stoneware", "true"] if row == 0 else [""] * 5
    )
    option = ["Size" if row == 0 else "", f"{row}"] if last else ["", ""]
    variant = [f"B-{number}-{row}", 400 + row, 10, f"{20 + row}.50", f"{number * 10 + row:013}"]
    return [handle, *words, *option, *variant, picture if row == 0 else "", "Front"]


def _import(stack: Stack, file: Path) -> dict[str, Any]:
    words = {**stack.environment, "DJANGO_SETTINGS_MODULE": "shopping.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.import_file", str(file)],
        cwd=ROOT,
        env=words,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def _add(results: Results, name: str, said: dict[str, Any]) -> None:
    rows = said["rows"]
    for step in ("bare", "dry_run", "write", "again"):
        took = said[step]
        results.add(
            f"{name}.{step}",
            value=rows / took["seconds"],
            cpu_ms=1000 * took["cpu"] / rows,
            unit="rows/s",
            reference=None if step == "bare" else f"{name}.bare",
        )
    cpu = 1000 * said["write"]["cpu"] / rows
    results.add(f"{name}.before", value=said["before_mb"], cpu_ms=cpu, unit="MB")
    results.add(
        f"{name}.peak", value=said["peak_mb"], cpu_ms=cpu, unit="MB", reference=f"{name}.before"
    )
