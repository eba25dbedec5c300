"""The files of a store: rows by the names of their columns, and what is wrong with them, by file and row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from catalogue import csv_table
from catalogue.encodings import UnreadableFile


@dataclass(slots=True)
class Problems:
    """What is wrong, a line each: "products.csv, row 3, price: …"."""

    lines: list[str] = field(default_factory=list)

    def add(self, file: str, row: int, column: str, text: str) -> None:
        where = ", ".join(filter(None, (file, f"row {row}" if row else "", column)))
        self.lines.append(f"{where}: {text}")


@dataclass(frozen=True, slots=True)
class Row:
    """One row. What a cell holds that will not do becomes a problem, and the least that would."""

    file: str
    number: int
    cells: dict[str, str]
    problems: Problems

    def text(self, column: str, *, required: bool = True, longest: int = 200) -> str:
        said = self.cells.get(column, "").strip()
        if required and not said:
            self.wrong(column, "fill this cell in")
        if len(said) > longest:
            self.wrong(column, f"at most {longest} characters")
        return said[:longest]

    def whole(self, column: str, *, least: int = 0, required: bool = True) -> int:
        """`least` where the cell is empty and may be."""
        said = self.text(column, required=required, longest=15)
        if not said:
            return least
        if not (said.isascii() and said.isdigit()) or int(said) < least:
            self.wrong(column, f"a whole number from {least}, not “{said}”")
            return least
        return int(said)

    def one_of(self, column: str, known: Sequence[str]) -> str:
        said = self.text(column).casefold()
        if said and said not in known:
            self.wrong(column, f"one of {', '.join(known)}, not “{said}”")
        return said

    def email(self, column: str) -> str:
        said = self.text(column, longest=254)
        try:
            validate_email(said)
        except ValidationError:
            self.wrong(column, "an e-mail address")
        return said

    def wrong(self, column: str, text: str) -> None:
        self.problems.add(self.file, self.number, column, text)


@dataclass(frozen=True, slots=True)
class Folder:
    """A store's folder; `problems` gathers what is wrong with any of its files."""

    path: Path
    problems: Problems = field(default_factory=Problems)

    def rows(self, name: str, columns: Sequence[str], *, required: bool = False) -> Iterator[Row]:
        """The rows of a file that has these columns, and maybe others. Nothing where there is none and
        none is required."""
        path = self.path / name
        if not path.is_file():
            if required:
                self.problems.add(name, 0, "", "this file is needed")
            return
        with path.open("rb") as source:
            try:
                table = csv_table.read(source)
            except UnreadableFile as error:
                self.problems.add(name, 0, "", str(error))
                return
            header = [column.strip().casefold() for column in table.header]
            missing = [column for column in columns if column not in header]
            if missing:
                self.problems.add(name, 1, "", f"these columns are missing: {', '.join(missing)}")
                return
            for row in table.rows:
                if row.problem:
                    self.problems.add(name, row.number, "", row.problem)
                    continue
                cells = dict(zip(header, row.values, strict=False))
                yield Row(name, row.number, cells, self.problems)

    def once(self, row: Row, column: str, seen: set[str]) -> str:
        """A cell that no earlier row of its file has."""
        said = row.text(column)
        if said in seen:
            row.wrong(column, f"“{said}” came earlier in the file")
        seen.add(said)
        return said
