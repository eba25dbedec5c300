"""Private servers: made once, kept, and repaired after every way they can be left behind."""

import os
import signal
import socket
import subprocess

import psycopg2
import pytest
import redis

from stack.errors import StackError
from stack.services import PostgreSQL, Redis


@pytest.fixture
def postgres(tmp_path):
    server = PostgreSQL(tmp_path / "postgres", durable=False, max_connections=20)
    yield server
    server.stop()
    server.delete()


def execute(server: PostgreSQL, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(server.url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows = cursor.fetchall() if cursor.description else []
    connection.close()
    return rows


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_data_and_address_outlive_a_stop(postgres):
    postgres.start()
    execute(postgres, "CREATE TABLE kept AS SELECT 1 AS one")
    url = postgres.url
    postgres.stop()
    assert not listens(postgres.port)
    again = PostgreSQL(postgres.directory)
    with again:
        assert again.url == url
        assert execute(again, "SELECT one FROM kept") == [(1,)]


def test_password_is_asked_for_and_its_file_is_private(postgres):
    postgres.start()
    file = postgres.directory / "password"
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(postgres.url.replace(postgres.password, "guessed"))


def test_a_server_whose_starter_was_killed_is_replaced(postgres):
    postgres.start()
    execute(postgres, "CREATE TABLE kept AS SELECT 1 AS one")
    orphan = postgres.process
    with PostgreSQL(postgres.directory, durable=False) as again:
        assert orphan.wait(timeout=10) == 0
        assert execute(again, "SELECT one FROM kept") == [(1,)]


def test_a_server_killed_at_once_starts_again(postgres):
    postgres.start()
    execute(postgres, "CREATE TABLE kept AS SELECT 1 AS one")
    os.kill(postgres.process.pid, signal.SIGKILL)
    postgres.process.wait()
    with PostgreSQL(postgres.directory, durable=False) as again:
        assert execute(again, "SELECT one FROM kept") == [(1,)]


def test_a_pid_file_that_names_a_stranger_is_forgotten_and_the_stranger_lives(postgres):
    postgres.start()
    postgres.stop()
    with subprocess.Popen(["sleep", "60"]) as stranger:
        (postgres.data / "postmaster.pid").write_text(f"{stranger.pid}\n{postgres.data}\n")
        postgres.start()
        assert execute(postgres, "SELECT 1") == [(1,)]
        assert stranger.poll() is None
        stranger.kill()


def test_a_taken_port_is_avoided(postgres):
    postgres.start()
    first = postgres.port
    postgres.stop()
    with socket.create_server(("127.0.0.1", first)):
        postgres.start()
        assert postgres.port != first


def test_an_interrupted_making_is_begun_again(postgres):
    unfinished = postgres.directory / "data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    postgres.start()
    assert execute(postgres, "SELECT 1") == [(1,)]


@pytest.mark.parametrize("missing", ["PG_VERSION", "global/pg_control"])
def test_an_incomplete_folder_is_refused_with_what_to_do(postgres, missing):
    postgres.start()
    postgres.stop()
    (postgres.data / missing).unlink()
    with pytest.raises(StackError, match=r"incomplete\. Move it away, or run `make reset`"):
        postgres.start()


def test_a_folder_of_another_version_is_refused_with_what_to_do(postgres):
    postgres.start()
    postgres.stop()
    (postgres.data / "PG_VERSION").write_text("14\n")
    with pytest.raises(StackError, match="made by PostgreSQL 14, and this is 18"):
        postgres.start()


def test_a_lost_password_is_said(postgres):
    postgres.start()
    postgres.stop()
    (postgres.directory / "password").unlink()
    with pytest.raises(StackError, match="does not open"):
        postgres.start()
    assert postgres.process is None


def test_a_server_that_cannot_start_gives_its_reason(postgres):
    postgres.start()
    postgres.stop()
    (postgres.data / "postgresql.conf").write_text("no_such_word = 1\n")
    with pytest.raises(StackError, match=r"PostgreSQL did not start: .*contains errors"):
        postgres.start()


def test_a_deep_and_private_folder_will_do(tmp_path):
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    deep = private.joinpath(*["a-folder-with-a-rather-long-name"] * 5) / "é t"
    server = PostgreSQL(deep / "postgres", durable=False)
    with server, Redis(deep / "redis", durable=False) as broker:
        assert execute(server, "SELECT 1") == [(1,)]
        assert redis.Redis.from_url(broker.url).ping()
    server.delete()
    assert not server.data.exists()
    assert not server.directory.exists()


def test_redis_keeps_its_data_and_asks_for_its_password(tmp_path):
    with Redis(tmp_path) as first:
        redis.Redis.from_url(first.url).set("kept", "yes")
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(port=first.port).ping()
        assert tmp_path.stat().st_mode & 0o777 == 0o700
    with Redis(tmp_path) as second:
        assert second.url == first.url
        assert redis.Redis.from_url(second.url).get("kept") == b"yes"
    assert not listens(second.port)


def test_a_redis_whose_starter_was_killed_is_replaced(tmp_path):
    orphan = Redis(tmp_path).start()
    with Redis(tmp_path) as again:
        assert orphan.process.wait(timeout=10) == 0
        assert redis.Redis.from_url(again.url).ping()
