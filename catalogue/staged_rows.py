"""The products of a file as rows that a dry run shows: what each has, and what importing it comes to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from io import StringIO
from typing import Any

from django.db import connection

from catalogue.columns import Layout
from catalogue.imported import Outcome
from catalogue.imports import named
from catalogue.models import Import, StagedProduct
from catalogue.parsed import ParsedProduct
from catalogue.plans import Plan, Refused
from catalogue.reading import Run

COLUMNS = (
    *("of_id", "place", "first_row", "last_row", "handle", "title", "fate"),
    *("rows", "changes", "errors", "notes", "applied"),
)
COPY = f"COPY catalogue_stagedproduct ({', '.join(COLUMNS)}) FROM STDIN"
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def staged(
    of: Import, run: Run, parsed: ParsedProduct, outcome: Outcome | None, layout: Layout
) -> StagedProduct:
    """The row, not yet written, of a product of the file; `outcome` is None for one that could not be
    read."""
    made = StagedProduct(
        of=of,
        place=run.place,
        first_row=run.rows[0].number,
        last_row=run.rows[-1].number,
        handle=parsed.handle[:200],
        title=parsed.title[:200],
        rows=[[row.number, row.values] for row in run.rows],
    )
    if outcome is None:
        made.fate = StagedProduct.Fate.REFUSED
        made.errors = [asdict(error) for error in parsed.errors]
    else:
        say(made, outcome, layout)
    return made


def say(staged: StagedProduct, outcome: Outcome, layout: Layout) -> None:
    """Put down what writing the product comes to, or came to."""
    if isinstance(outcome, Refused):
        staged.fate = StagedProduct.Fate.REFUSED
        staged.errors = [asdict(named(outcome.error, layout))]
        return
    staged.fate = StagedProduct.Fate(outcome.fate)
    staged.title = outcome.product.title
    staged.changes = [asdict(change) for change in outcome.changes]
    staged.notes = _notes(outcome, layout)


def is_as_shown(staged: StagedProduct, outcome: Outcome, layout: Layout) -> bool:
    """Whether writing the product came to what its row says."""
    if isinstance(outcome, Refused):
        return False
    return staged.fate == outcome.fate and staged.notes == _notes(outcome, layout)


def write(made: Sequence[StagedProduct]) -> None:
    """Write many rows at once; in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.copy_expert(COPY, StringIO("".join(map(_line, made))))


def _notes(plan: Plan, layout: Layout) -> list[dict[str, Any]]:
    return [asdict(named(note, layout)) for note in plan.kept_off]


def _line(staged: StagedProduct) -> str:
    """A row as COPY's text format has it.

    https://www.postgresql.org/docs/current/sql-copy.html
    """
    values = (getattr(staged, name) for name in COLUMNS)
    return "\t".join(map(_field, values)) + "\n"


def _field(value: Any) -> str:
    if isinstance(value, list):
        value = json.dumps(value, ensure_ascii=False)
    return str(value).translate(ESCAPES)
