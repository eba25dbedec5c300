"""TCP ports of this machine: which are free, and who holds the others."""

import random
import socket
from pathlib import Path

import psutil

from stack.errors import StackError

LOOPBACK = "127.0.0.1"
# Below the ports that systems hand out to outgoing connections (from 32768 on Linux, from 49152 on
# macOS): one of those could be gone again before the server that it was chosen for listens on it.
SERVERS = range(20_000, 32_000)
TRIES = 100
# Tests seed the common generator, and processes of one seed would choose the same port at once.
chance = random.SystemRandom()


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on at this moment, for a server to take soon."""
    for port in chance.sample(SERVERS, TRIES):
        if is_free(port):
            return port
    raise StackError(f"None of {TRIES} ports from {SERVERS.start} on is free on {LOOPBACK}.")


def is_free(port: int, *, host: str = LOOPBACK) -> bool:
    """Whether a server could listen on `port` now. A port below 1024 may be refused to this user."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def kept_port(file: Path) -> int:
    """The port in `file` if it is free, else a free one, which is kept there for the next time.

    For addresses that nobody types: each clone has its own, so that two never want the same.
    """
    last = file.read_text().strip() if file.exists() else ""
    port = int(last) if last.isdigit() and is_free(int(last)) else free_port()
    file.write_text(str(port))
    return port


def holder(port: int) -> str:
    """Who listens on `port`, to be put into a sentence; "another program" where it is not told."""
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.Error:
        return "another program"
    for connection in connections:
        listens = connection.status == psutil.CONN_LISTEN and connection.laddr
        if listens and connection.laddr.port == port and connection.pid:
            try:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
            except psutil.Error:
                break
    return "another program"
