# ruff: noqa: S608 - statements are made of texts of our own, never of input
"""People and shops by their name and handle, and, where nothing is called so, by what is like it."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from accounts.models import User
from feeds.search import pages
from feeds.search.pages import Cursor, Page
from feeds.timelines import Reader
from feeds.visibility import seen
from shopping import queries
from shopping.matches import Index

PAGE = 20
# Followers that are counted of each, for the order alone.
COUNTED = 50
# How much of what was typed a name has to share in trigrams, 0 to 1.
LIKENESS = 0.45
PEOPLE = Index(
    table="accounts_user",
    words="etal_person_words(r.id, r.display_name, r.handle)",
    condition=seen("found", field="id"),
)
# Whoever is called just so, whom one follows, then by followers.
RANKED = f"""
SELECT u.id FROM accounts_user u WHERE u.id = ANY(%(ids)s)
ORDER BY etal_unaccent(u.display_name) = etal_unaccent(%(typed)s) DESC,
    EXISTS (SELECT FROM feeds_follow f
            WHERE f.follower_id = %(viewer)s AND f.followed_id = u.id) DESC,
    (SELECT count(*) FROM (
        SELECT FROM feeds_follow f WHERE f.followed_id = u.id LIMIT {COUNTED}) counted) DESC,
    u.id DESC
"""
NAMED = f"SELECT u.id FROM accounts_user u WHERE lower(u.handle) = %(typed)s AND {seen('u', field='id')}"
ALIKE = f"""
SELECT u.id FROM (
    SELECT r.id, word_similarity(etal_unaccent(%(typed)s), etal_person_name(r.handle, r.display_name))
               AS likeness
    FROM accounts_user r
    WHERE etal_person_name(r.handle, r.display_name) %%> etal_unaccent(%(typed)s)) u
WHERE {seen("u", field="id")} ORDER BY u.likeness DESC, u.id DESC LIMIT %(limit)s
"""


def _ids(statement: str, **values: Any) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]


@transaction.atomic
def _alike(typed: str, *, reader: Reader, size: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(LIKENESS)]
        )
    return _ids(ALIKE, typed=typed, viewer=reader.viewer, limit=size)


def find(
    typed: str,
    *,
    reader: Reader,
    cursor: Cursor | None = None,
    size: int = PAGE,
    exactly: bool = False,
) -> tuple[list[User], str]:
    """Those of whom `typed` is the name or its beginning, and the cursor of the page behind them.

    Whoever is meant by their very handle stands first, on no other page. Where there are none, those
    whose names are like it, unless `exactly` is wanted. Raises UnknownCursor.
    """
    typed = typed.replace("@", " ")
    bare = typed.strip().lower()
    named = _ids(NAMED, typed=bare, viewer=reader.viewer) if bare else []
    first = named if cursor is None else []

    def rank(_sought: str, ids: list[int]) -> list[int]:
        ranked = _ids(RANKED, ids=ids, typed=bare, viewer=reader.viewer)
        return [number for number in ranked if number not in named]

    found: Page = pages.page(
        PEOPLE,
        [queries.names(typed)],
        rank=rank,
        model=User,
        reader=reader,
        cursor=cursor,
        size=size - len(first),
    )
    wanted = [*first, *found.ids]
    if cursor is None and bare and not wanted and not exactly:
        wanted = _alike(bare, reader=reader, size=size)
    known = User.objects.in_bulk(wanted)
    return [known[number] for number in wanted if number in known], found.next
