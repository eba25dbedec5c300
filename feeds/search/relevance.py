"""In which order what was found stands: the one place that says so.

Only the newest WEIGHED matches are weighed, so that a frequent word costs no more than a rare one; what
is older comes behind them, weighed among itself. A match is worth

    text x (1 + popularity) x freshness

where *text* is PostgreSQL's ts_rank (words in a title count ten times those of a description),
*popularity* goes from 0 to 1 with answers to a post, or with posts that carry a product, and
*freshness* from 1 to STALE, half of the way after HALF_LIFE_DAYS, from the newest match on: so the
order does not change while somebody reads on. What is sold out is worth SOLD_OUT of that.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

WEIGHED = 100
HALF_LIFE_DAYS = 60.0
STALE = 0.4
# Answers, or posts that carry a product, at which something counts as fully popular.
POPULAR = 100
SOLD_OUT = 0.5


class Scored(NamedTuple):
    """What was found; `rank` is its ts_rank, `uses` are answers, or posts that carry it."""

    id: int
    public_id: UUID
    rank: float
    uses: int
    created_at: datetime
    in_stock: bool = True  # or it is no product

    def worth(self, newest: datetime) -> float:
        age: float = (newest - self.created_at) / timedelta(days=1)
        freshness: float = STALE + (1 - STALE) * 0.5 ** (max(age, 0.0) / HALF_LIFE_DAYS)
        popularity = min(1.0, math.log1p(self.uses) / math.log1p(POPULAR))
        return self.rank * (1 + popularity) * freshness * (1.0 if self.in_stock else SOLD_OUT)


def ranked(found: list[tuple[Any, ...]]) -> list[int]:
    """The ids of the rows `found`, which are as Scored, the best first."""
    matches = [Scored(*row) for row in found]
    newest = max((match.created_at for match in matches), default=None)
    if newest is None:
        return []
    best = sorted(matches, key=lambda match: (match.worth(newest), match.id), reverse=True)
    return [match.id for match in best]
