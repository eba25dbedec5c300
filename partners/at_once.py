"""How many calls of one owner are worked on at once, so that nobody takes all threads or all memory."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from partners.callers import Caller
from partners.problems import Problem

logger = logging.getLogger(__name__)

# No call lasts longer: the server ends it (Procfile's --timeout).
SECONDS = 60
# A body beyond this is read into memory several times over; so many of them at once.
LARGE, MOST_LARGE = 1024 * 1024, 2


@dataclass(slots=True)
class Places:
    """What one call, `name`, holds; the caller of `take` gives it back by `leave`, whatever happens."""

    name: str
    held: list[str] = field(default_factory=list)

    def take(self, caller: Caller, *, length: int) -> None:
        """Take a place for a call of `caller` with a body of `length` bytes, one more for a large one.

        Raises Problem 429 where the owner's are taken; nothing was done then. Without Redis nobody is
        refused.
        """
        self._take(f"api_at_once:{caller.owner}", most=settings.API_CALLS_AT_ONCE)
        if length > LARGE:
            self._take(f"api_large:{caller.owner}", most=MOST_LARGE)

    def leave(self) -> None:
        for key in self.held:
            try:
                cache.leave(key, self.name)  # type: ignore[attr-defined]
            except RedisError as error:
                logger.warning("a place is free in %s s: %s", SECONDS, type(error).__name__)
        self.held.clear()

    def _take(self, key: str, *, most: int) -> None:
        try:
            let_in = cache.enter(key, self.name, most=most, seconds=SECONDS)  # type: ignore[attr-defined]
        except RedisError as error:
            logger.warning("calls at once are not limited: %s", type(error).__name__)
            return
        if not let_in:
            raise Problem(
                429,
                "too_many_at_once",
                _("%(most)d such calls of yours are being worked on; wait for one of them.")
                % {"most": most},
                headers={"Retry-After": "1"},
            )
        self.held.append(key)
