"""Which sweeps wait for a worker already: beat asks for none of them twice.

Else they would pile up behind slow workers, and be caught up on for nothing. A message that expires by a
clock of its sender's would be thrown away by every worker whose clock is ahead; a mark in Redis goes
by that one clock, and is lost with the messages.
"""

from __future__ import annotations

import logging

from celery import current_app
from redis.exceptions import RedisError

from shopping import hints

log = logging.getLogger(__name__)

# After so many seconds a mark is taken to have outlived its message.
LOST_SECONDS = 120


def is_new(task: str) -> bool:
    """Whether nobody has asked for `task` (its registered name) since a worker last began it; from now on
    somebody has. True where Redis is away: what is asked twice does no harm."""
    try:
        return bool(hints.marks().set(_mark(task), 1, nx=True, ex=LOST_SECONDS))
    except (RedisError, OSError):
        return True


def begun(task: str) -> None:
    """A worker begins it: whoever asks from now on wants another one. Tasks that beat knows nothing of
    are nobody's errand, and cost nothing."""
    if task not in current_app.conf.beat_schedule:
        return
    try:
        hints.marks().delete(_mark(task))
    except (RedisError, OSError) as error:
        log.warning("mark of %s stays for %s s: %r", task, LOST_SECONDS, error)


def _mark(task: str) -> str:
    return f"etal:errand:{task}"
