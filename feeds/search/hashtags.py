# ruff: noqa: S608 - statements are made of texts of our own, never of input
"""Hashtags by their beginning, however their accents are typed, and by what they are like."""

from __future__ import annotations

from feeds.timelines import Reader
from feeds.visibility import seen, there
from shopping import rows
from shopping.queries import Query

PAGE = 30
# So many tags are looked at, and of each so many of its newest posts.
LOOKED_AT = 100
POSTS = 20
FEW = 3
# In the order of bytes everything that begins with a word is less than the word with the last of all
# characters behind it.
BEGUN = f"""
SELECT DISTINCT h.id, h.name, (etal_unaccent(h.name) = ANY(asked.words))::int AS likeness
FROM asked, unnest(asked.words) AS begins (word), LATERAL (
    SELECT tag.id, tag.name FROM feeds_hashtag tag
    WHERE etal_unaccent(tag.name) ~>=~ begins.word
      AND etal_unaccent(tag.name) ~<~ (begins.word || chr(1114111))
    ORDER BY etal_unaccent(tag.name) USING ~<~ LIMIT {LOOKED_AT}) h
"""
ALIKE = f"""
SELECT h.id, h.name, similarity(etal_unaccent(h.name), etal_unaccent(%(typed)s)) AS likeness
FROM feeds_hashtag h WHERE etal_unaccent(h.name) %% etal_unaccent(%(typed)s)
ORDER BY likeness DESC, h.id LIMIT {LOOKED_AT}
"""


def _met(tags: str) -> str:
    """Of `tags` those of which the reader meets one of the newest posts, and how many of them."""
    return f"""
    SELECT tag.name, tag.likeness, met.posts FROM ({tags}) tag, LATERAL (
        SELECT count(*) AS posts FROM (
            SELECT n.post_id FROM feeds_post_hashtags n WHERE n.hashtag_id = tag.id
            ORDER BY n.post_id DESC LIMIT {POSTS}) newest
        JOIN feeds_post p ON p.id = newest.post_id AND {there("p")} AND {seen("p")}) met
    WHERE met.posts > 0"""


# What is met more stands first.
FOUND = f"""
WITH asked AS (
    SELECT ARRAY(SELECT etal_unaccent(word) FROM unnest(%(words)s::text[]) word) AS words),
begun AS MATERIALIZED ({_met(BEGUN)})
SELECT name FROM (
    SELECT name, likeness, posts, 1 AS turn FROM begun
    UNION ALL SELECT name, likeness, posts, 2 FROM ({_met(ALIKE)}) alike
    WHERE (SELECT count(*) FROM begun) < {FEW}
) found
ORDER BY turn, likeness DESC, posts DESC, name
"""


def find(query: Query, *, reader: Reader, size: int = PAGE) -> list[str]:
    """At most `size` names of tags that have posts which `reader` meets: those that begin with a
    word of `query` or with all of it, else those that are like it."""
    typed = "".join(query.words)
    if not typed:
        return []
    values = {"viewer": reader.viewer, "typed": typed, "words": [typed, *query.words]}
    found = dict.fromkeys(name for (name,) in rows.run_named(FOUND, values))
    return list(found)[:size]
