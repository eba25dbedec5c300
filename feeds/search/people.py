# ruff: noqa: S608 - statements are made of texts of our own, never of input
"""People and shops by their name and handle, and, where nothing is called so, by what is like it."""

from __future__ import annotations

from django.db import connection

from accounts.models import User
from feeds.search import pages
from feeds.search.pages import Cursor, Page, Row
from feeds.timelines import Reader
from feeds.visibility import seen
from shopping import rows
from shopping.matches import Index
from shopping.queries import Query

PAGE = 20
# Followers that are counted of each, for the order alone.
COUNTED = 50
# How much of what was typed a name has to share in trigrams, 0 to 1.
LIKENESS = 0.45
PEOPLE = Index(
    table="accounts_user",
    rows="accounts_user",
    words="etal_person_words(r.id, r.display_name, r.handle)",
    condition=seen("found", field="id"),
)
# Whoever is called just so, whom one follows, then by followers.
SCORED = f"""
SELECT u.id, u.public_id, etal_unaccent(u.display_name) = etal_unaccent(%(typed)s),
    EXISTS (SELECT FROM feeds_follow f
            WHERE f.follower_id = %(viewer)s AND f.followed_id = u.id),
    (SELECT count(*) FROM (
        SELECT FROM feeds_follow f WHERE f.followed_id = u.id LIMIT {COUNTED}) counted)
FROM found JOIN accounts_user u ON u.id = found.id
"""
NAMED = f"SELECT u.id FROM accounts_user u WHERE lower(u.handle) = %(typed)s AND {seen('u', field='id')}"
ALIKE = f"""
SET LOCAL pg_trgm.word_similarity_threshold = {LIKENESS};
SELECT u.id FROM (
    SELECT r.id, word_similarity(etal_unaccent(%(typed)s), etal_person_name(r.handle, r.display_name))
               AS likeness
    FROM accounts_user r
    WHERE etal_person_name(r.handle, r.display_name) %%> etal_unaccent(%(typed)s)) u
WHERE {seen("u", field="id")} ORDER BY u.likeness DESC, u.id DESC LIMIT %(limit)s
"""


def _ranked(found: list[Row]) -> list[int]:
    best = sorted(found, key=lambda row: (*row[2:], row[0]), reverse=True)
    return [row[0] for row in best]


def _alike(typed: str, *, reader: Reader, size: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(ALIKE, {"typed": typed, "viewer": reader.viewer, "limit": size})
        return [row[0] for row in cursor.fetchall()]


def find(
    query: Query,
    *,
    reader: Reader,
    cursor: Cursor | None = None,
    size: int = PAGE,
    exactly: bool = False,
) -> tuple[list[User], str]:
    """Those of whom `query` is the name or its beginning, and the cursor of the page behind them.

    Whoever is meant by their very handle stands first, on no other page. Where there are none, those
    whose names are like it, unless `exactly` is wanted. Raises UnknownCursor.
    """
    typed = query.text.replace("@", " ").strip().lower()
    values = {"typed": typed, "viewer": reader.viewer}
    named = [number for (number,) in rows.run_named(NAMED, values)] if typed else []
    first = named if cursor is None else []

    def rank(found: list[Row]) -> list[int]:
        return [number for number in _ranked(found) if number not in named]

    found: Page = pages.page(
        PEOPLE,
        [query.names],
        scored=SCORED,
        rank=rank,
        reader=reader,
        cursor=cursor,
        size=size - len(first),
        typed=typed,
    )
    wanted = [*first, *found.ids]
    if cursor is None and typed and not wanted and not exactly:
        wanted = _alike(typed, reader=reader, size=size)
    known = User.objects.in_bulk(wanted)
    return [known[number] for number in wanted if number in known], found.next
