"""Django's commands in the environment that the site runs in."""

import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack

from stack.environment import ROOT, given
from stack.errors import StackError
from stack.private import environment, held, whole_number

TELLING_LINES = 12


def manage(arguments: list[str]) -> int:
    """`python -m stack manage shell`: start the private servers, run the command, stop them.

    For when the site does not run. Where DATABASE_URL and REDIS_URL are set, use manage.py itself.
    """
    with ExitStack() as stack:
        stack.enter_context(held())
        words = environment(stack, port=whole_number(given(), "PORT", 8000))
        return subprocess.call([sys.executable, "manage.py", *arguments], cwd=ROOT, env=words)


def quietly(*arguments: str, words: Mapping[str, str], otherwise: str) -> str:
    """Run one of Django's commands and return what it prints.

    Errors: `StackError(otherwise)` with the end of the output, where it fails.
    """
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=words,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        end = "\n".join((done.stdout + done.stderr).strip().splitlines()[-TELLING_LINES:])
        raise StackError(f"{otherwise}\n\n{end}")
    return done.stdout.strip()
