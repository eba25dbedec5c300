# ruff: noqa: S608 - statements are made of texts of our own, never of input
"""The newest rows that hold what is looked for, at the price of a few, however many hold it.

A GIN index finds all rows with a word, in no order: to know the newest hundred of a hundred thousand
it would read them all. So each row's words name, beside those of its text, the stretches of ids
that the row is in (the database function etal_stretches), and a statement looks stretch by stretch,
each eight times as long as the one before, until it has enough: a frequent word fills its page from the
first, and of a rare word there is little to read in all. Whether a row may be shown is asked of the newest
alone, one after the other.

Which words stand side by side no GIN index knows: PostgreSQL would cut the words of every row anew that
holds them all. So these are found first, and only the newest CHECKED of them are looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

# Of ids: a stretch has 2 to the power of these. As in etal_stretches.
STRETCHES = (10, 13, 16)
# Rows at most of which is looked up whether words stand side by side.
CHECKED = 2000
# Of a tsquery: a word, which is left as it is, or "side by side".
SIDE_BY_SIDE = re.compile(r"(?P<word>'(?:[^']|'')*')|<(?:-|\d+)>")


def parts(highest: str) -> str:
    """SQL: all ids from `highest`, a number in SQL, down, in parts of which each is a row `part`,
    the newest and shortest first.

    `low` and `high` are its first and last id; the part is in stretches of 2 to the `power`, 0 for
    the last, which is in none.
    """
    # Read once, not wherever it is named.
    steps = [f"(SELECT COALESCE({highest}, -1)::bigint AS low OFFSET 0) last_0"]
    rows = []
    for step, power in enumerate(STRETCHES, 1):
        high = "last_0.low" if step == 1 else f"last_{step - 1}.low - 1"
        steps.append(
            f"LATERAL (SELECT greatest((({high}) >> {power}) - 1, 0) << {power} AS low) last_{step}"
        )
        rows.append(f"(last_{step}.low, {high}, {power})")
    rows.append(f"(0, last_{len(STRETCHES)}.low - 1, 0)")
    return f"""{", ".join(steps)},
        LATERAL (VALUES {", ".join(rows)}) part (low, high, power)"""


# The tsquery that leads to a part, of two stretches at most.
_WITHIN = """CASE part.power WHEN 0 THEN ''::tsquery ELSE format($$'in %%1$s %%2$s' | 'in %%1$s %%3$s'$$,
                part.power, part.low >> part.power, part.high >> part.power)::tsquery END"""


@dataclass(frozen=True)
class Index:
    """Where is looked: `words`, an indexed expression over the row `r` of `table`, whose id is `key`.

    `rows` is the table whose public ids name these rows. `indexed` is a condition over `r` that the
    index holds, `condition` one over `found`, which has the id and the columns `also`.
    """

    table: str
    rows: str
    words: str
    key: str = "id"
    also: str = ""
    indexed: str = "TRUE"
    condition: str = "TRUE"

    def newest(self, sought: Sought) -> str:
        """SQL of at most %(limit)s ids that match, in a column `id`, the newest first.

        It takes `sought.values` as named parameters, beside those of `condition`; with `sought.anchor`
        it begins with the row of that public id, and gives none where there is none.
        """
        words = f"{self.words} @@ %(sought)s::tsquery"
        if not sought.loose:
            return self._met("%(sought)s", "%(limit)s", anchored=sought.anchored)
        # By key, one after the other until there are enough; no index of words.
        return f"""SELECT held.id
            FROM ({self._met("%(loose)s", str(CHECKED), anchored=sought.anchored)}) held
            CROSS JOIN LATERAL (
                SELECT * FROM {self.table} WHERE {self.key} = held.id OFFSET 0) r
            WHERE {words} LIMIT %(limit)s"""

    def _met(self, sought: str, limit: str, *, anchored: bool) -> str:
        highest = f"(SELECT max({self.key}) FROM {self.table})"
        if anchored:
            highest = f"(SELECT id FROM {self.rows} WHERE public_id = %(anchor)s)"
        # The words are looked for before anything else: an index of ids must not lead through rows
        # whose words have to be cut anew. Nothing of this can be read before what it stands behind.
        return f"""SELECT found.id FROM {parts(highest)}, LATERAL (
            SELECT each.* FROM (
                SELECT r.{self.key} AS id{self.also} FROM {self.table} r
                WHERE {self.words} @@ ({sought}::tsquery && {_WITHIN}) AND {self.indexed}
                OFFSET 0) each
            WHERE each.id BETWEEN part.low AND part.high ORDER BY each.id DESC OFFSET 0) found
        WHERE part.high >= 0 AND {self.condition} LIMIT {limit}"""


@dataclass(frozen=True)
class Sought:
    """`words`, a tsquery, of which at most `limit` rows are wanted: the newest, or those from the row
    with the public id `anchor` down.

    `loose` finds whatever holds the words, side by side or not; "" where none has to be side by side.
    """

    words: str
    limit: int
    anchor: UUID | None = None
    loose: str = ""

    @classmethod
    def of(cls, words: str, *, limit: int, anchor: UUID | None = None) -> Sought:
        """One statement where `words` wants some side by side, else none."""
        return cls(words, limit, anchor, _loose(words))

    @property
    def anchored(self) -> bool:
        return self.anchor is not None

    @property
    def values(self) -> dict[str, Any]:
        """The parameters of `Index.newest`."""
        return {
            "sought": self.words,
            "loose": self.loose,
            "limit": self.limit,
            "anchor": self.anchor,
        }


def _loose(sought: str) -> str:
    if not any(match["word"] is None for match in SIDE_BY_SIDE.finditer(sought)):
        return ""
    with connection.cursor() as cursor:
        # Without what it leaves out: a text may hold those words, only not side by side.
        cursor.execute("SELECT querytree(%s::tsquery)", [sought])
        (tree,) = cursor.fetchone()
    return SIDE_BY_SIDE.sub(lambda match: match["word"] or "&", tree)
