"""What somebody typed to look for, as PostgreSQL looks for it.

Words are cut in English and in French at once, whichever language the page is in. Quotes keep words
together, a minus leaves a word out, and the last word may be the beginning of one.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from django.db import connection

LONGEST = 200
# Beginnings that are shorter begin too many words.
BEGINNING = 3
LAST_WORD = re.compile(r"(?:^|(?<=[\s#@]))(?P<word>\w+)$")
WORD = re.compile(r"\w+")
MOST_WORDS = 8

COMPILED = """
SELECT whole::text, querytree(whole), either::text, querytree(either)
FROM (SELECT to_tsquery('etal_plain', %(beginning)s) AS begun) typed, LATERAL (
    SELECT websearch_to_tsquery('etal_en', %(text)s)
        || websearch_to_tsquery('etal_fr', %(text)s) AS whole) words, LATERAL (
    SELECT whole || CASE WHEN %(beginning)s = '' THEN ''::tsquery ELSE
            (websearch_to_tsquery('etal_en', %(before)s) && begun)
            || (websearch_to_tsquery('etal_fr', %(before)s) && begun) END AS either) all_of_it
"""
NAMED = """
SELECT (plainto_tsquery('etal_plain', %(before)s) && to_tsquery('etal_plain', %(beginning)s))::text
"""


class Query(NamedTuple):
    """`text` as it was typed, and `words`, the first of its words.

    The tsquery `whole` finds its words, `sought` also what its last word is the beginning of; "" where
    there is nothing to look for, as in stop words alone.
    """

    text: str
    words: tuple[str, ...]
    whole: str
    sought: str


def clean(typed: str, *, longest: int = LONGEST) -> str:
    """`typed` as it is looked for and shown again; a space at its end says that a word is complete."""
    text = " ".join(typed.replace("\x00", " ").split())
    if len(text) > longest:
        # Of a word that is cut off, nothing.
        return text[: longest + 1].rpartition(" ")[0] or text[:longest]
    return text + " " if text and typed[-1:].isspace() else text


def words_of(text: str) -> tuple[str, ...]:
    """The words of `text` as they stand there, each once; MOST_WORDS at most."""
    return tuple(dict.fromkeys(WORD.findall(text)))[:MOST_WORDS]


def _beginning(text: str, *, shortest: int = BEGINNING) -> tuple[str, str]:
    """What stands before the last word, and that word as the beginning of one; "" without."""
    last = LAST_WORD.search(text)
    if last is None or len(last["word"]) < shortest:
        return text, ""
    return text[: last.start()], f"'{last['word']}':*"


def query(typed: str, *, longest: int = LONGEST) -> Query:
    """What `typed` looks for. One statement, which reads no table."""
    text = clean(typed, longest=longest)
    before, beginning = _beginning(text)
    with connection.cursor() as cursor:
        cursor.execute(COMPILED, {"text": text, "before": before, "beginning": beginning})
        whole, of_whole, sought, of_sought = cursor.fetchone()
    return Query(
        text.strip(), words_of(text), _indexed(whole, of_whole), _indexed(sought, of_sought)
    )


def _indexed(sought: str, tree: str) -> str:
    # PostgreSQL's words for a query that no index answers, because it only says what not to find.
    return "" if tree in {"", "T"} else sought


def names(typed: str, *, longest: int = LONGEST) -> str:
    """The tsquery for names of people, of whom the last word may be the very first letter; "" for none."""
    before, beginning = _beginning(clean(typed, longest=longest), shortest=1)
    with connection.cursor() as cursor:
        cursor.execute(NAMED, {"before": before, "beginning": beginning})
        (sought,) = cursor.fetchone()
    return str(sought)
