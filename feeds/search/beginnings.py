# ruff: noqa: S608 - statements are made of texts of our own, never of input
"""What somebody may be typing: the known words that the last one of a search is the beginning of.

To ask an index for a beginning costs as much as there are texts with any word that begins so. What many
write or sell is known (`spelling.learn`): so a beginning of known words is asked as these words, which
cost no more than they find. Of a beginning that no known word has, there are few texts to read.
"""

from __future__ import annotations

from shopping import queries
from shopping.queries import Query

# Words that a beginning stands for at most: those that are used most.
MOST = 20
# In the order of bytes everything that begins with a word is less than the word with the last of all
# characters behind it.
KNOWN = f"""(
    SELECT string_agg(DISTINCT quote_literal(cut.lexeme), ' | ')::tsquery FROM (
        SELECT w.word FROM feeds_searchword w
        WHERE w.plain ~>=~ etal_unaccent(%(word)s)
          AND w.plain ~<~ (etal_unaccent(%(word)s) || chr(1114111)) AND %(word)s <> '' AND w.uses > 0
        ORDER BY w.uses DESC, w.word LIMIT {MOST}) known,
    LATERAL unnest(etal_words(known.word)) cut)"""


def query(typed: str, *, longest: int = queries.LONGEST) -> Query:
    """As `queries.query`."""
    return queries.query(typed, longest=longest, known=KNOWN)
