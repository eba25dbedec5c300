"""Lets Python sleep under libfaketime, which refuses the way in which it does since 3.11.

Python asks to be woken at a time of the monotonic clock; libfaketime, told to leave that clock alone,
takes it for a time of the other one and answers EINVAL. Waiting for nothing to be read is as good.
Python imports this module at start when its folder is on PYTHONPATH.
"""

from __future__ import annotations

import select
import time


def sleep(seconds: float, /) -> None:
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    select.select([], [], [], seconds)


time.sleep = sleep  # type: ignore[assignment]
