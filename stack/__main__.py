"""What the Makefile calls, and more: `python -m stack run|test|lint|docs|guards|faults|lock|manage …`."""

import errno
import io
import sys
from collections.abc import Callable

from stack import advisories, checks, docs, faults, guards, requirements, reset
from stack.errors import StackError
from stack.manage import manage
from stack.run import run
from stack.run_production import backup, production, restore

COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "run": run,
    "test": checks.test,
    "lint": checks.lint,
    "advisories": advisories.advisories,
    "docs": docs.docs,
    "guards": guards.guards,
    "faults": faults.faults,
    "lock": requirements.lock,
    "reset": reset.reset,
    "manage": manage,
    "production": production,
    "backup": backup,
    "restore": restore,
}


def main() -> int:
    """Run one command; every failure ends in a sentence and an exit code that is not 0."""
    command = COMMANDS.get(sys.argv[1] if len(sys.argv) > 1 else "")
    if command is None:
        raise StackError(f"Say one of: python -m stack {' | '.join(COMMANDS)}")
    return command(sys.argv[2:])


def guarded() -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without é still gets the sentence
    try:
        return main()
    except StackError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT):
            raise
        print(f"\nCannot write {error.filename}: {error.strerror}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(guarded())
