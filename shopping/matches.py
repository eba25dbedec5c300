# ruff: noqa: S608 - statements are made of texts of our own, never of input
"""The newest rows that hold what is looked for, at the price of a few, however many hold it.

A GIN index finds all rows with a word, in no order: to know the newest hundred of a hundred thousand
it would read them all. So each row's words name, beside those of its text, the stretches of ids
that the row is in (the database function etal_stretches), and a search is asked stretch by stretch,
each eight times as long as the one before: a frequent word fills its page from the first, and of a rare
word there is little to read in all.

Which words stand side by side no GIN index knows: PostgreSQL would cut the words of every row anew that
holds them all. So these are found first, and only the newest CHECKED of them are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

# Of ids: a stretch has 2 to the power of these. As in etal_stretches.
STRETCHES = (10, 13, 16)
# Rows at most of which is looked up whether words stand side by side.
CHECKED = 2000
# Of a tsquery: a word, which is left as it is, or "side by side".
SIDE_BY_SIDE = re.compile(r"(?P<word>'(?:[^']|'')*')|<(?:-|\d+)>")


@dataclass(frozen=True)
class Index:
    """Where is looked: `words`, an indexed expression over the row `r` of `table`, whose id is `key`.

    `indexed` is a condition over `r` that the index holds, `condition` one over `found`, which has the
    id and the columns `also`.
    """

    table: str
    words: str
    key: str = "id"
    also: str = ""
    indexed: str = "TRUE"
    condition: str = "TRUE"

    def statement(self, within: str) -> str:
        """The newest `limit` ids from `high` down to `low` that `within`, a tsquery in SQL, matches.

        It takes these three as named parameters, beside those of `within` and `condition`.
        """
        # The words are looked for before anything else: an index of ids must not lead through rows
        # whose words have to be cut anew.
        return f"""WITH found AS MATERIALIZED (
            SELECT r.{self.key} AS id{self.also} FROM {self.table} r
            WHERE {self.words} @@ ({within}) AND {self.indexed})
        SELECT found.id FROM found
        WHERE found.id BETWEEN %(low)s AND %(high)s AND {self.condition}
        ORDER BY found.id DESC LIMIT %(limit)s"""

    @property
    def check(self) -> str:
        # By key, the newest first, until there are enough; no index of words.
        return f"""SELECT r.{self.key} FROM (
            SELECT * FROM {self.table} WHERE {self.key} = ANY(%(ids)s)
            ORDER BY {self.key} DESC OFFSET 0) r
        WHERE {self.words} @@ %(sought)s::tsquery LIMIT %(limit)s"""


class Part(NamedTuple):
    """Ids from `low` to `high`; `stretches` is the tsquery that leads to them, "" for all."""

    low: int
    high: int
    stretches: str


def parts(highest: int) -> Iterator[Part]:
    """All ids from `highest` down, the shortest part first."""
    high = highest
    for power in STRETCHES:
        if high < 0:
            return
        last = high >> power
        first = max(last - 1, 0)
        named = " | ".join(f"'in {power} {number}'" for number in range(first, last + 1))
        yield Part(first << power, high, named)
        high = (first << power) - 1
    if high >= 0:
        yield Part(0, high, "")


def newest(
    index: Index,
    sought: str,
    *,
    limit: int,
    highest: int | None = None,
    parameters: Mapping[str, Any],
) -> list[int]:
    """The ids of at most `limit` rows that match the tsquery `sought`, the newest first.

    From the id `highest` down, if it is given; where `sought` wants words side by side, of the newest
    CHECKED rows that hold them. At most five statements, most often one or two; for words side by
    side one more, and twice as many.
    """
    found: list[int] = []
    with connection.cursor() as cursor:
        if highest is None:
            cursor.execute(f"SELECT COALESCE(max({index.key}), 0) FROM {index.table}")
            (highest,) = cursor.fetchone()
        loose = _loose(sought)
        left = CHECKED
        for part in parts(highest):
            within = "%(sought)s::tsquery" + (" && %(part)s::tsquery" if part.stretches else "")
            wanted = limit - len(found)
            rest = {"low": part.low, "high": part.high, "limit": left if loose else wanted}
            values = {**parameters, "sought": loose or sought, "part": part.stretches, **rest}
            cursor.execute(index.statement(within), values)
            ids = [row[0] for row in cursor.fetchall()]
            if loose and ids:
                left -= len(ids)
                cursor.execute(index.check, {"ids": ids, "sought": sought, "limit": wanted})
                ids = [row[0] for row in cursor.fetchall()]
            found += ids
            if len(found) >= limit or not left:
                break
    return found


def _loose(sought: str) -> str:
    """The tsquery that finds whatever holds the words of `sought`, side by side or not; "" where it
    wants none side by side."""
    if not any(match["word"] is None for match in SIDE_BY_SIDE.finditer(sought)):
        return ""
    with connection.cursor() as cursor:
        # Without what it leaves out: a text may hold those words, only not side by side.
        cursor.execute("SELECT querytree(%s::tsquery)", [sought])
        (tree,) = cursor.fetchone()
    return SIDE_BY_SIDE.sub(lambda match: match["word"] or "&", tree)
