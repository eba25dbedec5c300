# ruff: noqa: S608 - statements are made of texts of our own, never of input
"""Posts and replies that say what is looked for."""

from __future__ import annotations

from feeds import timelines
from feeds.search import pages, relevance
from feeds.search.pages import Cursor, Page
from feeds.timelines import PAGE, Reader
from feeds.visibility import seen, there
from shopping.matches import Index
from shopping.queries import Query

WORDS = "etal_post_words({row}.id, {row}.language, {row}.body)"
POSTS = Index(
    table="feeds_post",
    rows="feeds_post",
    words=WORDS.format(row="r"),
    also=", r.author_id",
    indexed=f"{there('r')} AND r.repost_of_id IS NULL",
    condition=seen("found"),
)
SCORED = f"""
SELECT p.id, p.public_id, ts_rank({WORDS.format(row="p")}, %(sought)s::tsquery),
       p.like_count + p.reply_count + p.repost_count + p.quote_count, p.created_at
FROM found JOIN feeds_post p ON p.id = found.id
"""


def find(
    query: Query, *, reader: Reader, cursor: Cursor | None = None, size: int = PAGE
) -> tuple[tuple[timelines.Entry, ...], str]:
    """At most `size` posts that `reader` meets, and the cursor of the page behind them, "" at the end.

    Raises UnknownCursor.
    """
    found: Page = pages.page(
        POSTS,
        # The beginning of a word is of more words: only where whole ones fill no page.
        list(dict.fromkeys([query.whole, query.sought])),
        scored=SCORED,
        rank=relevance.ranked,
        reader=reader,
        cursor=cursor,
        size=size,
    )
    entries = timelines.these(found.ids, reader=reader) if found.ids else ()
    return entries, found.next
