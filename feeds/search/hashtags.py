# ruff: noqa: S608 - statements are made of texts of our own, never of input
"""Hashtags by their beginning, however their accents are typed, and by what they are like."""

from __future__ import annotations

from typing import NamedTuple

from django.db import connection

from feeds.timelines import Reader
from feeds.visibility import seen, there
from shopping import queries

PAGE = 30
# So many tags are looked at, and of each so many of its newest posts.
LOOKED_AT = 100
POSTS = 20
FEW = 3
# In the order of bytes everything that begins with a word is less than the word with the last of all
# characters behind it.
BEGUN = f"""
SELECT DISTINCT h.id, h.name, (etal_unaccent(h.name) = ANY(%(beginnings)s))::int AS likeness
FROM unnest(%(beginnings)s::text[]) AS begins (word), LATERAL (
    SELECT tag.id, tag.name FROM feeds_hashtag tag
    WHERE etal_unaccent(tag.name) ~>=~ begins.word
      AND etal_unaccent(tag.name) ~<~ (begins.word || chr(1114111))
    ORDER BY etal_unaccent(tag.name) USING ~<~ LIMIT {LOOKED_AT}) h
"""
ALIKE = f"""
SELECT h.id, h.name, similarity(etal_unaccent(h.name), %(typed)s) AS likeness
FROM feeds_hashtag h WHERE etal_unaccent(h.name) %% %(typed)s
ORDER BY likeness DESC, h.id LIMIT {LOOKED_AT}
"""


def _met(tags: str) -> str:
    """Of `tags` those of which the reader meets one of the newest posts; who is met more, first."""
    return f"""
    SELECT tag.name FROM ({tags}) tag, LATERAL (
        SELECT count(*) AS posts FROM (
            SELECT n.post_id FROM feeds_post_hashtags n WHERE n.hashtag_id = tag.id
            ORDER BY n.post_id DESC LIMIT {POSTS}) newest
        JOIN feeds_post p ON p.id = newest.post_id AND {there("p")} AND {seen("p")}) met
    WHERE met.posts > 0
    ORDER BY tag.likeness DESC, met.posts DESC, tag.name LIMIT %(limit)s"""


class Spelled(NamedTuple):
    """`typed` without accents in lower case, as one word, and each of its `words`."""

    typed: str
    words: list[str]


def _spelled(typed: str) -> Spelled:
    words = list(queries.words_of(typed))
    with connection.cursor() as cursor:
        cursor.execute("SELECT etal_unaccent(w) FROM unnest(%s::text[]) w", [words])
        plain = [row[0] for row in cursor.fetchall()]
    return Spelled("".join(plain), plain)


def find(typed: str, *, reader: Reader, size: int = PAGE) -> list[str]:
    """At most `size` names of tags that have posts which `reader` meets: those that begin with a
    word of `typed` or with all of it, else those that are like it."""
    spelled = _spelled(typed)
    if not spelled.typed:
        return []
    wanted = list(dict.fromkeys([spelled.typed, *spelled.words]))
    values = {"viewer": reader.viewer, "limit": size, "typed": spelled.typed}
    with connection.cursor() as cursor:
        cursor.execute(_met(BEGUN), values | {"beginnings": wanted})
        found = [row[0] for row in cursor.fetchall()]
        if len(found) < FEW:
            cursor.execute(_met(ALIKE), values)
            found += [row[0] for row in cursor.fetchall() if row[0] not in found]
    return found[:size]
