"""The table of guards: it names code that is there, and tests that are there."""

import subprocess
import sys

import pytest

from stack import guards
from stack.environment import ROOT
from stack.errors import StackError

TABLE = guards.table()


@pytest.mark.parametrize("guard", TABLE, ids=[guard.name for guard in TABLE])
def test_each_guard_can_be_taken_away(guard):
    text = (ROOT / guard.file).read_text()
    without = guard.removed(text)
    assert guard.code not in without
    if guard.file.endswith(".py"):
        compile(without, guard.file, "exec")


def test_each_guard_names_tests_that_exist():
    tests = sorted({test for guard in TABLE for test in guard.tests})
    assert all(guard.tests for guard in TABLE)
    found = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *tests],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stdout + found.stderr


def test_code_that_has_moved_is_told():
    guard = guards.Guard("a lock", "checkout/orders.py", "no such line", "", ("tests/x.py",))
    with pytest.raises(StackError) as told:
        guard.removed("something else")
    assert "“a lock”: its code stands 0 times in checkout/orders.py." in str(told.value)
