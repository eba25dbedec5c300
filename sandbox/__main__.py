"""`python -m sandbox`: start the stand-in."""

from __future__ import annotations

import argparse
import gc
import os
import socket
import sqlite3
import sys
from pathlib import Path

import stripe
import uvicorn

from sandbox.app import create_app
from sandbox.calls import Settings
from sandbox.server import CuttableProtocol
from sandbox.store import Store

MEMORY = ":memory:"


class CannotStart(Exception):
    """Why the stand-in cannot start, as a sentence for whoever started it."""


def settings_from(arguments: list[str]) -> Settings:
    """Settings from the command line, with the environment for what it leaves out."""
    read = os.environ.get
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--host", default=read("SANDBOX_HOST", "127.0.0.1"))
    parser.add_argument("--port", default=read("SANDBOX_PORT", "12111"))
    parser.add_argument(
        "--state",
        default=read("SANDBOX_STATE", MEMORY),
        help="a file that keeps everything over a restart; without it memory does",
    )
    parser.add_argument("--webhook-url", default=read("SANDBOX_WEBHOOK_URL") or None)
    parser.add_argument(
        "--webhook-secret", default=read("STRIPE_WEBHOOK_SECRET") or "whsec_sandbox"
    )
    parser.add_argument(
        "--connect-webhook-secret",
        default=read("STRIPE_CONNECT_WEBHOOK_SECRET") or None,
        help="what events of connected accounts are signed with; without it the webhook secret",
    )
    parser.add_argument(
        "--settle-seconds",
        type=float,
        default=float(read("SANDBOX_SETTLE_SECONDS", "0.2")),
        help="how long balance transactions and disputes follow after their charge",
    )
    parser.add_argument(
        "--clearing-seconds",
        type=int,
        default=int(read("SANDBOX_CLEARING_SECONDS", "0")),
        help="how long a charge's money is pending before it is available",
    )
    parser.add_argument(
        "--test-key",
        default=read("STRIPE_TEST_SECRET_KEY") or None,
        help="a secret key that opens a second account, as that of another mode does",
    )
    parser.add_argument(
        "--test-webhook-secret",
        default=read("STRIPE_TEST_WEBHOOK_SECRET") or "whsec_sandbox_test",
        help="what the second account's events are signed with",
    )
    given = parser.parse_args(arguments)
    if not given.port.isdigit() or not 0 < int(given.port) < 65536:
        raise CannotStart(f"The port must be a number from 1 to 65535, not {given.port!r}.")
    return Settings(
        port=int(given.port),
        host=given.host,
        state=given.state,
        webhook_url=given.webhook_url,
        webhook_secret=given.webhook_secret,
        api_version=stripe.api_version,
        settle_seconds=given.settle_seconds,
        clearing_seconds=given.clearing_seconds,
        connect_webhook_secret=given.connect_webhook_secret,
        test_key=given.test_key,
        test_webhook_secret=given.test_webhook_secret,
    )


def bind(settings: Settings) -> socket.socket:
    """The listening socket; raises `CannotStart` where the address is not to be had."""
    # With the protocol named, asyncio sets TCP_NODELAY; without it each answer waits some 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(256)
    except OSError as error:
        listener.close()
        raise CannotStart(
            f"The Stripe stand-in cannot listen on {settings.host}:{settings.port} "
            f"({error.strerror}). Stop what uses that port, or choose another with --port or "
            "SANDBOX_PORT."
        ) from error
    return listener


def open_store(path: str) -> Store:
    """The store; raises `CannotStart` where the file cannot be written."""
    try:
        if path != MEMORY:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        return Store(path)
    except (OSError, sqlite3.Error) as error:
        raise CannotStart(
            f"The Stripe stand-in cannot write its state to {path} ({error}). Choose another file "
            "with --state or SANDBOX_STATE."
        ) from error


def main(arguments: list[str]) -> int:
    try:
        settings = settings_from(arguments)
        listener = bind(settings)
        store = open_store(settings.state)
        second = open_store(MEMORY if settings.state == MEMORY else f"{settings.state}.test")
    except CannotStart as error:
        sys.stderr.write(f"{error}\n")
        return 1
    config = uvicorn.Config(
        create_app(settings, store, second),
        http=CuttableProtocol,
        loop="asyncio",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
        timeout_keep_alive=30,
    )
    gc.freeze()  # the library's modules live as long as the process; there is no use in walking them
    gc.set_threshold(20_000, 50, 50)
    sys.stdout.write(f"Stripe stand-in on {settings.base_url} (API {settings.api_version})\n")
    sys.stdout.flush()
    uvicorn.Server(config).run(sockets=[listener])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
