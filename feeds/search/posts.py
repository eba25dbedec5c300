# ruff: noqa: S608 - statements are made of texts of our own, never of input
"""Posts and replies that say what is looked for."""

from __future__ import annotations

from django.db import connection

from feeds import timelines
from feeds.models import Post
from feeds.search import pages, relevance
from feeds.search.pages import Cursor, Page
from feeds.search.relevance import Scored
from feeds.timelines import PAGE, Reader
from feeds.visibility import seen, there
from shopping.matches import Index
from shopping.queries import Query

WORDS = "etal_post_words({row}.id, {row}.language, {row}.body)"
POSTS = Index(
    table="feeds_post",
    words=WORDS.format(row="r"),
    also=", r.author_id",
    indexed=f"{there('r')} AND r.repost_of_id IS NULL",
    condition=seen("found"),
)
WEIGHED = f"""
SELECT p.id, ts_rank({WORDS.format(row="p")}, %s::tsquery),
       p.like_count + p.reply_count + p.repost_count + p.quote_count, p.created_at
FROM feeds_post p WHERE p.id = ANY(%s)
"""


def _rank(sought: str, ids: list[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(WEIGHED, [sought, ids])
        return relevance.ranked([Scored(*row) for row in cursor.fetchall()])


def find(
    query: Query, *, reader: Reader, cursor: Cursor | None = None, size: int = PAGE
) -> tuple[tuple[timelines.Entry, ...], str]:
    """At most `size` posts that `reader` meets, and the cursor of the page behind them, "" at the end.

    Raises UnknownCursor.
    """
    found: Page = pages.page(
        POSTS,
        # The beginning of a word costs with the number of posts that it begins one of: only where
        # whole words fill no page.
        list(dict.fromkeys([query.whole, query.sought])),
        rank=_rank,
        model=Post,
        reader=reader,
        cursor=cursor,
        size=size,
    )
    entries = timelines.these(found.ids, reader=reader) if found.ids else ()
    return entries, found.next
