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
SELECT whole::text, querytree(whole), either::text, querytree(either), begins::text, querytree(begins),
    (plainto_tsquery('etal_plain', %(names_before)s)
        && to_tsquery('etal_plain', %(name_beginning)s))::text
FROM (SELECT websearch_to_tsquery('etal_en', %(text)s) AS en, websearch_to_tsquery('etal_fr', %(text)s) AS fr,
        websearch_to_tsquery('etal_en', %(before)s) AS en_before,
        websearch_to_tsquery('etal_fr', %(before)s) AS fr_before,
        to_tsquery('etal_plain', %(beginning)s) AS begun) typed,
-- Each word is read once, though it is often the same in both languages.
LATERAL (SELECT CASE WHEN en = fr THEN en ELSE en || fr END AS whole,
        CASE WHEN en_before = fr_before THEN en_before ELSE en_before || fr_before END AS before) cut,
LATERAL (SELECT whole || CASE WHEN %(beginning)s = '' THEN ''::tsquery ELSE before && begun END AS begins,
        whole || CASE WHEN %(beginning)s = '' THEN ''::tsquery
            ELSE before && COALESCE({known}, begun) END AS either) all_of_it
"""
UNKNOWN = "NULL::tsquery"


class Query(NamedTuple):
    """`text` as it was typed, and `words`, the first of its words.

    The tsquery `whole` finds its words, `sought` also the known words that its last one is the beginning
    of, or where there is none whatever it is the beginning of, as `begun` does always; "" where there is
    nothing to look for, as in stop words alone. `names` finds names of people, of whom the last word
    may be the very first letter.
    """

    text: str
    words: tuple[str, ...]
    whole: str
    sought: str
    begun: str
    names: str


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
    """What stands before the last word, and that word, which may be the beginning of one; "" without."""
    last = LAST_WORD.search(text)
    if last is None or len(last["word"]) < shortest:
        return text, ""
    return text[: last.start()], last["word"]


def _begins(word: str) -> str:
    return f"'{word}':*" if word else ""


def query(typed: str, *, longest: int = LONGEST, known: str = UNKNOWN) -> Query:
    """What `typed` looks for. One statement.

    `known` is SQL of a tsquery: the words of which %(word)s is known to be the beginning, NULL for none.
    """
    text = clean(typed, longest=longest)
    before, word = _beginning(text)
    names_before, first_letters = _beginning(text.replace("@", " "), shortest=1)
    values = {
        "text": text,
        "before": before,
        "word": word,
        "beginning": _begins(word),
        "names_before": names_before,
        "name_beginning": _begins(first_letters),
    }
    with connection.cursor() as cursor:
        cursor.execute(COMPILED.format(known=known), values)
        whole, of_whole, sought, of_sought, begun, of_begun, names = cursor.fetchone()
    return Query(
        text.strip(),
        words_of(text),
        _indexed(whole, of_whole),
        _indexed(sought, of_sought),
        _indexed(begun, of_begun),
        names,
    )


def _indexed(sought: str, tree: str) -> str:
    # PostgreSQL's words for a query that no index answers, because it only says what not to find.
    return "" if tree in {"", "T"} else sought
