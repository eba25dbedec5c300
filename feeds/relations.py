"""What stands between a reader and a person or shop whose profile they open."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists

from accounts.models import User
from feeds.models import Block, Follow, Mute


@dataclass(frozen=True, slots=True)
class Relation:
    """Of the reader to the other: they follow, muted or blocked them; `is_shut`: were blocked by them."""

    follows: bool = False
    muted: bool = False
    blocked: bool = False
    is_shut: bool = False

    @property
    def is_apart(self) -> bool:
        return self.blocked or self.is_shut


def between(reader: User | None, other: User) -> Relation:
    """One statement; none for a visitor or for oneself."""
    if reader is None or reader.pk == other.pk:
        return Relation()
    found = User.objects.filter(pk=other.pk).values_list(
        Exists(Follow.objects.filter(follower=reader, followed=other)),
        Exists(Mute.objects.filter(muter=reader, muted=other)),
        Exists(Block.objects.filter(blocker=reader, blocked=other)),
        Exists(Block.objects.filter(blocker=other, blocked=reader)),
    )
    return Relation(*found.get())
