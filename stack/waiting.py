"""Waiting for something to become true, with an end to it."""

import time
from collections.abc import Callable

from stack.errors import StackError


def wait_until(
    holds: Callable[[], bool], *, seconds: float, otherwise: str, every: float = 0.05
) -> None:
    """Return as soon as `holds()`; raise `StackError(otherwise)` after `seconds`."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise StackError(otherwise)
        time.sleep(every)
