# ruff: noqa: S608 - the text is made of texts of our own, never of input
"""What shows a person's interests: their own public posts, their likes, whom they follow.

Read anew from the rows each time, within bounds, so that what is gone (a deleted post, a like
taken back) gives nothing any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

from accounts.models import User
from feeds.models import Evidence
from feeds.models.posts import there_at
from feeds.visibility import seen_by, there

Kind = Evidence.Kind
WEIGHTS = {Kind.CHOICE: 8.0, Kind.PURCHASE: 4.0, Kind.POST: 3.0, Kind.FOLLOW: 2.0, Kind.LIKE: 1.0}
# What is older than so many half-lives weighs next to nothing and is not looked at.
REMEMBERED = 5
# Of a topic the heaviest pieces are kept, so that a person's interests are read at once.
KEPT = 20
NEWEST = {"posts": 200, "likes": 300, "follows": 200, "of_followed": 20}


class Item(NamedTuple):
    """One thing that shows `topic`, as `Evidence` keeps it."""

    topic: str
    kind: str
    reference: str
    weight: float
    happened_at: datetime
    post_id: int | None
    followed_id: int | None


# Whoever is followed stands for the two topics that they write of most: each is in a quarter at
# least of their newest posts.
FOUND = f"""
SELECT t.topic, 'post', 'post:' || p.id, {WEIGHTS[Kind.POST]}::float, p.created_at, p.id, NULL::bigint
FROM (
    SELECT p.id, p.created_at FROM feeds_post p
    WHERE p.author_id = %(user)s AND {there("p")} AND p.created_at > %(since)s
    ORDER BY p.created_at DESC, p.id DESC LIMIT {NEWEST["posts"]}
) p JOIN feeds_posttopic t ON t.post_id = p.id
UNION ALL
SELECT t.topic, 'like', 'like:' || l.post_id, {WEIGHTS[Kind.LIKE]}::float, l.created_at, l.post_id, NULL
FROM (
    SELECT post_id, created_at FROM feeds_like
    WHERE user_id = %(user)s AND created_at > %(since)s ORDER BY id DESC LIMIT {NEWEST["likes"]}
) l
JOIN feeds_post p ON p.id = l.post_id AND {there("p")}
JOIN feeds_posttopic t ON t.post_id = l.post_id
UNION ALL
SELECT about.topic, 'follow', 'follow:' || f.followed_id, {WEIGHTS[Kind.FOLLOW]}::float, f.created_at,
       NULL, f.followed_id
FROM (
    SELECT followed_id, created_at FROM feeds_follow
    WHERE follower_id = %(user)s AND created_at > %(since)s
    ORDER BY id DESC LIMIT {NEWEST["follows"]}
) f CROSS JOIN LATERAL (
    SELECT t.topic FROM (
        SELECT id, count(*) OVER () AS among FROM (
            SELECT p.id FROM feeds_post p
            WHERE p.author_id = f.followed_id AND {there("p")}
            ORDER BY p.created_at DESC, p.id DESC LIMIT {NEWEST["of_followed"]}
        ) newest
    ) theirs JOIN feeds_posttopic t ON t.post_id = theirs.id
    GROUP BY t.topic, theirs.among HAVING 4 * count(*) >= theirs.among
    ORDER BY count(*) DESC, t.topic LIMIT 2
) about
"""


def remembered_from(now: datetime) -> datetime:
    """The moment before which nothing weighs enough to be looked at."""
    return now - timedelta(days=REMEMBERED * settings.INTEREST_HALF_LIFE_DAYS)


def weight_at(weight: float, *, happened_at: datetime, now: datetime) -> float:
    """What is left of `weight` at `now`: half of it after each half-life."""
    days = max(0.0, (now - happened_at).total_seconds() / 86_400)
    return float(weight * 0.5 ** (days / settings.INTEREST_HALF_LIFE_DAYS))


def found(user_id: int, *, now: datetime) -> list[Item]:
    """What shows interests of the person at `now`; KEPT pieces a topic."""
    with connection.cursor() as cursor:
        cursor.execute(FOUND, {"user": user_id, "since": remembered_from(now)})
        items = [Item(*row) for row in cursor.fetchall()]
    return list(_heaviest(items, now=now))


def _heaviest(items: Iterable[Item], *, now: datetime) -> Iterable[Item]:
    by_topic: dict[str, list[Item]] = {}
    for item in items:
        by_topic.setdefault(item.topic, []).append(item)
    for shown in by_topic.values():
        shown.sort(
            key=lambda item: weight_at(item.weight, happened_at=item.happened_at, now=now),
            reverse=True,
        )
        yield from shown[:KEPT]


def shown_to(user: User) -> QuerySet[Evidence]:
    """What shows what `user` likes, of what is still there and of those whom they meet, the newest
    first."""
    rows = Evidence.objects.filter(interest__user=user, interest__removed_at=None)
    rows = rows.filter(Q(post=None) | there_at("post__"))
    rows = seen_by(rows, user, field="post__author_id")
    rows = seen_by(rows, user, field="followed_id")
    related = rows.select_related("interest", "post__author", "followed")
    return related.order_by("-happened_at", "-pk")
