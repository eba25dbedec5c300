"""What the pages of a stocktake show: a page of its lines, what was typed, and what will come of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue import stocktakes
from catalogue.cells import HIGHEST_COUNT
from catalogue.models import Stocktake, StocktakeLine
from shopping.ids import key_of

Outcome = StocktakeLine.Outcome

ROWS = 50
# Before the key of a line: what is typed, and what stood there when the page was made.
TYPED, STOOD = "count-", "stood-"
LONGEST = 20


@dataclass(frozen=True, slots=True)
class Summary:
    """How far a stocktake is."""

    counted: int
    differing: int
    refused: int

    @classmethod
    def of(cls, stocktake: Stocktake) -> Summary:
        found = stocktake.lines.aggregate(
            are_counted=Count("counted"),
            differ=Count("pk", filter=Q(counted__isnull=False) & ~Q(counted=F("expected"))),
            are_refused=Count("pk", filter=Q(outcome__in=StocktakeLine.REFUSED)),
        )
        return cls(found["are_counted"], found["differ"], found["are_refused"])


@dataclass(frozen=True, slots=True)
class Cell:
    """One field that was changed: the number, or what is wrong with it."""

    line_id: int
    variant_id: int
    typed: str
    counted: int | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line as the page shows it; `stood` is what its field held before anything was typed."""

    line: StocktakeLine
    value: str
    stood: str
    problem: str = ""
    has_focus: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """A line that differs, and what would come of it if it were applied now."""

    line: StocktakeLine
    after: int
    said: str
    is_refused: bool

    @classmethod
    def of_all(cls, lines: Sequence[StocktakeLine]) -> list[Verdict]:
        """One statement for all of them."""
        stale = stocktakes.corrected([line for line in lines if not line.outcome])
        return [cls.of(line, is_corrected=line.variant_id in stale) for line in lines]

    @classmethod
    def of(cls, line: StocktakeLine, *, is_corrected: bool) -> Verdict:
        item = line.variant.stock
        after = item.on_hand + (line.difference or 0)
        if line.outcome:
            is_refused = line.outcome != Outcome.APPLIED
            return cls(line, after, line.get_outcome_display(), is_refused)
        outcome = stocktakes.verdict(line, item, is_corrected=is_corrected)
        said = ""
        if outcome == Outcome.STALE:
            said = _("The books say otherwise by now: it would be refused, count again")
        elif outcome == Outcome.RESERVED:
            said = ngettext(
                "%(count)d is promised to shoppers: it would be refused",
                "%(count)d are promised to shoppers: it would be refused",
                item.reserved,
            ) % {"count": item.reserved}
        return cls(line, after, said, is_refused=outcome != Outcome.APPLIED)


@dataclass(frozen=True, slots=True)
class Page:
    """Lines in their order from one on; keyset, so that the last page costs what the first one does."""

    lines: Sequence[StocktakeLine]
    word: str
    only_left: bool
    start: int
    following: int | None
    previous: int | None

    @classmethod
    def of(
        cls,
        stocktake: Stocktake,
        asked: Mapping[str, str],
        *,
        lines: QuerySet[StocktakeLine] | None = None,
    ) -> Page:
        """The page that `asked` names, of `lines` or of all; three statements at most."""
        found = stocktake.lines.all() if lines is None else lines
        word, only_left = asked.get("q", "").replace("\0", "").strip(), "left" in asked
        if word:
            variant = "variant__"
            exact = Q(**{f"{variant}sku__iexact": word}) | Q(**{f"{variant}barcode": word})
            found = found.filter(exact | Q(**{f"{variant}product__title__icontains": word}))
        if only_left:
            found = found.filter(counted__isnull=True)
        start = key_of(asked.get("from", ""))
        rows = list(
            found.select_related("variant__product", "variant__stock")
            .filter(pk__gte=start)
            .order_by("pk")[: ROWS + 1]
        )
        before = list(
            found.filter(pk__lt=start).order_by("-pk").values_list("pk", flat=True)[:ROWS]
            if start
            else []
        )
        following = rows[ROWS].pk if len(rows) > ROWS else None
        return cls(rows[:ROWS], word, only_left, start, following, before[-1] if before else None)

    def rows(self, typed: Sequence[Cell]) -> list[Row]:
        """The lines with what was typed, if any; the first one that is empty has the focus."""
        changed = {each.line_id: each for each in typed}
        found, focused = [], bool(self.word and not self.lines)
        for line in self.lines:
            stood = "" if line.counted is None else str(line.counted)
            cell = changed.get(line.pk)
            value, problem = (cell.typed, cell.problem) if cell else (stood, "")
            focus = not focused and (bool(problem) or not value)
            focused = focused or focus
            found.append(Row(line, value, stood, problem, focus))
        return found

    def after_saving(self, posted: Mapping[str, Any]) -> str:
        """Where a page that was taken leads: on, or back to the word's field for the next one."""
        if self.word:
            return "?"
        kept: dict[str, Any] = {"left": 1} if self.only_left else {}
        if "stay" in posted or self.following is None:
            kept["from"] = self.start
        else:
            kept["from"] = self.following
        return f"?{urlencode(kept)}"

    @property
    def kept(self) -> str:
        """What the links to other pages carry on."""
        kept = {"q": self.word} if self.word else {}
        return urlencode(kept | ({"left": "1"} if self.only_left else {}))


def cells(stocktake: Stocktake, posted: Mapping[str, Any]) -> list[Cell]:
    """The fields that hold something else than when the page was made, checked; one statement."""
    typed = {}
    for name, value in posted.items():
        key = key_of(name.removeprefix(TYPED)) if name.startswith(TYPED) else 0
        if key and value.strip() != posted.get(f"{STOOD}{key}", ""):
            typed[key] = value.strip()[:LONGEST]
    lines = stocktake.lines.filter(pk__in=typed).order_by("pk")
    return [
        _cell(pk, variant_id, typed[pk]) for pk, variant_id in lines.values_list("pk", "variant_id")
    ]


def _cell(pk: int, variant_id: int, value: str) -> Cell:
    if value.isascii() and value.isdigit() and int(value) <= HIGHEST_COUNT:
        return Cell(pk, variant_id, value, int(value))
    if not value:
        said = _("Write how many there are; 0 if there are none.")
    else:
        said = _("Write a whole number from 0 to %(most)s.") % {"most": HIGHEST_COUNT}
    return Cell(pk, variant_id, value, None, said)
