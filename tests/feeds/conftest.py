"""The cast of tests.market, and that of moderation."""

from tests.feeds.moderating import ana, words
from tests.market import corniche, foulee, fresh_regions, mai, person, plage, reader, theo

__all__ = [
    "ana",
    "corniche",
    "foulee",
    "fresh_regions",
    "mai",
    "person",
    "plage",
    "reader",
    "theo",
    "words",
]
