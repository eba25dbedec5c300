# ruff: noqa: S608 - statements are made of texts of our own, never of input
"""Where the posts of a page come from, in SQL: what a timeline reads, in which order, by which index."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from feeds.visibility import CIRCLE, seen_of_circle, there

# Following looks through so many of everybody's newest posts, at most, before it asks author by
# author; and, where they follow fewer, through so many for each: about as many as cost what asking an
# author does. So the page is never much dearer than by the better of the two ways.
WINDOW = 3000
POSTS_AN_AUTHOR = 3


@dataclass(frozen=True)
class Source:
    """`text`: common tables that end in `page`, at most %(limit)s rows of feeds_post that fulfil
    {condition} and {span}. `order` is theirs; `behind` is the span behind the post %(cursor)s."""

    text: str
    order: str
    behind: str


# The original of a repost is met as any other post; written so that it is never read in bulk.
ORIGINAL = f"""(p.repost_of_id IS NULL OR (
    SELECT {there("o")} AND {seen_of_circle("o")}
    FROM feeds_post o WHERE o.id = p.repost_of_id))"""

# The order is that of the indexes post_timeline and post_by_author.
_BY_TIME = """
page AS (
    SELECT p.* FROM feeds_post p WHERE {{condition}} AND {{span}}
    ORDER BY p.created_at {direction}, p.id {direction} LIMIT %(limit)s
)"""
_ORDER = "page.created_at {direction}, page.id {direction}"
_BEHIND = """(p.created_at, p.id) {sign}
    (SELECT created_at, id FROM feeds_post WHERE public_id = %(cursor)s)"""
NEWEST_FIRST = Source(
    _BY_TIME.format(direction="DESC"), _ORDER.format(direction="DESC"), _BEHIND.format(sign="<")
)
OLDEST_FIRST = Source(
    _BY_TIME.format(direction="ASC"), _ORDER.format(direction="ASC"), _BEHIND.format(sign=">")
)
OLDER = "(p.created_at, p.id) < ((SELECT created_at FROM edge), (SELECT id FROM edge))"
# Neither part grows with the number of posts. First the newest posts of everybody, some for each whom
# one follows, and of those the ones of whom one follows; then, if that fills no page, author by
# author. Only those whose newest posts are the newest of all can be on this page.
FOLLOWED = Source(
    f"""
whom AS MATERIALIZED (
    SELECT followed_id AS id FROM feeds_follow WHERE follower_id = %(viewer)s
    UNION ALL SELECT %(viewer)s
),
recent AS MATERIALIZED (
    SELECT * FROM (
        SELECT p.* FROM feeds_post p
        WHERE p.reply_to_id IS NULL AND {there("p")} AND {{span}}
        ORDER BY p.created_at DESC, p.id DESC LIMIT {WINDOW}
    ) newest ORDER BY created_at DESC, id DESC LIMIT (
        SELECT {POSTS_AN_AUTHOR} * (count(*) + 1) FROM feeds_follow WHERE follower_id = %(viewer)s)
),
edge AS MATERIALIZED (SELECT created_at, id FROM recent ORDER BY created_at, id LIMIT 1),
near AS MATERIALIZED (
    SELECT p.* FROM recent p
    WHERE (p.author_id = %(viewer)s OR (SELECT true FROM feeds_follow f
           WHERE f.follower_id = %(viewer)s AND f.followed_id = p.author_id)) AND {{condition}}
    ORDER BY p.created_at DESC, p.id DESC LIMIT %(limit)s
),
authors AS MATERIALIZED (
    SELECT whom.id FROM whom CROSS JOIN LATERAL (
        SELECT p.created_at, p.id FROM feeds_post p
        WHERE p.author_id = whom.id AND {{condition}} AND {{span}} AND {OLDER}
        ORDER BY p.created_at DESC, p.id DESC LIMIT 1
    ) newest
    WHERE (SELECT count(*) FROM near) < %(limit)s
    ORDER BY newest.created_at DESC, newest.id DESC LIMIT %(limit)s
),
page AS (
    SELECT * FROM near UNION ALL
    SELECT theirs.* FROM authors CROSS JOIN LATERAL (
        SELECT p.* FROM feeds_post p
        WHERE p.author_id = authors.id AND {{condition}} AND {{span}} AND {OLDER}
        ORDER BY p.created_at DESC, p.id DESC LIMIT %(limit)s
    ) theirs
    ORDER BY created_at DESC, id DESC LIMIT %(limit)s
)""",
    NEWEST_FIRST.order,
    NEWEST_FIRST.behind,
)
# In the order in which they came here, which is that of their keys: by the index tagged_newest a
# page reads a page of rows, however many name the hashtag %(tag)s.
TAGGED = Source(
    """
page AS (
    SELECT p.* FROM feeds_post_hashtags n JOIN feeds_post p ON p.id = n.post_id
    WHERE n.hashtag_id = (SELECT id FROM feeds_hashtag WHERE name = %(tag)s)
      AND {condition} AND {span}
    ORDER BY n.post_id DESC LIMIT %(limit)s
)""",
    "page.id DESC",
    "n.post_id < (SELECT id FROM feeds_post WHERE public_id = %(cursor)s)",
)
# In the order of %(these)s, an array of their ids.
NAMED = Source(
    """
page AS (
    SELECT p.* FROM feeds_post p WHERE p.id = ANY(%(these)s::bigint[]) AND {condition} AND {span}
    LIMIT %(limit)s
)""",
    "array_position(%(these)s::bigint[], page.id)",
    NEWEST_FIRST.behind,
)


def met(*, muted_too: bool) -> str:
    """The condition on `p`, a row of feeds_post, that the reader %(viewer)s meets it."""
    return f"{there('p')} AND {seen_of_circle('p', muted_too=muted_too)} AND {ORIGINAL}"


# What pages are made of comes in few forms, and putting a statement together takes as long as
# reading a row of it.
@lru_cache(maxsize=256)
def page(source: Source, condition: str, span: str, *, deleted_too: bool, muted_too: bool) -> str:
    """The common tables of `source` with what is asked of its posts, and whom the reader never meets."""
    asked = condition if deleted_too else f"{met(muted_too=muted_too)} AND {condition}"
    return f"{CIRCLE}, {source.text.format(condition=asked, span=span)}"
