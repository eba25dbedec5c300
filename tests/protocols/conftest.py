"""A buying platform: its profile on a real server, its keys, and calls that it signs."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from protocols import digests, jwks, signatures
from protocols.jwks import SigningKey
from protocols.signatures import Message
from protocols.ucp import capabilities
from protocols.ucp.versions import VERSION
from stack import secrets
from tests.buying import bookcase, flipflops, plage, rayon, sandbox, sandbox_process

__all__ = ["bookcase", "flipflops", "plage", "rayon", "sandbox", "sandbox_process"]

HOST = "localhost:8000"


@dataclass
class ProfileServer:
    """Shows `document` at `url`; counts how often it was asked."""

    document: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    url: str = ""
    asked: int = 0


def serve_profile(shown: ProfileServer) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shown.asked += 1
            body = shown.document
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(shown.status)
            for header in shown.headers.items():
                self.send_header(*header)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    shown.url = f"http://127.0.0.1:{server.server_port}/profile.json"
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    ).start()
    return server


@dataclass
class Agent:
    """A platform that speaks to us; `document` is what its profile says."""

    server: ProfileServer
    key: SigningKey
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    @property
    def document(self) -> dict[str, Any]:
        return self.server.document

    def can(self, **entry: Any) -> dict[str, Any]:
        """Take something into the profile's capabilities; see `profile`."""
        self.document["ucp"]["capabilities"].update(entry)
        return self.document

    def headers(self, **more: str) -> dict[str, str]:
        named = {"UCP-Agent": f'profile="{self.server.url}"', "Host": HOST}
        return named | {name.replace("_", "-"): value for name, value in more.items()}

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("PUT", path, body, **headers)

    def call(self, method: str, path: str, body: Any = None, **more: str) -> Any:
        """A signed call; a new Idempotency-Key where it is not given."""
        octets = b"" if body is None else body if isinstance(body, bytes) else _json(body)
        headers = self.headers(**more)
        if method != "GET":
            headers.setdefault("Idempotency-Key", str(uuid4()))
        return self.send(method, path, octets, self.signed(method, path, octets, headers))

    def signed(
        self, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> dict[str, str]:
        said = dict(headers)
        if body:
            said |= {
                "Content-Type": "application/json",
                "Content-Digest": digests.content_digest(body),
            }
        lower = {name.lower(): value for name, value in said.items()}
        covered = ["@method", "@authority", "@path", *(["@query"] if "?" in path else [])]
        names = ("ucp-agent", "idempotency-key", "content-digest", "content-type")
        covered += [name for name in names if name in lower]
        message = Message(method=method, url=f"http://{HOST}{path}", headers=lower)
        return said | signatures.sign(message, self.key, covered)

    def send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Any:
        return self.client.generic(
            method, path, body, content_type="application/json", headers=headers
        )


def profile(key: SigningKey) -> dict[str, Any]:
    """What a platform says of itself that can all that we can."""
    return {
        "name": "Helper",
        "ucp": {
            "version": VERSION,
            "services": {},
            "capabilities": capabilities.declared(),
            "payment_handlers": {},
        },
        "signing_keys": [dict(key.jwk)],
    }


def new_key(folder: Path) -> SigningKey:
    path = secrets.kept_signing_key(folder / f"{uuid4()}.pem")
    return jwks.signing_key(path.read_bytes())


@pytest.fixture
def in_development(settings: Settings) -> None:
    """This machine's own addresses may be asked; everything else is as in production."""
    settings.DEBUG = settings.WEBHOOK_PRIVATE_HOSTS = True
    settings.UCP_OPEN = False
    cache.clear()


@pytest.fixture
def new_agent(in_development: None, tmp_path: Path) -> Iterator[Callable[[], Agent]]:
    servers: list[ThreadingHTTPServer] = []

    def new_agent() -> Agent:
        key = new_key(tmp_path)
        shown = ProfileServer(profile(key))
        servers.append(serve_profile(shown))
        return Agent(shown, key)

    yield new_agent
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def agent(new_agent: Callable[[], Agent]) -> Agent:
    return new_agent()


def _json(body: Any) -> bytes:
    return json.dumps(body).encode()
