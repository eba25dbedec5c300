"""CPU time as the system accounts for it: user and system seconds of whole process trees."""

from __future__ import annotations

from collections.abc import Iterable

import psutil


def tree_seconds(root: int) -> float:
    """Seconds of CPU that process `root` and all its descendants have used, reaped ones too.

    A process that ended between two readings is in its parent's `children_*` figures, so
    PostgreSQL's short-lived backends are not lost.
    """
    try:
        top = psutil.Process(root)
        processes = [top, *top.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def seconds(roots: Iterable[int]) -> float:
    """The sum of `tree_seconds` over several processes."""
    return sum(tree_seconds(root) for root in roots)
