"""Lists of people, the latest first: followers, the followed, the muted, the blocked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from feeds.models import Block, Follow, Mute
from feeds.visibility import seen_by
from shopping.paging import UnknownCursor

PAGE = 30
# Up to here a profile counts its followers; beyond it says that there are more.
COUNTED = 10_000


@dataclass(frozen=True)
class Circle:
    """People by the rows that put them here; `field` of a row is the person."""

    rows: QuerySet[Any, Any]
    field: str


class Count(NamedTuple):
    """`n` people, or with `more` that many and more."""

    n: int
    more: bool


def followers(profile: User, *, viewer: User | None) -> Circle:
    """Who follows `profile`, of those whom `viewer` meets."""
    rows = Follow.objects.filter(followed=profile)
    return Circle(seen_by(rows, viewer, field="follower_id"), "follower")


def followed(profile: User, *, viewer: User | None) -> Circle:
    """Whom `profile` follows, of those whom `viewer` meets."""
    rows = Follow.objects.filter(follower=profile)
    return Circle(seen_by(rows, viewer, field="followed_id"), "followed")


def muted(user: User) -> Circle:
    return Circle(Mute.objects.filter(muter=user), "muted")


def blocked(user: User) -> Circle:
    return Circle(Block.objects.filter(blocker=user), "blocked")


def count(circle: Circle) -> Count:
    """How many there are, by at most COUNTED rows of an index."""
    n = circle.rows.values("pk")[: COUNTED + 1].count()
    return Count(min(n, COUNTED), n > COUNTED)


def page(
    circle: Circle, *, before: UUID | None, size: int = PAGE
) -> tuple[list[User], UUID | None]:
    """At most `size` people behind the person `before`, and the cursor of the page after them.

    Raises UnknownCursor.
    """
    rows = circle.rows.order_by("-pk")
    if before is not None:
        last = rows.filter(**{f"{circle.field}__public_id": before}).values("pk").first()
        if last is None:
            raise UnknownCursor
        rows = rows.filter(pk__lt=last["pk"])
    found = [getattr(row, circle.field) for row in rows.select_related(circle.field)[: size + 1]]
    return found[:size], found[size - 1].public_id if len(found) > size else None


def followed_among(people: list[User], *, viewer: User | None) -> set[int]:
    """The ids of those `people` whom `viewer` follows."""
    mine = Follow.objects.filter(follower=viewer, followed__in=people)
    return set(mine.values_list("followed", flat=True)) if viewer and people else set()
