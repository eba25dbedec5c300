"""Ends this very process with SIGKILL the first time that a named function is reached.

Python imports this module at start when its folder is on PYTHONPATH. The tests name the places:

    ETAL_KILL_AT    places by space, each "checkout.payments:start:before"
                    (module:function:before|after)
    ETAL_KILL_DIR   a folder; a place is armed while a file of its name is in there, for the program
                    that the file names: "gunicorn", "celery" or "manage.py". Which of them comes there
                    first is chance. Whoever comes to a place armed for them takes the file away and dies;
                    others go on unharmed

So the applications need no seams for the tests, and nothing gets to run on after the kill: no
`finally`, no rollback, no goodbye to Stripe, PostgreSQL or Redis. The parent (Gunicorn's or
Celery's) dies in the same moment, so nothing starts the work again but the test.
"""

from __future__ import annotations

import functools
import importlib.abc
import importlib.machinery
import importlib.util
import os
import signal
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any


def die(arm: str) -> None:
    """SIGKILL for this process and its parent, if the place is armed for this program."""
    try:
        with open(arm) as file:
            if file.read() != os.path.basename(sys.argv[0]):
                return
        os.unlink(arm)
    except FileNotFoundError:
        return
    if os.getpgid(os.getppid()) == os.getpgid(0):
        os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def deadly(function: Callable[..., Any], when: str, arm: str) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if when == "before":
            die(arm)
        answer = function(*args, **kwargs)
        if when == "after":
            die(arm)
        return answer

    return wrapper


class Trap(importlib.abc.MetaPathFinder):
    """Wraps one function of one module as soon as that module has been executed."""

    def __init__(self, place: str, arm: str) -> None:
        self.module, self.function, self.when = place.split(":")
        self.arm = arm

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self.module:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            owner: Any = module
            *parents, last = self.function.split(".")
            for parent in parents:
                owner = getattr(owner, parent)
            setattr(owner, last, deadly(getattr(owner, last), self.when, self.arm))

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


for place in os.environ.get("ETAL_KILL_AT", "").split():
    sys.meta_path.insert(0, Trap(place, os.path.join(os.environ["ETAL_KILL_DIR"], place)))
