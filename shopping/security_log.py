"""Lines about who signed in, who was refused, and what was changed about that, for whoever watches.

One logger, `security`; each line has an event, a time by its handler, where it came from, and of people
their public id alone: no name, no e-mail address, nothing that was typed.
"""

from __future__ import annotations

import logging

from django.http import HttpRequest

from shopping.limits import address_of

logger = logging.getLogger("security")


def note(event: str, request: HttpRequest | None, **words: object) -> None:
    """Log `event` with `words`, which are ours: names of methods, public ids."""
    where = address_of(request) if request is not None else ""
    said = " ".join(f"{name}={value}" for name, value in sorted(words.items()))
    logger.info("event=%s from=%s %s", event, where, said)
