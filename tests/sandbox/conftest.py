"""The real stand-in as a process of its own, the official library as its client, a webhook receiver."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
import stripe

from stack.ports import free_port

PROJECT = Path(__file__).parents[2]
SECRET = "whsec_of_the_tests"
SHOP = "https://shop.example/paid"


@dataclass
class SandboxProcess:
    """`python -m sandbox`, which a test may stop and start again on the same state."""

    port: int
    state: Path
    webhook_url: str = ""
    options: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "sandbox", "--port", str(self.port)]
        command += ["--state", str(self.state), "--webhook-secret", SECRET]
        command += ["--settle-seconds", "0.05", "--webhook-url", self.webhook_url, *self.options]
        self.process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL)
        wait_for(self.healthy)

    def healthy(self) -> bool:
        try:
            return requests.get(f"{self.url}/_sandbox/health", timeout=5).ok
        except requests.ConnectionError:
            return False

    def kill(self) -> None:
        """`kill -9`: nothing is tidied up."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = requests.request(method, f"{self.url}/_sandbox/{path}", json=body, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def arm(self, **fault: Any) -> None:
        self.control("POST", "faults", fault)

    def count(self, kind: str) -> int:
        return int(self.control("GET", "state")["counts"].get(kind, 0))


@dataclass
class Receiver:
    """A shop's webhook endpoint: keeps what arrives and answers `status`."""

    server: ThreadingHTTPServer
    status: int = 200
    bodies: list[bytes] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/webhooks/stripe/"

    @property
    def types(self) -> list[str]:
        return [json.loads(body)["type"] for body in self.bodies]

    def wait(self, event_type: str, number: int = 1) -> list[dict[str, Any]]:
        """The events of this type, once there are `number` of them."""
        wait_for(lambda: self.types.count(event_type) >= number)
        events = [json.loads(body) for body in list(self.bodies)]
        return [event for event in events if event["type"] == event_type]


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} seconds"
        time.sleep(0.02)


@contextmanager
def receiving() -> Iterator[Receiver]:
    answering: list[Receiver] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            if len(body) < length:
                return  # Whoever was sending it has been killed.
            (receiver,) = answering
            if receiver.status == 200:
                receiver.bodies.append(body)
                receiver.signatures.append(self.headers["Stripe-Signature"])
            self.send_response(receiver.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    answering.append(Receiver(server))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield answering[0]
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="package")
def receiver_of_package() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture(scope="package")
def process(
    receiver_of_package: Receiver, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SandboxProcess]:
    state = tmp_path_factory.mktemp("sandbox") / "state.db"
    process = SandboxProcess(free_port(), state, receiver_of_package.url)
    process.start()
    yield process
    process.kill()


@pytest.fixture
def sandbox(process: SandboxProcess) -> SandboxProcess:
    """The running stand-in, empty and well-behaved."""
    process.control("POST", "reset")
    return process


@pytest.fixture
def receiver(receiver_of_package: Receiver, sandbox: SandboxProcess) -> Receiver:
    """The shop's endpoint, empty and answering 200."""
    receiver_of_package.status = 200
    sandbox.control("POST", "webhooks", {"url": receiver_of_package.url})
    receiver_of_package.bodies.clear()
    receiver_of_package.signatures.clear()
    return receiver_of_package


def client_of(process: SandboxProcess, *, retries: int = 0) -> stripe.StripeClient:
    return stripe.StripeClient(
        "sk_test_of_the_tests",
        base_addresses={"api": process.url},
        max_network_retries=retries,
    )


@pytest.fixture
def client(sandbox: SandboxProcess) -> stripe.StripeClient:
    return client_of(sandbox)


def order(payment_method: Any = "pm_card_visa", **given: Any) -> Any:
    """Parameters of a payment that is created and confirmed at once."""
    params = {
        "amount": 4250,
        "currency": "eur",
        "confirm": True,
        "payment_method": payment_method,
        "return_url": SHOP,
        **given,
    }
    return {name: value for name, value in params.items() if value is not None}
