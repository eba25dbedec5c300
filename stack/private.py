"""The private parts of the development site: who may use `.local/`, and what is started there."""

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from stack import secrets
from stack.environment import (
    LOCAL,
    given,
    sandbox_environment,
    sandbox_wanted,
    search_path,
    stripe_keys,
)
from stack.errors import StackError
from stack.ports import holder, is_free, kept_port
from stack.services import PostgreSQL, Redis

NEEDED_BYTES = 300_000_000


@contextmanager
def held() -> Iterator[None]:
    """Hold `.local/` alone. Errors: `StackError` where another `make run` holds it."""
    LOCAL.mkdir(mode=0o711, exist_ok=True)  # PostgreSQL may run as a guest: see stack.guest
    with (LOCAL / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise StackError(
                f"Étal runs already in this clone: {lock.read().strip() or 'it is starting'}. "
                "Stop it there with Ctrl-C first."
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}")
        lock.flush()
        yield


def check_room(folder: Path) -> None:
    """Refuse to start on a disk that the database would fill at once."""
    free = shutil.disk_usage(folder).free
    if free < NEEDED_BYTES:
        raise StackError(
            f"The disk of {folder} has {free // 1_000_000} MB left and Étal needs "
            f"{NEEDED_BYTES // 1_000_000} MB. Free some space, then run the command again."
        )


def whole_number(words: Mapping[str, str], name: str, otherwise: int) -> int:
    """The port that `name` holds in `words`. Errors: `StackError` where it is none."""
    text = words.get(name, str(otherwise))
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise StackError(f"{name} has to be a number from 1 to 65535, not “{text}”.")
    return int(text)


def claimed_port(words: Mapping[str, str], name: str, otherwise: int) -> int:
    """The same, where something else must not listen there already."""
    port = whole_number(words, name, otherwise)
    if not is_free(port, host=words.get("HOST", "127.0.0.1")):
        raise StackError(
            f"Port {port} is taken by {holder(port)}. Stop that, or choose another port: "
            f"{name}={port + 1} make run"
        )
    return port


def services(words: Mapping[str, str], stack: ExitStack) -> dict[str, str]:
    """Start what `words` names no server for; `stack` stops it. Returns the two addresses."""
    addresses = {}
    if "DATABASE_URL" not in words:
        postgres = stack.enter_context(PostgreSQL(LOCAL / "postgres"))
        addresses["DATABASE_URL"] = postgres.url
    if "REDIS_URL" not in words:
        addresses["REDIS_URL"] = stack.enter_context(Redis(LOCAL / "redis")).url
    return addresses


def environment(stack: ExitStack, *, port: int) -> dict[str, str]:
    """All that the site's processes need: what the person set, completed by private parts."""
    words = given()
    site = {
        "PYTHONUNBUFFERED": "1",
        "DEBUG": "true",
        "SECRET_KEY": secrets.kept(LOCAL / "secret_key"),
        "PUBLIC_URL": f"http://localhost:{port}",
        "MEDIA_ROOT": str(LOCAL / "media"),
        "PRIVATE_ROOT": str(LOCAL / "private"),
        "MAIL_DIR": str(LOCAL / "mails"),
        "BEAT_PIDFILE": str(LOCAL / "beat.pid"),
        "COURIER_ALIVE_FILE": str(LOCAL / "courier.alive"),
        "LOG_LEVEL": "WARNING",
        "WEBHOOK_PRIVATE_HOSTS": "true",
        "UCP_SIGNING_KEYS": str(secrets.kept_signing_key(LOCAL / "ucp_signing_keys.pem")),
        "UCP_OPEN": "true",
    }
    webhook_secret = secrets.kept(LOCAL / "webhook_secret", prefix="whsec_")
    if sandbox_wanted(words):
        asked = "SANDBOX_PORT" in words
        kept = LOCAL / "sandbox.port"
        site |= sandbox_environment(
            port=claimed_port(words, "SANDBOX_PORT", 0) if asked else kept_port(kept),
            state=LOCAL / "sandbox",
            public_url=words.get("PUBLIC_URL", site["PUBLIC_URL"]),
            webhook_secret=webhook_secret,
        )
    elif "STRIPE_SECRET_KEY" not in words:
        site |= stripe_keys(webhook_secret=webhook_secret)
    # Links that set passwords anew stand in there.
    (LOCAL / "mails").mkdir(mode=0o700, exist_ok=True)
    own = {"PATH": search_path(), "PORT": str(port)}
    return {**site, **services(words, stack), **words, **own}
