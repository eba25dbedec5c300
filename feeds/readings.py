"""One reading of Market: the order that its first page fixed, kept while somebody reads on.

Kept in Redis for MARKET_READING_SECONDS under a token that the pages' addresses carry. Where it is
lost, nothing is guessed: the reader is told, and begins anew.
"""

from __future__ import annotations

import logging
import re
import secrets
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from redis import RedisError

MOST = 500  # posts of one reading
# Readings that are the same for everybody begin so; no visitor's own do.
SHARED = "a"
OWN = "m"
# Of one person's own, the last so many are kept: each is some 20 kB.
MOST_OWN = 10
TOKEN = re.compile(rf"[{SHARED}{OWN}][A-Za-z0-9_-]{{22}}")
# A post: its ids, the four terms of its rank, and the place of its topic among the reading's.
ROW = struct.Struct("<q16s4fh")
NO_TOPIC = -1

logger = logging.getLogger(__name__)


class Ranked(NamedTuple):
    """A post with the very terms that gave it its place. `topic` is that of the post which the
    interest matched, `source` the reader's interest behind it; "" without."""

    post_id: int
    public_id: UUID
    interest: float
    freshness: float
    popularity: float
    product: float
    topic: str
    source: str

    @property
    def score(self) -> float:
        return self.interest + self.freshness + self.popularity + self.product


@dataclass(frozen=True)
class Reading:
    """`complete`: there was nothing to read behind these posts when it began, at `at`."""

    token: str
    at: datetime
    complete: bool
    rows: bytes
    topics: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, ranked: Iterable[Ranked], *, at: datetime, complete: bool, shared: bool) -> Reading:
        names: dict[tuple[str, str], int] = {}
        rows = bytearray()
        for post in ranked:
            named = (post.topic, post.source)
            place = names.setdefault(named, len(names)) if post.topic else NO_TOPIC
            rows += ROW.pack(post.post_id, post.public_id.bytes, *post[2:6], place)
        token = (SHARED if shared else OWN) + secrets.token_urlsafe(16)
        return cls(token, at, complete, bytes(rows), tuple(names))

    def _unpacked(self, rows: bytes) -> Iterator[Ranked]:
        for post_id, public_id, *terms, place in ROW.iter_unpack(rows):
            named = self.topics[place] if place != NO_TOPIC else ("", "")
            yield Ranked(post_id, UUID(bytes=public_id), *terms, *named)

    def part(self, start: int, *, size: int) -> list[Ranked]:
        """At most `size` posts from the place `start` on."""
        return list(self._unpacked(self.rows[start * ROW.size : (start + size) * ROW.size]))

    def __len__(self) -> int:
        return len(self.rows) // ROW.size

    @cached_property
    def ids(self) -> list[int]:
        return [row[0] for row in ROW.iter_unpack(self.rows)]

    def behind(self, public_id: UUID) -> int | None:
        """The place behind a post; None if it is not among these."""
        for place, row in enumerate(ROW.iter_unpack(self.rows)):
            if row[1] == public_id.bytes:
                return place + 1
        return None

    def find(self, public_id: UUID) -> Ranked | None:
        """A post with its terms; None if it is not among these."""
        posts = self._unpacked(self.rows)
        return next((post for post in posts if post.public_id == public_id), None)


def is_shared(token: str) -> bool:
    """Whether `token` is of a reading that is the same for everybody."""
    return token.startswith(SHARED) and TOKEN.fullmatch(token) is not None


def _key(token: str, user_id: int | None) -> str:
    """A person's own readings answer to nobody else."""
    return f"reading:{token}:{0 if token[0] == SHARED else user_id}"


def keep(reading: Reading, *, user_id: int | None) -> bool:
    """Whether it could be kept; one's own takes the place of the oldest beyond MOST_OWN."""
    try:
        kept: dict[str, Any] = {_key(reading.token, user_id): reading}
        if reading.token.startswith(OWN):
            kept |= _make_room(reading.token, user_id)
        cache.set_many(kept, timeout=settings.MARKET_READING_SECONDS)
    except RedisError as error:
        logger.warning("Market is read by time: %s", error)
        return False
    return True


def _make_room(token: str, user_id: int | None) -> dict[str, list[str]]:
    """Forget the readings that `token` is one too many for; the list of the others, to be kept."""
    own = f"readings:{user_id}"
    tokens = [*cache.get(own, []), token]
    if tokens[:-MOST_OWN]:
        cache.delete_many([_key(old, user_id) for old in tokens[:-MOST_OWN]])
    return {own: tokens[-MOST_OWN:]}


def find(token: str, *, user_id: int | None, since: datetime | None) -> Reading | None:
    """The reading, if it is everybody's or this person's own and younger than `since`."""
    if not TOKEN.fullmatch(token):
        return None
    try:
        reading = cache.get(_key(token, user_id))
    except RedisError as error:
        logger.warning("a reading of Market is out of reach: %s", error)
        return None
    if not isinstance(reading, Reading):
        return None
    stale = token[0] == OWN and since is not None and reading.at < since
    return None if stale else reading
