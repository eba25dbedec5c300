"""`make guards`: take each guard away once, and see its tests fail.

A test of a race or a crash is worth something only if it fails without what it is about. Each entry
of tests/guards/guards.toml names a piece of code, what stands there without the guard, and the tests
that must then fail. The code is changed in a copy; this folder stays as it is.
"""

import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from stack.environment import ROOT, given, search_path
from stack.errors import StackError
from stack.services import PostgreSQL

TABLE = Path("tests/guards/guards.toml")
LEFT_OUT = (".*", "__pycache__", "build", "node_modules", "media", "staticfiles")
# What pytest answers where tests ran and some failed: a crash or an empty selection proves nothing.
TESTS_FAILED = 1


@dataclass(frozen=True)
class Guard:
    """`code` in `file` is the guard, `without` what stands there when it is taken away."""

    name: str
    file: str
    code: str
    without: str
    tests: tuple[str, ...]

    def removed(self, text: str) -> str:
        """The file's text without the guard. Errors: `StackError` where it is not there once."""
        found = text.count(self.code)
        if found != 1:
            raise StackError(
                f"“{self.name}”: its code stands {found} times in {self.file}. Bring {TABLE} up to date."
            )
        return text.replace(self.code, self.without)


def table(root: Path = ROOT) -> list[Guard]:
    """All guards, in the order of the file."""
    entries = tomllib.loads((root / TABLE).read_text())["guard"]
    return [Guard(**{**entry, "tests": tuple(entry["tests"])}) for entry in entries]


def guards(arguments: list[str]) -> int:
    """Take away each guard whose name holds one of `arguments` (all, without any); 1 where tests pass.

    The tests are first run with everything in place: they have to pass there.
    """
    chosen = [each for each in table() if not arguments or any(a in each.name for a in arguments)]
    if not chosen:
        raise StackError(f"No guard of {TABLE} has that in its name.")
    with copy() as folder:
        tests = sorted({test for guard in chosen for test in guard.tests})
        whole = pytest(folder, tests)
        if whole.returncode:
            raise StackError(
                f"With every guard in place tests fail already:\n{whole.stdout[-3000:]}"
            )
        idle = [guard.name for guard in chosen if not missed(folder, guard)]
    if idle:
        raise StackError(f"Taken away, and not every test of theirs failed: {'; '.join(idle)}.")
    print(f"{len(chosen)} guards, each missed by its tests when it is taken away.")
    return 0


@contextmanager
def copy() -> Iterator[Path]:
    """A copy of the project that may be changed, gone afterwards with its servers."""
    with tempfile.TemporaryDirectory(prefix="etal-guards-") as parent:
        Path(parent).chmod(0o711)  # PostgreSQL may run as a guest: see stack.guest
        folder = Path(parent) / "project"
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
        try:
            yield folder
        finally:
            PostgreSQL(folder / ".local" / "test" / "0" / "postgres").delete()


def missed(folder: Path, guard: Guard) -> bool:
    """Whether each of the guard's tests fails without it."""
    path = folder / guard.file
    whole = path.read_text()
    path.write_text(guard.removed(whole))
    try:
        ends = [pytest(folder, [test]).returncode for test in guard.tests]
    finally:
        path.write_text(whole)
    print(f"{guard.name}", flush=True)
    for test, end in zip(guard.tests, ends, strict=True):
        print(f"    {'fails' if end == TESTS_FAILED else 'PASSES'}  {test}", flush=True)
    return all(end == TESTS_FAILED for end in ends)


def pytest(folder: Path, tests: list[str]) -> subprocess.CompletedProcess[str]:
    """Run `tests` in `folder`; what they print is in `stdout`."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *tests],
        cwd=folder,
        env=given() | {"PATH": search_path()},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
