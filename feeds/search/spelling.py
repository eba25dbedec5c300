# ruff: noqa: S608 - statements are made of texts of our own, never of input
"""What was meant by a word that nothing holds: "lmape" is "lampe".

The words of what is sold, and of the newest posts those that several people write, are learnt anew
every few minutes. Trigrams find what is like a word, swapped and doubled letters are undone.
"""

from __future__ import annotations

from difflib import SequenceMatcher

from django.db import connection, transaction

from catalogue.sale import LISTED
from feeds.visibility import there
from shopping import queries

LONGEST = 30
SHORTEST = 4
NEWEST_POSTS = 5000
NEWEST_PRODUCTS = 50_000
# Of posts, a word that fewer people write may be a slip of theirs, or nobody else's business.
PEOPLE_WITH_IT = 3
# Characters of one person's posts together: a tsvector has a bound.
OF_ONE = 100_000
# Signs may become several without accents: "ﬃ" is "ffi".
LONGEST_PLAIN = 60
ALIKE = 20
# How alike two words have to be for one to be meant by the other, 0 to 1.
CLOSE = 0.7

LEARNT = f"""
INSERT INTO feeds_searchword (word, uses)
SELECT word, sum(ndoc) FROM (
    SELECT * FROM ts_stat($$
        SELECT to_tsvector('simple', p.title || ' ' || array_to_string(p.tags, ' ') || ' ' || m.name)
        FROM catalogue_product p JOIN catalogue_merchant m ON m.id = p.merchant_id
        WHERE {LISTED} ORDER BY p.id DESC LIMIT {NEWEST_PRODUCTS}$$)
    UNION ALL SELECT * FROM ts_stat($$
        SELECT to_tsvector('simple', left(string_agg(newest.body, ' '), {OF_ONE})) FROM (
            SELECT p.author_id, p.body FROM feeds_post p JOIN accounts_user u ON u.id = p.author_id
            WHERE {there("p")} AND u.is_active AND p.reply_to_id IS NULL
            ORDER BY p.created_at DESC, p.id DESC LIMIT {NEWEST_POSTS}) newest
        GROUP BY newest.author_id$$) WHERE ndoc >= {PEOPLE_WITH_IT}) learnt
WHERE word ~ '^[[:alpha:]]+$' AND length(word) BETWEEN {SHORTEST} AND {LONGEST}
    AND length(etal_unaccent(word)) <= {LONGEST_PLAIN}
GROUP BY word
"""
MEANT = f"""
SELECT DISTINCT given.word, alike.word, alike.plain, alike.uses
FROM unnest(%s::text[]) AS given (word),
LATERAL (SELECT etal_unaccent(given.word) AS plain) typed,
LATERAL (
    (SELECT w.* FROM feeds_searchword w WHERE w.plain %% typed.plain
     ORDER BY similarity(w.plain, typed.plain) DESC, w.uses DESC, w.word LIMIT {ALIKE})
    UNION ALL SELECT w.* FROM feeds_searchword w WHERE w.plain = ANY (ARRAY(
        SELECT overlay(typed.plain PLACING reverse(substr(typed.plain, n, 2)) FROM n FOR 2)
        FROM generate_series(1, length(typed.plain) - 1) n
        UNION ALL SELECT overlay(typed.plain PLACING '' FROM n FOR 1)
        FROM generate_series(1, length(typed.plain)) n))) alike
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
        cursor.execute(LEARNT)


def _likeness(typed: str, word: str) -> float:
    """0 to 1; two letters that are swapped are nearly none that is wrong."""
    alike = SequenceMatcher(None, typed, word, autojunk=False).ratio()
    return max(alike, 0.9) if sorted(typed) == sorted(word) else alike


def corrected(text: str) -> str | None:
    """`text` with its unknown words as they were probably meant; None where nothing is better."""
    words = queries.words_of(text)
    with connection.cursor() as cursor:
        cursor.execute(MEANT, [list(words)])
        rows = cursor.fetchall()
    better: dict[str, str] = {}
    for word in words:
        typed = word.lower()
        alike = [row[1:] for row in rows if row[0] == word]
        if any(typed in (known, plain) for known, plain, _uses in alike):
            continue
        best = max(
            ((_likeness(typed, plain), uses, known) for known, plain, uses in alike), default=None
        )
        if best is not None and best[0] >= CLOSE:
            better[word] = best[2]
    if not better:
        return None
    return queries.WORD.sub(lambda match: better.get(match[0], match[0]), text)
