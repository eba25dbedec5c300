"""A closed-loop HTTP load: N clients, each with one connection, each waiting for its answer."""

from __future__ import annotations

import http.client
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

REQUEST_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Load:
    """What a round did: answers, and the wall-clock seconds from first to last."""

    answers: int
    seconds: float

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.answers / self.seconds


def _client(port: int, path: str, headers: dict[str, str], until: float) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=REQUEST_SECONDS)
    answers = 0
    try:
        while time.monotonic() < until:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"GET {path} answered {answer.status}")
            answers += 1
    finally:
        connection.close()
    return answers


def get(
    port: int, path: str, *, clients: int, seconds: float, headers: dict[str, str] | None = None
) -> Load:
    """Ask 127.0.0.1:`port` for `path` with `clients` clients for `seconds` seconds.

    Raises RuntimeError when an answer is not 200: a fast error page is no result.
    """
    start = time.monotonic()
    with ThreadPoolExecutor(clients) as pool:
        runs = [
            pool.submit(_client, port, path, headers or {}, start + seconds) for _ in range(clients)
        ]
        answers = sum(run.result() for run in runs)
    return Load(answers, time.monotonic() - start)
