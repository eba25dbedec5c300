"""Which topics a text is about."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from feeds.vocabulary import SENSITIVE, SENSITIVE_WORDS, TOPICS, Topic

MOST = 3  # topics of one post
WORD = re.compile(r"\w+")
PLURALS = ("", "s", "x", "es")


def plain(text: str) -> str:
    """`text` in lower case, without accents."""
    apart = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE"))
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).casefold()


def _by_word() -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for topic in TOPICS:
        for word in WORD.findall(plain(topic.words)):
            for ending in PLURALS:
                found[word + ending].add(topic.slug)
    return dict(found)


BY_SLUG: dict[str, Topic] = {topic.slug: topic for topic in TOPICS}
BY_WORD = _by_word()
BY_CATEGORY = {category: topic.slug for topic in TOPICS for category in topic.categories}
SENSITIVE_PATTERN = re.compile(
    rf"\b(?:(?:{'|'.join(SENSITIVE)})\w*|(?:{'|'.join(SENSITIVE_WORDS)})\b)"
)


def name_of(slug: str) -> Any:
    """What people call the topic, in their language; the slug of one that is no more."""
    return BY_SLUG[slug].name if slug in BY_SLUG else slug


def is_sensitive(text: str) -> bool:
    """Whether `text` names what nobody's interests are found in."""
    return SENSITIVE_PATTERN.search(plain(text)) is not None


def below(slug: str) -> list[str]:
    """The narrower topics of `slug`."""
    return [topic.slug for topic in TOPICS if topic.parent == slug]


def tree() -> list[tuple[Topic, list[Topic]]]:
    """The widest topics in order, each with its narrower ones."""
    return [
        (topic, [BY_SLUG[slug] for slug in below(topic.slug)])
        for topic in TOPICS
        if not topic.parent
    ]


def of(body: str, *, goods: Iterable[str] = (), categories: Iterable[str] = ()) -> list[str]:
    """Slugs of the topics that `body` is about, the clearest first, MOST at most.

    `goods` are titles and tags of the products that it carries, `categories` the slugs of theirs.
    Where any of it is sensitive, none.
    """
    text = " ".join((body, *goods))
    if is_sensitive(text):
        return []
    named: Counter[str] = Counter()
    for word in WORD.findall(plain(text)):
        named.update(sorted(BY_WORD.get(word, ())))
    named.update(BY_CATEGORY[each] for each in categories if each in BY_CATEGORY)
    return [slug for slug, _times in named.most_common(MOST)]
