"""What the words beside `#cart` say: which product, and which values of its options.

Words of four letters and more count wherever they stand. A shorter one, as a size, counts only
beside the tag, or beside another that does: "#cart 42", "#cart size M in coral". Else "s’il vous
plaît" would be a size.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings

from catalogue.choosing import are_short

# An address, a hashtag or a mention, a number with its decimals, a word with what is elided.
WORD = re.compile(r"https?://\S+|[#@]\w+|\d+(?:[.,/]\d+)+|\w+(?:['’]\w+)*")


@dataclass(frozen=True, slots=True)
class Span:
    """Where a text names `value` of the option at `option`: its words from `start` to `end`."""

    start: int
    end: int
    option: int
    value: str

    @property
    def length(self) -> int:
        return self.end - self.start


def words(text: str) -> list[str]:
    """The words of `text` without case and accents; decimals with a point."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in plain if not unicodedata.combining(character))
    return [word.replace(",", ".") for word in WORD.findall(bare)]


def picks(text: str, *, names: Sequence[str], options: Sequence[Sequence[str]]) -> list[str] | None:
    """The value of each option that `text` names, "" where it names none.

    `names` are the options' names, `options` their values. None where the text names several of
    one option, so that nobody can say which is meant.
    """
    said = words(text)
    spans = _outermost(list(_spans(said, options)))
    beside = _beside_the_tag(said, names=names, spans=spans)
    found: list[set[str]] = [set() for _ in options]
    for span in spans:
        if not are_short(said[span.start : span.end]) or span.start in beside:
            found[span.option].add(span.value)
    if any(len(values) > 1 for values in found):
        return None
    return [next(iter(values), "") for values in found]


def product(text: str, *, titles: Sequence[str]) -> int | None:
    """The place of the one title of which `text` names a word that no other title has, or None."""
    said = {word for word in words(text) if not are_short([word])}
    sets = [set(words(title)) for title in titles]
    named = [
        place
        for place, mine in enumerate(sets)
        if said & mine.difference(*(other for other in sets if other is not mine))
    ]
    return named[0] if len(named) == 1 else None


def _spans(said: Sequence[str], options: Sequence[Sequence[str]]) -> Iterator[Span]:
    for option, values in enumerate(options):
        for value in values:
            wanted = words(value)
            for start in range(len(said) - len(wanted) + 1 if wanted else 0):
                if said[start : start + len(wanted)] == wanted:
                    yield Span(start, start + len(wanted), option, value)


def _outermost(spans: Sequence[Span]) -> list[Span]:
    """Without those that are a part of a longer one: "light blue" does not name "blue"."""
    found: list[Span] = []
    # Of all that start earlier, where the last ends; and so of those that start at the same word.
    earlier, here, start = 0, 0, -1
    for span in sorted(spans, key=lambda each: (each.start, -each.end)):
        if span.start != start:
            earlier, here, start = max(earlier, here), span.end, span.start
        if span.end > earlier and span.end == here:
            found.append(span)
    return found


def _beside_the_tag(
    said: Sequence[str], *, names: Sequence[str], spans: Sequence[Span]
) -> set[int]:
    """The places of words that stand beside the tag with nothing but values and names between."""
    known = {place for span in spans for place in range(span.start, span.end)}
    spoken = {word for name in names for word in words(name)}
    known |= {place for place, word in enumerate(said) if word in spoken}
    tags = {f"#{word}" for tag in settings.CART_HASHTAGS.values() for word in words(tag)}
    beside: set[int] = set()
    for place, word in enumerate(said):
        if word in tags:
            for step in (1, -1):
                near = place + step
                while near in known:
                    beside.add(near)
                    near += step
    return beside
