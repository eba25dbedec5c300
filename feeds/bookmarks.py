"""Posts that people keep for themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from feeds import timelines
from feeds.entries import Entry
from feeds.models import Bookmark, Post
from feeds.timelines import PAGE, Reader


@dataclass(frozen=True)
class Kept:
    """A page of bookmarked posts; `next` is when the last of them was kept, None at the end."""

    entries: tuple[Entry, ...]
    next: datetime | None


@transaction.atomic
def bookmark(post: Post, *, user: User) -> None:
    """`user` keeps `post`; once is enough, and nobody else is told."""
    Bookmark.objects.get_or_create(user=user, post=post)


@transaction.atomic
def unbookmark(post: Post, *, user: User) -> None:
    """Keep `post` no longer; without a bookmark, nothing."""
    Bookmark.objects.filter(user=user, post=post).delete()


def page(user: User, *, reader: Reader, before: datetime | None = None) -> Kept:
    """What `user` kept before `before`, the last kept first, in three statements.

    A page is continued behind a moment, because the bookmark at its end may be gone by then.
    """
    kept = Bookmark.objects.filter(user=user).order_by("-id")
    if before is not None:
        kept = kept.filter(created_at__lt=before)
    rows = list(kept.values_list("post_id", "created_at")[: PAGE + 1])
    shown = rows[:PAGE]
    entries = timelines.these((post for post, _when in shown), reader=reader)
    return Kept(entries, shown[-1][1] if len(rows) > PAGE else None)
