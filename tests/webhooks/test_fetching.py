"""A file is fetched from where it is, and from nowhere that it should not be."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pytest_django import Settings

from webhooks import fetching

FILE = b"a picture"


class Elsewhere(BaseHTTPRequestHandler):
    moves = {
        "/moved": "/file",
        "/round": "/round",
        "/inside": "https://10.0.0.1/file",
        "/down": "ftp://example.org/file",
    }

    def do_GET(self) -> None:
        if self.path in self.moves:
            self.send_response(302)
            self.send_header("Location", self.moves[self.path])
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(200 if self.path in ("/file", "/large") else 404)
        self.end_headers()
        self.wfile.write(FILE if self.path != "/large" else b"x" * 5000)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def elsewhere(settings: Settings) -> Iterator[str]:
    settings.DEBUG = True
    settings.WEBHOOK_PRIVATE_HOSTS = True
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", ["/file", "/moved"])
def test_a_file_is_fetched_and_followed_where_it_moved(elsewhere: str, path: str) -> None:
    assert fetching.fetch(elsewhere + path, most=100) == FILE


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/round", "moved too often"),
        ("/large", "too large"),
        ("/missing", "answered 404"),
        ("/down", "begin with https"),
    ],
)
def test_what_cannot_be_had_is_told(elsewhere: str, path: str, said: str) -> None:
    with pytest.raises(fetching.Unreachable, match=said):
        fetching.fetch(elsewhere + path, most=1000)


@pytest.mark.parametrize(
    "address", ["https://127.0.0.1/", "https://[fd00::1]/", "https://10.0.0.1/"]
)
def test_nothing_of_our_network_is_asked(settings: Settings, address: str) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = False
    with pytest.raises(fetching.Unreachable, match="no address of the public internet"):
        fetching.fetch(address, most=100)


def test_a_redirect_leads_nobody_into_our_network(
    elsewhere: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each address on the way is looked at, not only the first."""
    first = fetching._one

    async def one(url: str, *, most: int, accept: str) -> fetching.Fetched | str:
        settings.WEBHOOK_PRIVATE_HOSTS = url.startswith(elsewhere)
        return await first(url, most=most, accept=accept)

    monkeypatch.setattr(fetching, "_one", one)
    with pytest.raises(fetching.Unreachable, match="no address of the public internet"):
        fetching.fetch(f"{elsewhere}/inside", most=100)


def test_a_document_is_where_it_says_and_nowhere_else(elsewhere: str) -> None:
    assert fetching.fetch_document(f"{elsewhere}/file", most=100).body == FILE
    with pytest.raises(fetching.Unreachable, match="moved too often"):
        fetching.fetch_document(f"{elsewhere}/moved", most=100)


def test_a_few_are_fetched_at_once_and_others_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slow servers of a stranger's take no more of our threads than that."""
    inside, go_on = threading.Semaphore(0), threading.Event()

    async def slow(url: str, *, most: int) -> bytes:
        inside.release()
        await asyncio.to_thread(go_on.wait, 10)
        return b"late"

    monkeypatch.setattr(fetching, "_fetch", slow)
    with ThreadPoolExecutor(fetching.AT_ONCE) as pool:
        taken = [pool.submit(fetching.fetch, "https://a.example/", most=9) for _ in range(2)]
        for _ in taken:
            assert inside.acquire(timeout=10)
        with pytest.raises(fetching.Busy):
            fetching.fetch("https://a.example/", most=9)
        go_on.set()
        assert [each.result() for each in taken] == [b"late", b"late"]
    assert fetching.fetch("https://a.example/", most=9) == b"late"
