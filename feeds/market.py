"""Market: posts ranked by what a reader likes, and the same for everybody who is not known.

A post's score is the sum of four named terms: interest (0 to 4), freshness (3, half of it after
each day), popularity (0 to 1) and product (0.5 if it can be bought, -0.5 if it is sold out). The
first page fixes the order of a reading; the others follow it. See docs/adr/0083.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from uuid import UUID

from accounts.models import User
from feeds import pool, readings, timelines
from feeds.pool import Pool
from feeds.readings import MOST, OWN, Ranked, Reading
from feeds.slots import Slots
from feeds.tastes import Tastes, tastes_of
from feeds.timelines import PAGE, Entry, Posts, Reader

INTEREST = 4.0
# People whose readings of one pool are held, 21 kB each; whoever comes after them begins anew.
BEGUN = 500


@dataclass
class Begun:
    """The readings that were begun of one pool, with the tastes that they were ranked by: nobody's,
    which everybody shares, and people's own by their id. The same posts and the same tastes are the
    same reading.

    `tastes` are people's at the moment of the pool, with the versions under which they are good: that
    of what shows their interests, and that of whom they meet.
    """

    posts: Pool
    everybodys: tuple[None, Reading] | None = None
    own: dict[int | None, tuple[Tastes, Reading]] = field(default_factory=dict)
    tastes: dict[int, tuple[tuple[str, int], Tastes | None]] = field(default_factory=dict)


_begun: list[Begun] = []


class ReadingLost(LookupError):
    """The order in which somebody read is kept no longer."""


@dataclass(frozen=True)
class Page:
    """A page of Market. `next` is the query of the page behind it, "" at the end.

    `reading` is the token under which its posts were picked, "" where they stand by time.
    `sponsors` names the shop that pays for a post, by the post's id. `newest` is the newest post that
    could be picked for a first page.
    """

    entries: tuple[Entry, ...]
    next: str = ""
    reading: str = ""
    sponsors: dict[UUID, str] = field(default_factory=dict)
    newest: UUID | None = None


def rank(posts: Pool, tastes: Tastes | None, *, reader_id: int | None) -> list[Ranked]:
    """The best MOST of `posts`. Nobody's own posts are picked for what their author likes."""
    best: dict[int, str] = {}
    strengths = tastes.strengths if tastes else {}
    for topic in sorted(strengths, key=lambda topic: (strengths[topic], topic)):
        for place in posts.by_topic.get(topic, ()):
            if posts.candidates[place].author_id != reader_id:
                best[place] = topic
    # Only what an interest lifts can come before the best of all, so nothing else is looked at.
    scored = [
        (posts.bases[place] + INTEREST * strengths[topic], posts.candidates[place].post_id, place)
        for place, topic in best.items()
    ]
    scored += [
        (posts.bases[place], posts.candidates[place].post_id, place)
        for place in range(min(MOST + len(best), len(posts.candidates)))
        if place not in best
    ]
    scored.sort(reverse=True)
    return [_ranked(posts, tastes, place, best.get(place, "")) for *_, place in scored[:MOST]]


def _ranked(posts: Pool, tastes: Tastes | None, place: int, topic: str) -> Ranked:
    post = posts.candidates[place]
    terms = (post.freshness, post.popularity, post.product)
    if not topic or tastes is None:
        return Ranked(post.post_id, post.public_id, 0.0, *terms, "", "")
    interest = INTEREST * tastes.strengths[topic]
    return Ranked(post.post_id, post.public_id, interest, *terms, topic, tastes.sources[topic])


def read(
    reader: Reader, *, before: UUID | None = None, token: str = "", sells_places: bool = True
) -> Page:
    """A page of Market, behind the post `before` in the reading `token`.

    Without `sells_places` nothing on it is paid for: what a program reads, nobody may have seen.
    Without Redis, posts by time. Raises ReadingLost, and UnknownCursor.
    """
    shown_to = reader.user if sells_places else None
    if before is None:
        posts, tastes = _present(reader.user)
        reading = _begin(posts, reader, tastes)
        first = _picked(reader, shown_to, tastes, reading, start=0) if reading else _by_time(reader)
        return replace(first, newest=posts.last)
    tastes = tastes_of(reader.user)
    if not token:
        return _by_time(reader, before=before)
    reading = find(reader, tastes, token)
    start = reading.behind(before)
    if start is None or start >= len(reading):
        return _behind(reader, reading, before=before if start is None else None)
    return _picked(reader, shown_to, tastes, reading, start=start)


def find(reader: Reader, tastes: Tastes | None, token: str) -> Reading:
    """The reading `token`, if `reader` may go on with it. Raises ReadingLost: also for one's own
    that was made before interests were paused, resumed or deleted."""
    user_id = reader.user.pk if reader.user else None
    found = None
    if tastes or not token.startswith(OWN):
        since = tastes.since if tastes else None
        found = readings.find(token, user_id=user_id, since=since)
    if found is None:
        raise ReadingLost
    return found


def _begin(posts: Pool, reader: Reader, tastes: Tastes | None) -> Reading | None:
    """A reading of `posts`, a new one unless it would be the same; None if it cannot be kept."""
    own = tastes if tastes and tastes.strengths else None
    reader_id = reader.user.pk if reader.user else None
    begun = _of_pool(posts)
    before = begun.own.get(reader_id) if own else begun.everybodys
    if before and before[0] == own:
        return before[1]
    ranked = rank(posts, tastes, reader_id=reader_id)
    complete = posts.complete and len(ranked) < MOST
    reading = Reading.of(ranked, at=posts.at, complete=complete, shared=own is None)
    if not readings.keep(reading, user_id=reader_id):
        return None
    if own is None:
        begun.everybodys = (own, reading)
    elif len(begun.own) < BEGUN or reader_id in begun.own:
        begun.own[reader_id] = (own, reading)
    return reading


def _present(user: User | None) -> tuple[Pool, Tastes | None]:
    """The posts to rank, and what `user` likes as of their moment, so that the same posts and the same
    interests are the same rank; read once for each version of what shows it."""
    if user is None:
        return pool.present(), None
    posts, version = pool.present_for(user.pk)
    if version is None:
        return posts, None
    begun = _of_pool(posts)
    good = (version, user.circle)
    known = begun.tastes.get(user.pk)
    if known and known[0] == good:
        return posts, known[1]
    tastes = tastes_of(user, now=posts.at)
    if len(begun.tastes) < BEGUN or user.pk in begun.tastes:
        begun.tastes[user.pk] = (good, tastes)
    return posts, tastes


def _of_pool(posts: Pool) -> Begun:
    """What was begun of `posts`; nothing is held of the pools before."""
    if not _begun or _begun[0].posts is not posts:
        _begun[:] = [Begun(posts)]
    return _begun[0]


def _by_time(reader: Reader, *, before: UUID | None = None) -> Page:
    page = timelines.read(timelines.market(), reader=reader, before=before)
    return Page(page.entries, next=str(page.next or ""))


def _behind(reader: Reader, reading: Reading, *, before: UUID | None) -> Page:
    """What there was beside the posts of the reading when it began, by time."""
    rest = Posts(
        f"{timelines.market().condition} AND p.created_at <= %(began)s AND p.id <> ALL(%(ranked)s)",
        {"began": reading.at, "ranked": reading.ids},
    )
    page = timelines.read(rest, reader=reader, before=before)
    return Page(page.entries, next=_query(page.next, reading) if page.next else "")


def _query(last: UUID, reading: Reading) -> str:
    return f"{last}&in={reading.token}"


def _picked(
    reader: Reader, shown_to: User | None, tastes: Tastes | None, reading: Reading, *, start: int
) -> Page:
    """The posts of the reading from the place `start` on, with what is paid for in its slots, to be shown
    to `shown_to`, if to anybody. Those that are gone or not for this reader are left out."""
    ranked = reading.part(start, size=PAGE)
    slots = Slots.of(shown_to, tastes, reading, start=start)
    picked = [post for post in ranked if post.post_id not in slots.taken]
    wanted = [*(post.post_id for post in picked), *slots.post_ids]
    chosen = Posts("p.id = ANY(%(wanted)s)", {"wanted": wanted})
    page = timelines.read(chosen, reader=reader, size=len(wanted))
    found = {entry.public_id: entry for entry in page.entries}
    entries = [found[post.public_id] for post in picked if post.public_id in found]
    sponsors = slots.fill(entries, found)
    ended = start + PAGE >= len(reading) and reading.complete
    following = _query(ranked[-1].public_id, reading) if ranked and not ended else ""
    return Page(tuple(entries), following, reading.token, sponsors)
