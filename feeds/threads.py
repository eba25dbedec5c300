# ruff: noqa: S608 - statements are made of texts of our own, never of input
"""A post among those that it answers and those that answer it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from feeds import timelines
from feeds.entries import Entry
from feeds.models import Post
from feeds.sources import OLDEST_FIRST
from feeds.timelines import Posts, Reader
from feeds.visibility import seen, there

PAGE = timelines.PAGE
ABOVE = 5
BELOW = 2

ANSWERED = """p.id = ANY(ARRAY(
    WITH RECURSIVE chain (id, height) AS (
        SELECT reply_to_id, 1 FROM feeds_post WHERE id = %(subject)s AND reply_to_id IS NOT NULL
        UNION ALL
        SELECT up.reply_to_id, chain.height + 1 FROM chain JOIN feeds_post up ON up.id = chain.id
        WHERE up.reply_to_id IS NOT NULL AND chain.height < %(heights)s
    ) SELECT id FROM chain))"""
# Without those who left: their replies hold on to a gap.
REPLIES = f"p.reply_to_id = %(subject)s AND ({there('p')} AND {seen('p')} OR p.reply_count > 0)"
FIRST_REPLIES = f"""p.id = ANY(ARRAY(
    SELECT first.id FROM feeds_post parent CROSS JOIN LATERAL (
        SELECT p.id FROM feeds_post p
        WHERE p.reply_to_id = parent.id AND {there("p")} AND {seen("p")}
        ORDER BY p.created_at, p.id LIMIT {BELOW}
    ) first WHERE parent.public_id = ANY(%(parents)s::uuid[])))"""


@dataclass(frozen=True)
class Chain:
    """What a post answers, from the top; `earlier` is a post whose page shows what is above."""

    entries: tuple[Entry, ...]
    earlier: UUID | None


@dataclass(frozen=True)
class Branch:
    """A reply and the first replies to it; `more` says whether there are others."""

    reply: Entry
    below: tuple[Entry, ...]

    @property
    def more(self) -> bool:
        return self.reply.reply_count > len(self.below)


@dataclass(frozen=True)
class Branches:
    """A page of replies; `next` is the cursor of the page after it, None at the end."""

    branches: tuple[Branch, ...]
    next: UUID | None


def subject(public_id: UUID) -> Post:
    """The post that is asked for, or the original where it is a repost; its author comes along.

    Raises Post.DoesNotExist, for suspended authors too.
    """
    known = Post.objects.visible().select_related("author", "repost_of__author")
    found: Post = known.get(public_id=public_id)
    original = found.original
    if not original.is_there or not original.author.is_active:
        raise Post.DoesNotExist
    return original


def chain(post: Post, *, reader: Reader) -> Chain:
    """The posts that `post` answers, at most ABOVE, in two statements at the most.

    Whoever deleted theirs or is not met by the reader leaves a gap.
    """
    if post.reply_to_id is None:
        return Chain((), None)
    answered = Posts(
        ANSWERED,
        {"subject": post.pk, "heights": ABOVE + 1},
        source=OLDEST_FIRST,
        deleted_too=True,
    )
    entries = timelines.read(answered, reader=reader, size=ABOVE + 1).entries
    if len(entries) <= ABOVE:
        return Chain(entries, None)
    shown = entries[1:]
    return Chain(shown, next((above.public_id for above in shown if not above.gone), None))


def branches(post: Post, *, reader: Reader, before: UUID | None, size: int = PAGE) -> Branches:
    """A page of `size` replies to `post` behind `before`, the oldest first, each with its own first ones.

    Four statements at the most, however many replies. Raises UnknownCursor.
    """
    replies = Posts(REPLIES, {"subject": post.pk}, source=OLDEST_FIRST, deleted_too=True)
    page = timelines.read(replies, reader=reader, before=before, size=size)
    below = _below([reply.public_id for reply in page.entries if reply.reply_count], reader=reader)
    return Branches(
        tuple(Branch(reply, tuple(below[reply.public_id])) for reply in page.entries), page.next
    )


def _below(parents: Sequence[UUID], *, reader: Reader) -> dict[UUID | None, list[Entry]]:
    """The first replies to each of `parents`."""
    found: dict[UUID | None, list[Entry]] = defaultdict(list)
    if parents:
        first = Posts(FIRST_REPLIES, {"parents": list(parents)}, source=OLDEST_FIRST)
        size = BELOW * len(parents)
        for reply in timelines.read(first, reader=reader, size=size).entries:
            found[reply.answers].append(reply)
    return found
