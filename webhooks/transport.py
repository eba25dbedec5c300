"""The one place that speaks to subscribers' machines. No database."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from typing import Any

import httpcore
import httpx
from django.conf import settings

from shopping.public_addresses import is_public

# Everything together: look-up, connection, TLS, and as much of the answer as we read.
DEADLINE = 15.0
# For one of a host's addresses, so that the next one gets its chance.
CONNECT_SECONDS = 5.0
# Shorter than servers keep connections, so that few are closed under our hands.
KEEP_SECONDS = 4.0
ANSWER_BYTES = 500
# An answer no longer than this is read to its end, and its connection used again.
READ_BYTES = 16_384
# The system's look-up blocks its thread, for many seconds where a name's servers are silent.
RESOLVERS = ThreadPoolExecutor(64, thread_name_prefix="resolver")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said; `status_code` None when it said nothing.

    `retry_after` is that header as it came, "" where there was none.
    """

    status_code: int | None
    text: str
    retry_after: str = ""

    @property
    def accepted(self) -> bool:
        return self.status_code is not None and 200 <= self.status_code < 300

    @property
    def gone(self) -> bool:
        """The receiver wants no more, ever (the specification's 410)."""
        return self.status_code == 410


class NotPublic(Exception):
    """The host has no address on the public internet."""


class PublicOnly(httpcore.AsyncNetworkBackend):
    """Connects to an address that was resolved once, if that is of the public internet.

    It is handed the name and connects to a number, so no name is looked up a second time, and a
    name that means another machine a moment later gains nothing. TLS asks for the name.
    """

    def __init__(self) -> None:
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        found = await asyncio.get_running_loop().run_in_executor(
            RESOLVERS, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
        addresses = list(dict.fromkeys(str(address[4][0]) for address in found))
        if not settings.WEBHOOK_PRIVATE_HOSTS:
            addresses = [address for address in addresses if is_public(ip_address(address))]
        if not addresses:
            raise NotPublic
        *others, last = addresses
        for address in others:
            try:
                return await self._network.connect_tcp(address, port, CONNECT_SECONDS)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._network.connect_tcp(last, port, CONNECT_SECONDS)


class Wire:
    """Connections to one endpoint, kept a few seconds for the next message.

    No redirect is followed, no proxy of the environment asked, no password taken from .netrc:
    what is underneath knows none of them.
    """

    def __init__(self, trusted: ssl.SSLContext | None = None) -> None:
        """`trusted` says whose certificates are believed: the usual authorities', without it."""
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=trusted or authorities(),
            network_backend=PublicOnly(),
            max_connections=None,
            keepalive_expiry=KEEP_SECONDS,
        )

    async def post(self, url: str, body: str, *, headers: Mapping[str, str]) -> Answer:
        """POST `body` to `url`; see `send`."""
        return await self.send("POST", url, body, headers=headers)

    async def send(self, method: str, url: str, body: str, *, headers: Mapping[str, str]) -> Answer:
        """Send `body` to `url` by `method`; never raises for what the other side does.

        Takes `DEADLINE` seconds at the most, however slowly the other side drips. Once its status
        has come, that is the answer, whatever becomes of the rest. At most `READ_BYTES` are read.
        """
        status: list[httpcore.Response] = []
        start = bytearray()
        try:
            async with asyncio.timeout(DEADLINE):
                async with self._pool.stream(
                    method, target(url), headers=_raw(headers), content=body.encode()
                ) as response:
                    status.append(response)
                    # As it came: an answer that unpacks to gigabytes is not unpacked.
                    async for piece in response.aiter_stream():
                        start += piece
                        if len(start) > READ_BYTES:
                            break
        except TimeoutError:
            said = f"no answer within {DEADLINE:.0f} seconds"
        except NotPublic:
            # Which one it is would tell a subscriber what names mean inside our network.
            said = "NotPublic: not an address of the public internet"
        except (*HTTPCORE_ERRORS, httpx.InvalidURL, OSError, ValueError) as error:
            said = f"{type(error).__name__}: {error}"
        else:
            said = ""
        if not status:
            return Answer(None, _printable(said.encode()))
        return Answer(status[0].status, _printable(start), _header(status[0], b"retry-after"))

    async def aclose(self) -> None:
        """Close the connections that are kept."""
        await self._pool.aclose()


HTTPCORE_ERRORS = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    httpcore.UnsupportedProtocol,
)


@cache
def authorities() -> ssl.SSLContext:
    # To read them takes longer than most answers do.
    return httpcore.default_ssl_context()


def target(url: str) -> httpcore.URL:
    """`url` in bytes, its host as the DNS spells it. Raises httpx.InvalidURL."""
    parsed = httpx.URL(url)
    return httpcore.URL(
        scheme=parsed.raw_scheme,
        host=parsed.raw_host,
        port=parsed.port,
        target=parsed.raw_path,
    )


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def _header(response: httpcore.Response, name: bytes) -> str:
    for key, value in response.headers:
        if key.lower() == name:
            return value.decode("latin-1")[:100]
    return ""


def _printable(start: bytes | bytearray) -> str:
    return start[:ANSWER_BYTES].decode(errors="replace").replace("\x00", "")
