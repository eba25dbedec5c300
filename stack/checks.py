"""`make lint` and `make test`: every check there is, in the order of their speed."""

import os
import signal
import subprocess
import sys

import pytest

from stack import programs
from stack.browser import find_or_install
from stack.environment import ROOT, given, search_path
from stack.errors import StackError
from stack.pytest_plugin import prepare, servers

PROCESSES = 2


def lint(_arguments: list[str]) -> int:
    """Lint, form, import rule, types; each stops the command where it finds something."""
    words = given() | {"PATH": search_path()}
    step("Lint", ["ruff", "check", "."], words)
    step("Form", ["ruff", "format", "--check", "."], words)
    step("Import rule", ["lint-imports"], words)
    step("Types", ["mypy"], words)
    return 0


def test(arguments: list[str]) -> int:
    """All of `lint`, the migrations, and every test; `arguments` go to pytest.

    Tests need PostgreSQL and Redis (DATABASE_URL, REDIS_URL, else private ones), a Chromium, and what
    production has before and beside the site (`stack.programs`).
    """
    lint([])
    os.environ["PATH"] = search_path()
    os.environ["CHROMIUM"] = str(find_or_install())
    for name in programs.PACKAGES:
        programs.find_or_install(name)
    os.chdir(ROOT)
    # Each of the many processes would compile the tests and the site anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # As Ctrl-C does, SIGTERM ends the run in order.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with servers:
        prepare()
        migrations = [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"]
        step("Migrations", migrations, dict(os.environ))
        say("Tests")
        wanted = arguments or ["-n", str(PROCESSES)]
        return int(pytest.main(wanted))


def step(title: str, command: list[str], words: dict[str, str]) -> None:
    """Run one check. Errors: `StackError` naming the check, below what it printed itself."""
    say(title)
    if subprocess.call(command, cwd=ROOT, env=words, stdin=subprocess.DEVNULL):
        raise StackError(f"{title}: the check found what stands above.")


def say(title: str) -> None:
    print(f"── {title} ──", flush=True)
