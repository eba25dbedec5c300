# ruff: noqa: S608 - statements are made of texts of our own, never of input
"""What was meant by a word that nothing holds: "lmape" is "lampe".

The words of what is sold, and of the newest posts those that several people write, are learnt anew
every few minutes. Trigrams find what is like a word, swapped and doubled letters are undone.
"""

from __future__ import annotations

from django.db import connection, transaction

from catalogue.sale import LISTED
from feeds.visibility import there
from feeds.vocabulary import TOPICS
from shopping import queries

LONGEST = 30
SHORTEST = 4
# Of French and of all else each, found among so many.
NEWEST_POSTS = 5000
AMONG_POSTS = 40_000
NEWEST_PRODUCTS = 50_000
# Of posts, a word that fewer people write may be a slip of theirs, or nobody else's business.
PEOPLE_WITH_IT = 3
# Characters of one person's posts together: a tsvector has a bound.
OF_ONE = 100_000
# Signs may become several without accents: "ﬃ" is "ffi".
LONGEST_PLAIN = 60
ALIKE = 20
# How much of their trigrams two words share at the least, 0 to 1: a wrong letter leaves four few.
LIKENESS = 0.2
# Letters from which on a word may have two slips in it, and not one.
LONG = 7

LEARNT = f"""
INSERT INTO feeds_searchword (word, uses)
SELECT word, sum(ndoc) FROM (
    SELECT * FROM ts_stat($$
        SELECT to_tsvector('simple', p.title || ' ' || array_to_string(p.tags, ' ') || ' ' || m.name)
        FROM catalogue_product p JOIN catalogue_merchant m ON m.id = p.merchant_id
        WHERE {LISTED} ORDER BY p.id DESC LIMIT {NEWEST_PRODUCTS}$$)
    UNION ALL SELECT * FROM ts_stat($$
        SELECT to_tsvector('simple', left(string_agg(newest.body, ' '), {OF_ONE})) FROM (
            SELECT *, row_number() OVER (PARTITION BY french ORDER BY created_at DESC) AS place FROM (
                SELECT p.author_id, p.body, p.created_at, left(p.language, 2) = 'fr' AS french
                FROM feeds_post p JOIN accounts_user u ON u.id = p.author_id
                WHERE {there("p")} AND u.is_active AND p.reply_to_id IS NULL
                ORDER BY p.created_at DESC, p.id DESC LIMIT {AMONG_POSTS}) both_languages) newest
        WHERE newest.place <= {NEWEST_POSTS}
        GROUP BY newest.author_id$$) WHERE ndoc >= {PEOPLE_WITH_IT}
    UNION ALL SELECT word, 0, 0 FROM unnest(%(topics)s::text[]) word) learnt
WHERE word ~ '^[[:alpha:]]+$' AND length(word) BETWEEN {SHORTEST} AND {LONGEST}
    AND length(etal_unaccent(word)) <= {LONGEST_PLAIN}
GROUP BY word
"""
MEANT = f"""
SET LOCAL pg_trgm.similarity_threshold = {LIKENESS};
SELECT DISTINCT given.word, alike.word, alike.plain, alike.uses, typed.plain,
    tsvector_to_array(etal_words(alike.word)) && typed.lexemes
FROM unnest(%s::text[]) AS given (word),
LATERAL (SELECT etal_unaccent(given.word) AS plain,
         tsvector_to_array(etal_words(given.word)) AS lexemes) typed,
LATERAL (
    (SELECT w.* FROM feeds_searchword w WHERE w.plain %% typed.plain
     ORDER BY similarity(w.plain, typed.plain) DESC, w.uses DESC, w.word LIMIT {ALIKE})
    UNION ALL SELECT w.* FROM feeds_searchword w WHERE w.plain = ANY (ARRAY(
        SELECT overlay(typed.plain PLACING reverse(substr(typed.plain, n, 2)) FROM n FOR 2)
        FROM generate_series(1, length(typed.plain) - 1) n))) alike
WHERE length(given.word) BETWEEN {SHORTEST} AND {LONGEST}
"""


@transaction.atomic
def learn() -> None:
    """Replace all words by those of today. Searches go on meanwhile, by the old ones.

    Locks the table, so that two who learn do so one after the other.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE feeds_searchword IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM feeds_searchword")
        cursor.execute(
            LEARNT, {"topics": [word for topic in TOPICS for word in topic.words.split()]}
        )


def _slips(typed: str, word: str) -> int:
    """How many letters are wrong, missing, too many, or swapped with the next, at the least."""
    before: list[int] = []
    last = list(range(len(word) + 1))
    for row, letter in enumerate(typed, 1):
        here = [row]
        for column, meant in enumerate(word, 1):
            fewest = min(last[column] + 1, here[-1] + 1, last[column - 1] + (letter != meant))
            swapped = (
                row > 1 and column > 1 and (letter, typed[row - 2]) == (word[column - 2], meant)
            )
            here.append(min(fewest, before[column - 2] + 1) if swapped else fewest)
        before, last = last, here
    return last[-1]


def corrected(text: str) -> str | None:
    """`text` with its unknown words as they were probably meant; None where nothing is better."""
    words = queries.words_of(text)
    with connection.cursor() as cursor:
        cursor.execute(MEANT, [list(words)])
        found = cursor.fetchall()
    better: dict[str, str] = {}
    for word in words:
        alike = [row[1:] for row in found if row[0] == word]
        if any(
            known == word.lower() or plain == typed or akin
            for known, plain, _uses, typed, akin in alike
        ):
            continue
        most = 2 if len(word) >= LONG else 1
        near = [(_slips(typed, plain), -uses, known) for known, plain, uses, typed, _akin in alike]
        best = min(near, default=None)
        if best is not None and best[0] <= most:
            better[word] = best[2]
    if not better:
        return None
    return queries.WORD.sub(lambda match: better.get(match[0], match[0]), text)
