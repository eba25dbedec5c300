"""Rounds to medians, medians to a table and a file."""

from __future__ import annotations

import json
import os
import platform
import statistics
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Figure:
    """One named measurement; each list has one value a round."""

    name: str
    unit: str
    reference: str | None = None
    values: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    sql: float | None = None

    @property
    def value(self) -> float:
        return statistics.median(self.values)

    @property
    def cpu(self) -> float:
        return statistics.median(self.cpu_ms)


@dataclass
class Results:
    """Figures by name; `feed` is what benchmarks.feed says beside its rates."""

    figures: dict[str, Figure] = field(default_factory=dict)
    feed: dict[str, object] = field(default_factory=dict)

    def add(
        self, name: str, *, value: float, cpu_ms: float, unit: str, reference: str | None = None
    ) -> None:
        """One round's reading of figure `name`."""
        figure = self.figures.setdefault(name, Figure(name, unit, reference))
        figure.values.append(value)
        figure.cpu_ms.append(cpu_ms)

    def count_sql(self, name: str, statements: float) -> None:
        self.figures[name].sql = statements

    def ratio(self, figure: Figure) -> float | None:
        """How the figure stands to its reference, medians of the same alternating rounds."""
        if figure.reference is None:
            return None
        return figure.value / self.figures[figure.reference].value

    def cpu_ratio(self, figure: Figure) -> float | None:
        """How its CPU time stands to its reference's, as `ratio`."""
        if figure.reference is None:
            return None
        return figure.cpu / self.figures[figure.reference].cpu

    def rows(self) -> list[dict[str, object]]:
        return [
            {
                "name": figure.name,
                "value": round(figure.value, 2),
                "unit": figure.unit,
                "reference": figure.reference,
                "ratio": None if (ratio := self.ratio(figure)) is None else round(ratio, 4),
                "cpu_ms": round(figure.cpu, 3),
                "cpu_ratio": None if (ratio := self.cpu_ratio(figure)) is None else round(ratio, 3),
                "sql": figure.sql,
                "samples": [round(value, 2) for value in figure.values],
            }
            for figure in self.figures.values()
        ]

    def write(self, path: Path) -> None:
        """`build/bench.json`: the machine, and a row a figure."""
        machine = {
            "cores": os.cpu_count(),
            "architecture": platform.machine(),
            "system": platform.system(),
            "python": platform.python_version(),
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        found = {"machine": machine, "results": self.rows(), "feed": self.feed}
        path.write_text(json.dumps(found, indent=2) + "\n")

    def table(self) -> str:
        lines = [
            f"{'figure':28}{'rate':>10} {'unit':10}{'ratio':>8}{'CPU ms':>9}{'ratio':>9}{'SQL':>6}"
        ]
        for row in self.rows():
            ratio = "" if row["ratio"] is None else f"{row['ratio']:.3f}"
            cpu_ratio = "" if row["cpu_ratio"] is None else f"{row['cpu_ratio']:.3f}"
            sql = "" if row["sql"] is None else f"{row['sql']:g}"
            lines.append(
                f"{row['name']:28}{row['value']:>10} {row['unit']:10}"
                f"{ratio:>8}{row['cpu_ms']:>9}{cpu_ratio:>9}{sql:>6}"
            )
        return "\n".join(lines)
