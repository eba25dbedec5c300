"""What a dry run shows: the products of an import by their fate, and the rows to mend as a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q

from catalogue import staging
from catalogue.columns import BY_NAME, TO_MEND
from catalogue.models import Import, StagedProduct
from catalogue.parsed import RowError
from catalogue.plans import Change

PAGE = 50
Fate = StagedProduct.Fate
# What most needs a look comes first.
ORDER = (Fate.REFUSED, Fate.CHANGED, Fate.NEW, Fate.SAME)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many products have a fate, and how many of them are written."""

    fate: StagedProduct.Fate
    count: int
    applied: int


@dataclass(frozen=True, slots=True)
class Shown:
    """One product of a dry run: where it stands in the file, what would change, what is wrong."""

    staged: StagedProduct
    changes: list[tuple[str, Change]]
    errors: list[RowError]
    notes: list[RowError]

    @property
    def rows(self) -> str:
        first, last = self.staged.first_row, self.staged.last_row
        return str(first) if first == last else f"{first}–{last}"


@dataclass(frozen=True, slots=True)
class Page:
    products: list[Shown]
    after: int | None


def tallies(of: Import) -> list[Tally]:
    """How many products have each fate so far, in `ORDER`; those with none are left out."""
    counted = of.staged.values("fate").annotate(
        count=Count("pk"), done=Count("pk", filter=Q(applied=True))
    )
    found = {each["fate"]: (each["count"], each["done"]) for each in counted}
    return [Tally(fate, *found[fate]) for fate in ORDER if fate in found]


def page(of: Import, *, fate: str, after: int = 0) -> Page:
    """The next products of a fate behind the `after`th of the file, without their rows."""
    staged = of.staged.filter(fate=fate, place__gt=after).order_by("place").defer("rows")
    found = list(staged[: PAGE + 1])
    last = found[PAGE - 1].place if len(found) > PAGE else None
    return Page([_shown(each) for each in found[:PAGE]], last)


def _shown(staged: StagedProduct) -> Shown:
    changes = [Change(**change) for change in staged.changes]
    return Shown(
        staged,
        [(str(BY_NAME[change.field].label), change) for change in changes],
        errors_of(staged),
        [RowError(**note) for note in staged.notes],
    )


def errors_of(staged: StagedProduct) -> list[RowError]:
    return [RowError(**error) for error in staged.errors]


def to_mend(of: Import) -> Iterator[list[str]]:
    """The rows of refused products as they came, with what is wrong before each: for
    shopping.csv_files. Their file may be mended and uploaded as it is."""
    layout = staging.layout_of(of)
    kept = [place for place, name in enumerate(of.header) if name != TO_MEND]
    yield [TO_MEND, *(of.header[place] for place in kept)]
    refused = of.staged.filter(fate=Fate.REFUSED).order_by("place")
    for staged in refused.iterator(chunk_size=100):
        wrong: dict[int, list[str]] = {}
        for error in errors_of(staged):
            wrong.setdefault(error.row, []).append(error.what)
        for number, values in staged.rows:
            cells = layout.plain(values)
            surplus = cells[len(of.header) :]
            shown = [cells[place] if place < len(cells) else "" for place in kept]
            yield [" ".join(wrong.get(number, ())), *shown, *surplus]
