"""Tests of one group run in one process: they share a clone, a stack or a port."""

import os
import subprocess
import sys

GROUPED = """
import os

import pytest

pytestmark = pytest.mark.xdist_group("together")


@pytest.mark.parametrize("number", range(8))
def test_who_runs_this(number):
    with open(os.environ["WHO"], "a") as who:
        who.write(os.environ["PYTEST_XDIST_WORKER"] + "\\n")
"""


def test_a_group_stays_in_one_process(tmp_path):
    (tmp_path / "test_grouped.py").write_text(GROUPED)
    who = tmp_path / "who.txt"
    options = ["-n", "2", "--dist=loadgroup", "-p", "no:cacheprovider", "-p", "no:django"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--rootdir", str(tmp_path), str(tmp_path)],
        cwd=tmp_path,
        env=kept | {"WHO": str(who)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    processes = who.read_text().split()
    assert len(processes) == 8
    assert len(set(processes)) == 1
