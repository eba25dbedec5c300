"""`make faults`: everything breaks, again and again, under load; afterwards all must be in order."""

import subprocess
import sys

from stack.environment import ROOT, given, search_path


def faults(arguments: list[str]) -> int:
    """Run the storm of `tests/faults/storm` with `arguments`; 1 where it found anything."""
    command = [sys.executable, "-m", "tests.faults.storm", *arguments]
    return subprocess.call(command, cwd=ROOT, env=given() | {"PATH": search_path()})
