"""A base backup and the archived log bring back the moment before an accident, in an empty server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from stack.backups import Backups
from stack.environment import ROOT
from stack.errors import StackError
from stack.guest import forget
from stack.processes import Stack
from stack.services import PostgreSQL
from tests.faults.world import wait_for
from tests.shopping.test_production import WORDS
from tests.shops import cast

pytestmark = [pytest.mark.timeout(900), pytest.mark.xdist_group("production")]

# What must be the same again: how many there are of what counts, and what it adds up to.
SUMS = """
SELECT (SELECT count(*) FROM checkout_order), (SELECT coalesce(sum(total), 0) FROM checkout_order),
       (SELECT count(*) FROM checkout_payment), (SELECT sum(captured) FROM checkout_payment),
       (SELECT count(*) FROM checkout_ledgerentry), (SELECT sum(amount) FROM checkout_ledgerentry),
       (SELECT sum(on_hand) FROM catalogue_stockitem), (SELECT sum(reserved) FROM catalogue_stockitem),
       (SELECT count(*) FROM accounts_user), (SELECT count(*) FROM webhooks_event)
"""


def run(server: PostgreSQL, sql: str) -> list[tuple[Any, ...]]:
    connection = psycopg2.connect(server.url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found = cursor.fetchall() if cursor.description else []
    connection.close()
    return found


@pytest.fixture
def backups(tmp_path: Path) -> Iterator[Backups]:
    yield Backups(tmp_path / "postgres")
    forget(tmp_path / "postgres")


@pytest.fixture
def server(tmp_path: Path, backups: Backups) -> Iterator[PostgreSQL]:
    server = PostgreSQL(tmp_path / "postgres", max_connections=20, options=backups.options)
    yield server.start()
    server.stop()
    server.delete()


@pytest.fixture
def restored(tmp_path: Path) -> Iterator[PostgreSQL]:
    """A server that was never started, with the password of the one that was lost."""
    server = PostgreSQL(tmp_path / "restored", max_connections=20)
    server.directory.mkdir()
    yield server
    server.stop()
    server.delete()


@pytest.fixture
def stripe(tmp_path: Path) -> Iterator[str]:
    """The address of a stand-in that knows nothing yet."""
    stack = Stack(tmp_path / "stack", database_url="", redis_url="")
    stack.start("sandbox")
    yield stack.sandbox_url.replace("localhost", "127.0.0.1")
    stack.stop()


def fill(server: PostgreSQL, source: str) -> None:
    """The tables of `source`, a shop with orders, payments and books, in the server's own database."""
    dump = subprocess.Popen([server.bin / "pg_dump", source], stdout=subprocess.PIPE)
    subprocess.run(
        [server.bin / "psql", "--quiet", "--set=ON_ERROR_STOP=1", server.url],
        stdin=dump.stdout,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    assert dump.wait() == 0


def test_a_moment_before_an_accident_comes_back(
    database_url: str,
    server: PostgreSQL,
    backups: Backups,
    restored: PostgreSQL,
    stripe: str,
) -> None:
    cast()
    fill(server, database_url)
    media = backups.root / "media"
    media.mkdir()
    (media / "vase.jpg").write_bytes(b"a picture")
    backups.make(server, {"MEDIA_ROOT": str(media)})
    # What happens after the base backup stands in the log alone.
    run(server, "UPDATE catalogue_stockitem SET on_hand = on_hand + 7")
    sums, told = run(server, SUMS), audited(server.url, stripe)
    ((moment,),) = run(server, "SELECT now() + interval '1 millisecond'")
    run(server, "SELECT pg_sleep(0.1)")
    run(server, "UPDATE catalogue_stockitem SET on_hand = 0, reserved = 0")
    run(server, "TRUNCATE webhooks_event CASCADE")
    archived(server)
    server.process.kill()
    server.process.wait()

    (restored.directory / "password").write_text(server.password)
    again = Backups(restored.directory)
    again.root = backups.root
    folder = (again.guest.home if again.guest else restored.directory) / "data"
    uploads = {"MEDIA_ROOT": str(backups.root / "media-restored")}
    again.restore(server, into=folder, moment=moment.isoformat(" "), words=uploads)
    restored.start()
    wait_for(
        lambda: run(restored, "SELECT NOT pg_is_in_recovery()") == [(True,)],
        otherwise="the restored server stays in recovery",
    )
    assert run(restored, SUMS) == sums
    assert (backups.root / "media-restored" / "vase.jpg").read_bytes() == b"a picture"
    # Once more over what is there: files stay as they are.
    again.restore(server, into=folder.with_name("twice"), words=uploads)
    manage(restored.url, "migrate", "--check")
    assert audited(restored.url, stripe) == told


def archived(server: PostgreSQL) -> None:
    """Wait until all that was written so far is in the archive."""
    ((name,),) = run(server, "SELECT pg_walfile_name(pg_current_wal_lsn())")
    run(server, "SELECT pg_switch_wal()")
    wait_for(
        lambda: run(server, "SELECT last_archived_wal FROM pg_stat_archiver") >= [(name,)],
        otherwise="the log is not archived",
    )


def manage(url: str, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A command of the site as in production, on the database at `url`."""
    told = {"PATH": os.environ["PATH"], **WORDS, "DATABASE_URL": url, **more}
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=told | {"REDIS_URL": os.environ["REDIS_URL"]},
        capture_output=True,
        text=True,
        check=False,
    )
    # An audit that finds something ends with 1.
    fine = {0, 1} if "audit" in words else {0}
    assert done.returncode in fine, done.stdout + done.stderr
    assert not done.stderr
    return done


def audited(url: str, stripe: str) -> dict[str, int]:
    """What the audit of a database finds beside a Stripe that knows nothing: check → findings."""
    done = manage(url, "audit", "--json", "--settled-for=-3600", STRIPE_API_BASE=stripe)
    found = {each["name"]: len(each["findings"]) for each in json.loads(done.stdout)["checks"]}
    assert found["order_has_its_charge"]
    return found


def test_old_backups_go_and_the_log_that_only_they_needed(
    server: PostgreSQL, backups: Backups
) -> None:
    first = backups.make(server).splitlines()[-1]
    run(server, "CREATE TABLE more AS SELECT generate_series(1, 1000)")
    archived(server)
    second = backups.make(server, {"KEEP": "1"}).splitlines()[-1]
    assert not Path(first).exists()
    assert Path(second).exists()
    kept = sorted(path.name for path in (backups.root / "wal").iterdir())
    assert kept
    with tarfile.open(f"{second}/base.tar.gz") as saved:
        label = saved.extractfile("backup_label").read().decode()
    needed = label.partition("(file ")[2][:24]
    assert needed in kept
    assert min(name for name in kept if len(name) == len(needed)) == needed


def test_what_is_archived_is_never_replaced(backups: Backups, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(b"one")
    other.write_bytes(b"other")
    words = {"PATH": os.environ["PATH"], "BACKUP_ROOT": str(backups.root)}

    def archive(file: Path) -> int:
        command = ["sh", backups.scripts / "archive-wal", file, "000000010000000000000001"]
        return subprocess.run(command, env=words, check=False).returncode

    assert [archive(one), archive(one), archive(other)] == [0, 0, 1]
    assert (backups.root / "wal" / "000000010000000000000001").read_bytes() == b"one"


def test_a_folder_that_holds_something_is_left_alone(backups: Backups, tmp_path: Path) -> None:
    server = PostgreSQL(tmp_path / "postgres")
    (backups.root / "full").mkdir()
    (backups.root / "full" / "PG_VERSION").write_text("18")
    with pytest.raises(StackError, match="is not empty; nothing was changed"):
        backups.restore(server, into=backups.root / "full")
