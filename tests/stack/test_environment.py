"""Where the processes' environment comes from: the person, `.env`, and private parts below."""

import socket
from contextlib import ExitStack

import pytest

from stack import environment, private
from stack.errors import StackError
from stack.services import PostgreSQL

WORDS = ("DATABASE_URL", "REDIS_URL", "PORT", "HOST", "PUBLIC_URL", "DEBUG", "SECRET_KEY")
STRIPE = (
    *("SECRET_KEY", "PUBLISHABLE_KEY", "WEBHOOK_SECRET", "API_BASE", "JS_URL"),
    *("TEST_SECRET_KEY", "TEST_WEBHOOK_SECRET"),
)
KEYS = {"STRIPE_PUBLISHABLE_KEY": "pk_test_x", "STRIPE_WEBHOOK_SECRET": "whsec_x"}


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A clone where nothing is set."""
    for name in (*WORDS, "SANDBOX_PORT", *(f"STRIPE_{name}" for name in STRIPE)):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".local").mkdir()
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(private, "LOCAL", tmp_path / ".local")
    yield tmp_path
    PostgreSQL(tmp_path / ".local" / "postgres").delete()


@pytest.fixture
def named(clone, monkeypatch):
    """A clone where servers are named, so that none is started."""
    monkeypatch.setenv("DATABASE_URL", "postgres://user@db.example/shop")
    monkeypatch.setenv("REDIS_URL", "redis://broker.example/3")
    return clone


def words_for_processes() -> dict[str, str]:
    with ExitStack() as stack:
        return private.environment(stack, port=8000)


def test_private_servers_fill_what_is_not_named(clone):
    words = words_for_processes()
    assert words["DATABASE_URL"].startswith("postgres://etal:")
    assert words["REDIS_URL"].startswith("redis://:")
    assert (clone / ".local" / "postgres" / "data" / "PG_VERSION").exists()


def test_named_servers_replace_the_private_ones(named):
    words = words_for_processes()
    assert words["DATABASE_URL"] == "postgres://user@db.example/shop"
    assert words["REDIS_URL"] == "redis://broker.example/3"
    assert not (named / ".local" / "postgres").exists()
    assert not (named / ".local" / "redis").exists()


def test_mails_are_for_nobody_elses_eyes(named):
    words = words_for_processes()
    assert words["MAIL_DIR"] == str(named / ".local" / "mails")
    assert (named / ".local" / "mails").stat().st_mode & 0o777 == 0o700


def test_dot_env_counts_and_the_environment_counts_more(named, monkeypatch):
    (named / ".env").write_text(
        'DATABASE_URL=postgres://file/one\nPUBLIC_URL="http://file"\nHOST=\n'
    )
    words = words_for_processes()
    assert words["DATABASE_URL"] == "postgres://user@db.example/shop"
    assert words["PUBLIC_URL"] == "http://file"
    assert "HOST" not in environment.given()


def test_the_stand_in_takes_stripes_place_where_no_key_is_set(named):
    words = words_for_processes()
    port = words["SANDBOX_PORT"]
    assert words["STRIPE_API_BASE"] == f"http://127.0.0.1:{port}"
    assert words["STRIPE_JS_URL"] == f"http://127.0.0.1:{port}/v3/"
    assert words["SANDBOX_WEBHOOK_URL"] == "http://localhost:8000/webhooks/stripe/"
    assert words["STRIPE_WEBHOOK_SECRET"].startswith("whsec_")
    assert words_for_processes()["STRIPE_WEBHOOK_SECRET"] == words["STRIPE_WEBHOOK_SECRET"]


def test_stripes_keys_replace_the_stand_in(named, monkeypatch):
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_test_x")
    for name in KEYS:
        monkeypatch.setenv(name, KEYS[name])
    words = words_for_processes()
    assert words["STRIPE_SECRET_KEY"] == "sk_test_x"
    assert "SANDBOX_PORT" not in words
    assert "STRIPE_API_BASE" not in words


def test_a_secret_key_alone_is_not_enough(named, monkeypatch):
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_test_x")
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", "whsec_x")
    with pytest.raises(StackError, match="so set STRIPE_PUBLISHABLE_KEY as well"):
        words_for_processes()


def test_another_address_takes_stripes_place_and_the_stand_in_stays_away(named, monkeypatch):
    monkeypatch.setenv("STRIPE_API_BASE", "http://127.0.0.1:9/stripe")
    words = words_for_processes()
    assert words["STRIPE_API_BASE"] == "http://127.0.0.1:9/stripe"
    assert words["STRIPE_SECRET_KEY"].startswith("sk_test_")
    assert "SANDBOX_PORT" not in words


def test_a_taken_port_is_named_with_who_holds_it(named):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sentence = rf"Port {port} is taken by .+ choose another port: PORT={port + 1} make run"
        with pytest.raises(StackError, match=sentence):
            private.claimed_port({"PORT": str(port)}, "PORT", 8000)


@pytest.mark.parametrize("text", ["http", "0", "65536", "-1", "80.5"])
def test_a_port_that_is_no_port_is_refused(text):
    with pytest.raises(StackError, match=f"PORT has to be a number from 1 to 65535, not “{text}”"):
        private.claimed_port({"PORT": text}, "PORT", 8000)


def test_a_full_disk_is_said_before_anything_is_written(clone, monkeypatch):
    monkeypatch.setattr(private, "NEEDED_BYTES", 10**18)
    with pytest.raises(StackError, match=r"MB left and Étal needs .* Free some space"):
        private.check_room(clone)


def test_one_clone_runs_once(clone):
    refused = pytest.raises(StackError, match=r"runs already in this clone: process \d+")
    with private.held(), refused, private.held():
        pass
    with private.held():
        pass
