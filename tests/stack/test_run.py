"""`make run` on a copy of the project: what it starts, says, keeps and stops."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg2
import pytest

from stack import health
from stack.environment import MARK, ROOT
from stack.ports import free_port

pytestmark = [pytest.mark.xdist_group("run"), pytest.mark.timeout(400)]
READY_SECONDS = 400
LEFT_OUT = (".*", "__pycache__", "build", "node_modules", "media", "tests", "staticfiles")


class Clone:
    """A copy of the project with a `.local/` of its own, and one `make run` in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.said = folder / "said.txt"
        self.process: subprocess.Popen[bytes] | None = None

    def begin(self, **words: str) -> subprocess.Popen[bytes]:
        """What the Makefile starts, in a session of its own as a terminal would have it."""
        with self.said.open("wb") as said:
            return subprocess.Popen(
                [sys.executable, "-m", "stack", "run"],
                cwd=self.folder,
                env=self.words() | words,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    def words(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return kept | {"PORT": str(self.port), "PYTHONUNBUFFERED": "1"}

    def start(self, **words: str) -> str:
        """Start and wait until it is ready; returns what it said."""
        self.process = self.begin(**words)
        end = time.monotonic() + READY_SECONDS
        while "Ready after" not in self.text():
            assert self.process.poll() is None, self.text()
            assert time.monotonic() < end, self.text()
            time.sleep(0.2)
        return self.text()

    def end(self, number: int = signal.SIGINT) -> int:
        """Send the signal and wait; returns the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(timeout=60)

    def text(self) -> str:
        return self.said.read_text(errors="replace")

    def processes(self) -> list[psutil.Process]:
        """All that the start left in the system: marked ones, and those that work in the folder."""
        mark = str(self.folder / ".local")
        found = []
        for process in psutil.process_iter():
            try:
                ours = process.environ().get(MARK) == mark or process.cwd().startswith(mark)
            except psutil.Error:
                continue
            if ours and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        return found

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        folder = self.folder / ".local" / "postgres"
        password, port = (folder / "password").read_text(), (folder / "port").read_text()
        connection = psycopg2.connect(f"postgres://etal:{password}@127.0.0.1:{port}/etal")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            rows = cursor.fetchall() if cursor.description else []
        connection.close()
        return rows


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "étal clone"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    clone = Clone(folder)
    yield clone
    for process in clone.processes():
        process.kill()
    subprocess.run([sys.executable, "-m", "stack", "reset"], cwd=folder, check=True)


@pytest.fixture
def running(clone):
    if clone.process is None or clone.process.poll() is not None:
        clone.start()
    return clone


def test_first_start_says_where_everything_is(clone):
    said = clone.start()
    site = f"http://localhost:{clone.port}"
    for address in (f"{site}/", f"{site}/admin/", f"{site}/mails/"):
        assert f" {address}\n" in said
    assert re.search(r"Stripe stand-in\s+http://127\.0\.0\.1:\d+\n", said)
    assert re.search(r"\S+@\S+", said), "no sign-ins"
    assert "Traceback" not in said
    assert health.web(site)


def test_a_second_start_beside_a_running_one_is_refused(running):
    text = running.text()
    other = Clone(running.folder)
    other.said = running.folder / "second.txt"
    assert other.begin().wait(timeout=60) == 1
    assert other.text() == (
        f"\nÉtal runs already in this clone: process {running.process.pid}. "
        "Stop it there with Ctrl-C first.\n"
    )
    assert running.process.poll() is None, text


def test_ctrl_c_stops_every_process_and_the_next_start_keeps_the_data(running):
    running.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 1 AS one")
    posts = running.execute("SELECT count(*) FROM feeds_post")
    assert len(running.processes()) > 5
    assert running.end(signal.SIGINT) == 0
    assert running.processes() == []
    running.start()
    assert running.execute("SELECT one FROM kept") == [(1,)]
    assert running.execute("SELECT count(*) FROM feeds_post") == posts


def test_sigterm_stops_every_process(running):
    assert running.end(signal.SIGTERM) == 128 + signal.SIGTERM
    assert running.processes() == []


def test_what_a_killed_start_left_is_replaced(running):
    running.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 1 AS one")
    running.end(signal.SIGKILL)
    left = running.processes()
    assert left
    running.start()
    assert not any(process.is_running() for process in left)
    assert running.execute("SELECT one FROM kept") == [(1,)]


def test_the_end_of_one_process_ends_all_with_an_exit_code(running):
    sandbox = [p for p in running.processes() if "sandbox" in " ".join(p.cmdline())]
    sandbox[0].kill()
    assert running.process.wait(timeout=60) == 1
    assert "A process ended, so the others were stopped" in running.text()
    assert running.processes() == []


def test_a_taken_port_is_said_and_nothing_stays(clone):
    if clone.process and clone.process.poll() is None:
        clone.end()
    with socket.create_server(("127.0.0.1", clone.port)):
        assert clone.begin().wait(timeout=60) == 1
    assert f"Port {clone.port} is taken by " in clone.text()
    assert f"PORT={clone.port + 1} make run" in clone.text()
    assert "Traceback" not in clone.text()
    assert clone.processes() == []


def test_a_database_that_is_away_is_said_without_its_trace(clone):
    if clone.process and clone.process.poll() is None:
        clone.end()
    away = f"postgres://etal@127.0.0.1:{free_port()}/etal"
    assert clone.begin(DATABASE_URL=away).wait(timeout=120) == 1
    assert "The database in DATABASE_URL cannot be reached" in clone.text()
    assert "Traceback" not in clone.text()
    assert clone.processes() == []
