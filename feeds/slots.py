"""The places of a page of Market that may be paid for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from accounts.models import User
from feeds import promotions
from feeds.models import Promotion
from feeds.promotions import Match
from feeds.readings import Reading
from feeds.tastes import Tastes
from feeds.timelines import PAGE, Entry

# Counted from one. A page has no others, and one without a post above the slot has none there.
SLOTS = (4, 14)


@dataclass(frozen=True)
class Slots:
    """What is paid for on the page of `reading` that begins at `start`.

    `again` are promotions that this page showed before, by slot; `taken` the posts that were
    promoted anywhere in the reading, which no page repeats.
    """

    user: User | None
    reading: Reading
    start: int
    again: dict[int, Promotion] = field(default_factory=dict)
    matches: list[Match] = field(default_factory=list)
    taken: frozenset[int] = frozenset()

    @classmethod
    def of(cls, user: User | None, tastes: Tastes | None, reading: Reading, *, start: int) -> Slots:
        """None of them is open to whoever may not be shown anything that is paid for."""
        if user is None or tastes is None or not promotions.may_be_shown_to(user, tastes):
            return cls(user, reading, start)
        earlier = promotions.shown(user, reading=reading.token)
        taken = frozenset(row.promotion.post_id for row in earlier)
        again = {
            row.place - start: row.promotion
            for row in earlier
            if row.place - start in SLOTS and promotions.is_open(row.promotion)
        }
        # Never what the reader has seen already, or sees on this page anyway.
        read = {*reading.ids[: start + PAGE], *taken}
        fit = [match for match in promotions.matches(user, tastes) if match.post_id not in read]
        return cls(user, reading, start, again, fit, taken)

    @property
    def post_ids(self) -> list[int]:
        """The posts to read beside those of the page."""
        shown = [promotion.post_id for promotion in self.again.values()]
        return [*shown, *(match.post_id for match in self.matches)]

    def fill(self, entries: list[Entry], found: Mapping[UUID, Entry]) -> dict[UUID, str]:
        """Put promoted posts of `found` into their places among `entries`, and pay for them.

        Returns the paying shops' names by post.
        """
        sponsors: dict[UUID, str] = {}
        waiting = list(self.matches)
        for slot in SLOTS:
            if len(entries) < slot - 1:
                break
            promoted = self._again(slot, found) or self._next(slot, waiting, found)
            if promoted:
                entry, sponsors[entry.public_id] = promoted
                entries.insert(slot - 1, entry)
        return sponsors

    def _again(self, slot: int, found: Mapping[UUID, Entry]) -> tuple[Entry, str] | None:
        promotion = self.again.get(slot)
        entry = found.get(promotion.post.public_id) if promotion else None
        if promotion is None or entry is None or not promotions.is_sold(entry):
            return None
        return entry, promotion.merchant.name

    def _next(
        self, slot: int, waiting: list[Match], found: Mapping[UUID, Entry]
    ) -> tuple[Entry, str] | None:
        """The first that waits and may be shown; those before it are not asked again."""
        while waiting:
            match = waiting.pop(0)
            entry = found.get(match.post)
            if entry is None or not promotions.is_sold(entry) or self.user is None:
                continue
            place = self.start + slot
            if promotions.show(match, user=self.user, reading=self.reading.token, place=place):
                return entry, match.shop
        return None
