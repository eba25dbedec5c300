# ruff: noqa: S608 - the texts are made of names of our own, never of input
"""Whom a person never meets: the one place that says so, for pages in SQL and in querysets alike.

Two people are *apart* when either has blocked the other. Whom somebody muted they do not meet
either, until they ask for it. Suspended accounts nobody meets.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet

from accounts.models import User
from feeds.models import Block, Mute

M = TypeVar("M", bound=Model)

_APART = """SELECT blocked_id FROM feeds_block WHERE blocker_id = %(viewer)s
    UNION ALL SELECT blocker_id FROM feeds_block WHERE blocked_id = %(viewer)s"""
# Arrays of ids over the parameter `viewer` (NULL signed out: empty). They depend on no row, so
# PostgreSQL works each out once a statement.
APART = f"ARRAY({_APART})"
UNSEEN = f"ARRAY({_APART} UNION ALL SELECT muted_id FROM feeds_mute WHERE muter_id = %(viewer)s)"
# The same as a common table, for statements that ask it of several rows' users.
CIRCLE = f"""circle AS MATERIALIZED (
    SELECT apart, apart || ARRAY(SELECT muted_id FROM feeds_mute WHERE muter_id = %(viewer)s) AS unseen
    FROM (SELECT {APART} AS apart OFFSET 0) blocked)"""
# Never made a join of: PostgreSQL takes it that such a one leaves hardly a row of an author's, and
# then sorts all of theirs where the newest twenty were asked for.
_ACTIVE = """COALESCE((SELECT false FROM accounts_user gone
    WHERE gone.id = {id} AND NOT gone.is_active), true)"""


def there(alias: str) -> str:
    """A condition: the post `alias` is neither deleted nor hidden, as `PostQuerySet.visible` and
    the indexes post_timeline and post_author_timeline have it."""
    return f"{alias}.deleted_at IS NULL AND {alias}.hidden_at IS NULL"


def seen(alias: str, *, field: str = "author_id", muted_too: bool = False) -> str:
    """A condition, over the parameter `viewer`: they meet the user `field` of the row `alias`.

    `muted_too` is for what a person asked for although they muted its author.
    """
    return _seen(f"{alias}.{field}", APART if muted_too else UNSEEN)


def seen_of_circle(alias: str, *, field: str = "author_id", muted_too: bool = False) -> str:
    """The same where the common table CIRCLE stands before."""
    unmet = "apart" if muted_too else "unseen"
    return _seen(f"{alias}.{field}", f"(SELECT {unmet} FROM circle)::bigint[]")


def _seen(column: str, unmet: str) -> str:
    return f"({column} <> ALL({unmet}) AND {_ACTIVE.format(id=column)})"


def seen_by(
    queryset: QuerySet[M], user: User | None, *, field: str = "author_id", muted_too: bool = False
) -> QuerySet[M]:
    """The rows of `queryset` whose user `field` (the path to an id, "pk" of users themselves; where
    it is null the row stays) `user` meets; None is a visitor. For `muted_too` see `seen`."""
    gone = User.objects.filter(pk=OuterRef(field), is_active=False)
    queryset = queryset.filter(~Exists(gone))
    if user is None:
        return queryset
    unmet: list[QuerySet[Any, Any]] = [
        Block.objects.filter(blocker=user).values("blocked"),
        Block.objects.filter(blocked=user).values("blocker"),
    ]
    if not muted_too:
        unmet.append(Mute.objects.filter(muter=user).values("muted"))
    for them in unmet:
        queryset = queryset.exclude(**{f"{field}__in": them})
    return queryset


def outdate(*people: User) -> None:
    """Whom these `people` never meet has changed: what is kept of pages for them is out of date.

    Locks their rows, in key order where they are several.
    """
    for key in sorted(person.pk for person in people):
        User.objects.filter(pk=key).update(circle=F("circle") + 1)


def blocks_between(a: User, b: User) -> QuerySet[Block]:
    """The blocks that keep two people apart, whoever of them wrote them."""
    return Block.objects.filter(Q(blocker=a, blocked=b) | Q(blocker=b, blocked=a))


def those_who_meet(them: int, *, among: set[int]) -> set[int]:
    """Those of `among` who meet the user `them`; all are ids."""
    blocks = Block.objects.filter(blocker__in=among, blocked=them).values_list("blocker")
    blocked = Block.objects.filter(blocker=them, blocked__in=among).values_list("blocked")
    mutes = Mute.objects.filter(muter__in=among, muted=them).values_list("muter")
    return among - {number for (number,) in blocks.union(blocked, mutes)}
