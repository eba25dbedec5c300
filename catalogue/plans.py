"""What writing a product of a file would come to, and why it cannot be written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from catalogue.history import Changes
from catalogue.models import Product, ProductImage, Variant
from catalogue.parsed import ParsedProduct, ParsedVariant, RowError

NEW, CHANGED, SAME, REFUSED = "new", "changed", "same", "refused"
# What is kept of changes of one product, and of a text in them, to be looked at.
MOST_CHANGES = 100
MOST_TEXT = 200


class Refused(Exception):
    """A product that reads well and cannot be written; carries the error to report, whose column is
    the name of a field."""

    def __init__(self, parsed: ParsedProduct, error: RowError) -> None:
        super().__init__(str(error))
        self.parsed = parsed
        self.error = error


@dataclass(frozen=True, slots=True)
class Change:
    """One value that would be another: which field, of which variant, in which row of the file."""

    row: int
    field: str
    of: str
    before: str
    after: str


@dataclass(slots=True)
class Plan:
    """One product, its rows changed in memory alone; `kept_off` are notes on what the file says and is
    not done: variants that stay off sale, a category that is not there."""

    parsed: ParsedProduct
    product: Product
    fate: str = SAME
    words: list[str] = field(default_factory=list)
    matched: dict[int, Variant] = field(default_factory=dict)
    altered: list[Variant] = field(default_factory=list)
    renamed: list[int] = field(default_factory=list)
    added: dict[int, Variant] = field(default_factory=dict)
    gone: list[Variant] = field(default_factory=list)
    fresh_images: list[tuple[ProductImage, int | None]] = field(default_factory=list)
    altered_images: list[tuple[ProductImage, int | None]] = field(default_factory=list)
    gone_images: list[int] = field(default_factory=list)
    counts: list[ParsedVariant] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    # The same for the product's history, whole: of the product itself (None) and of its variants.
    noted: list[tuple[Variant | None, Changes]] = field(default_factory=list)
    kept_off: list[RowError] = field(default_factory=list)

    @property
    def rows(self) -> dict[int, Variant]:
        """The file's variants by row, those of before and those to be."""
        return {**self.matched, **self.added}

    @property
    def is_told(self) -> bool:
        """Whether more changes than counts, which tell of themselves."""
        return bool(
            self.fate == NEW
            or self.words
            or self.altered
            or self.added
            or self.gone
            or self.fresh_images
            or self.altered_images
            or self.gone_images
        )

    def note(self, row: int, name: str, before: Any, after: Any, *, of: str = "") -> None:
        if len(self.changes) < MOST_CHANGES:
            texts = (_shown(value)[:MOST_TEXT] for value in (before, after))
            self.changes.append(Change(row, name, of, *texts))


def refusal(
    parsed: ParsedProduct, column: str, value: str, message: str, *, row: int = 0
) -> Refused:
    """That `parsed` cannot be written, because of the cell of field `column`, or for no one cell's sake."""
    return Refused(parsed, RowError(row or parsed.row, parsed.handle, column, value, message))


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
