"""Why somebody sees a post: said from the very terms that gave it its place in their reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.models import User
from feeds import market, promotions, topics
from feeds.evidence import shown_to
from feeds.models import Evidence, Post
from feeds.readings import OWN, Ranked
from feeds.tastes import Tastes, tastes_of
from feeds.timelines import Reader

MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Liking:
    """An interest of the reader's with what shows it, the newest first. `topic` is its slug."""

    topic: str
    name: Any
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A term of a post's score that counted for it: its name, and its share in per cent."""

    term: str
    share: int


@dataclass(frozen=True, slots=True)
class Why:
    """`parts` are the heaviest first, none where the reading is over or the post stands by time.

    `about` is the topic of the post that an interest matched. `sponsor` pays for it, "" where
    nobody does. `personal`: the reading was made from the reader's interests.
    """

    parts: tuple[Part, ...] = ()
    liking: Liking | None = None
    about: Any = ""
    sponsor: str = ""
    personal: bool = False
    sold_out: bool = False


def of(post: Post, *, reader: Reader, token: str) -> Why:
    """Why `post` stands in the reading `token` of `reader`; bare where that is over."""
    tastes = tastes_of(reader.user)
    try:
        reading = market.find(reader, tastes, token)
    except market.ReadingLost:
        return Why()
    personal = token.startswith(OWN)
    if reader.user is not None and tastes is not None:
        paid = _paid(post, user=reader.user, tastes=tastes, token=token)
        if paid:
            return paid
    ranked = reading.find(post.public_id)
    if ranked is None:
        return Why(personal=personal)
    liking = None
    if ranked.source and reader.user is not None:
        liking = liking_of(reader.user, ranked.source)
    return Why(
        _parts(ranked),
        liking,
        about=topics.name_of(ranked.topic) if ranked.topic else "",
        personal=personal,
        sold_out=ranked.product < 0,
    )


def _paid(post: Post, *, user: User, tastes: Tastes, token: str) -> Why | None:
    for row in promotions.shown(user, reading=token):
        if row.promotion.post_id == post.pk:
            source = tastes.sources.get(row.topic, row.topic)
            return Why(
                liking=liking_of(user, source),
                about=topics.name_of(row.topic),
                sponsor=row.promotion.merchant.name,
                personal=True,
            )
    return None


def _parts(ranked: Ranked) -> tuple[Part, ...]:
    terms = {name: getattr(ranked, name) for name in ranked._fields[2:6]}
    for_it = {name: value for name, value in terms.items() if value > 0}
    whole = sum(for_it.values())
    parts = [Part(name, round(100 * value / whole)) for name, value in for_it.items()]
    return tuple(sorted((part for part in parts if part.share), key=lambda part: -part.share))


def liking_of(user: User, topic: str) -> Liking | None:
    """The interest as it stands now; None once it is removed or nothing shows it."""
    shown = tuple(shown_to(user).filter(interest__topic=topic)[:MOST_SHOWN])
    return Liking(topic, topics.name_of(topic), shown) if shown else None
