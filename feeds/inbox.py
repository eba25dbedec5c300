"""What somebody was told of, as their page of notifications shows it.

Shops have such a page too. Nobody signs in as a shop: whoever may post for it reads its notices,
and what one of them has read counts as read.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from feeds import authors
from feeds.models import Notification
from feeds.models.notice_types import SOCIAL
from feeds.models.notifications import NotificationQuerySet
from feeds.visibility import seen_by
from shopping.paging import UnknownCursor

PAGE = 30
MOST = 99  # unread notices are counted so far
# The parts of the page, one below the other; each has its newest first. Orders before likes.
PARTS = (
    Q(read_at=None) & ~Q(type__in=SOCIAL),
    Q(read_at=None, type__in=SOCIAL),
    Q(read_at__isnull=False),
)
EARLIER = len(PARTS) - 1


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last notice of a page, and the part in which it stood there."""

    part: int
    public_id: UUID

    def __str__(self) -> str:
        return f"{self.part}-{self.public_id}"

    @classmethod
    def of(cls, text: str) -> Cursor:
        """Raises UnknownCursor for what is none."""
        part, _, public_id = text.partition("-")
        try:
            cursor = cls(int(part), UUID(public_id))
        except ValueError:
            raise UnknownCursor from None
        if cursor.part not in range(len(PARTS)):
            raise UnknownCursor
        return cursor


@dataclass(frozen=True, slots=True)
class Page:
    """`new` and `earlier` notices; `next` is the cursor of the page after it, None at the end."""

    new: list[Notification]
    earlier: list[Notification]
    next: Cursor | None


def profiles(user: User) -> list[User]:
    """Whose notices `user` reads: their own, and those of the shops that they post for."""
    return [user, *authors.shops_of(user).order_by("pk")]


def notices(reader: User) -> NotificationQuerySet:
    """All that `reader` is shown: not what they do not want to see, nor what is gone, nor those
    whom they never meet."""
    told = Notification.objects.filter(user=reader).standing()
    return seen_by(told, reader, field="actor_id")  # type: ignore[return-value]


def unread(user: User) -> int:
    """How many notices wait for `user`, their shops' too; more than `MOST` are `MOST` + 1."""
    count = 0
    for reader in profiles(user):
        waiting = notices(reader).unread().values("pk")[: MOST + 1 - count]
        count += waiting.count()
    return count


def read_page(reader: User, *, behind: Cursor | None = None, size: int = PAGE) -> Page:
    """At most `size` notices of `reader`, in up to three statements. Raises UnknownCursor."""
    found: list[tuple[int, Notification]] = []
    last = _moment(reader, behind) if behind else None
    for part in range(behind.part if behind else 0, len(PARTS)):
        rows = notices(reader).filter(PARTS[part]).select_related("actor", "post__author")
        if last is not None:
            created_at, pk = last
            rows = rows.filter(Q(created_at__lt=created_at) | Q(created_at=created_at, pk__lt=pk))
            last = None
        rows = rows.order_by("-created_at", "-pk")[: size + 1 - len(found)]
        found += [(part, row) for row in rows]
        if len(found) > size:
            break
    more = len(found) > size
    found = found[:size]
    return Page(
        new=[row for part, row in found if part != EARLIER],
        earlier=[row for part, row in found if part == EARLIER],
        next=Cursor(found[-1][0], found[-1][1].public_id) if more else None,
    )


def _moment(reader: User, cursor: Cursor) -> tuple[object, int]:
    last = Notification.objects.filter(user=reader, public_id=cursor.public_id)
    try:
        created_at, pk = last.values_list("created_at", "pk").get()
    except Notification.DoesNotExist:
        raise UnknownCursor from None
    return created_at, pk


def theirs(user: User) -> NotificationQuerySet:
    """Every notice that `user` may open: those that they are shown, and their shops."""
    shown = Q()
    for reader in profiles(user):
        shown |= Q(pk__in=notices(reader).values("pk"))
    return Notification.objects.filter(shown).select_related("actor", "post__author", "user")
