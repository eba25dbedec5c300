"""Fetching from an address that a caller names: of the public internet, small, and soon."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urljoin

import httpcore
import httpx
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from webhooks.addresses import validate_address
from webhooks.transport import HTTPCORE_ERRORS, NotPublic, PublicOnly, authorities, target

# Everything together, every redirect as well.
DEADLINE = 10.0
REDIRECTS = 3
MOVED = {301, 302, 303, 307, 308}
# One that takes its time keeps a thread, of the few that answer everybody.
AT_ONCE = 2
_free = threading.BoundedSemaphore(AT_ONCE)
# A document answers for a call that waits for it, and says itself where it is.
DOCUMENT_DEADLINE = 5.0
_free_for_documents = threading.BoundedSemaphore(2 * AT_ONCE)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was found; `cache_control` is that header as it came, "" where there was none."""

    body: bytes
    cache_control: str = ""


class Unreachable(Exception):
    """Nothing was fetched; `message` says why to a person, and nothing of our network."""

    code = "unreachable"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Busy(Exception):
    """Others are fetching; ask again in so many `seconds`."""

    code = "too_many_requests"
    seconds = 2

    def __init__(self) -> None:
        self.message = _("Other pictures are being fetched; ask again in a moment.")
        super().__init__(self.message)


def fetch(url: str, *, most: int) -> bytes:
    """What stands at `url`, of `most` bytes.

    Each address on the way is checked as a subscriber's is: https, and at the moment of connecting of
    the public internet. Call outside of any transaction. Raises Unreachable; Busy, at once, where this
    process fetches AT_ONCE already.
    """
    if not _free.acquire(blocking=False):
        raise Busy
    try:
        return asyncio.run(_fetch(url, most=most))
    finally:
        _free.release()


def fetch_all(urls: Sequence[str], *, most: int) -> list[bytes | Unreachable]:
    """What stands at each of `urls`, or why nothing was had, in their order; all at once.

    For workers, which may wait: it counts for nobody's share. Bounds and checks are those of `fetch`.
    """
    return asyncio.run(_fetch_all(urls, most=most))


async def _fetch_all(urls: Sequence[str], *, most: int) -> list[bytes | Unreachable]:
    async def one(url: str) -> bytes | Unreachable:
        try:
            return await _fetch(url, most=most)
        except Unreachable as error:
            return error

    return await asyncio.gather(*map(one, urls))


def fetch_document(url: str, *, most: int) -> Fetched:
    """The JSON document that stands at `url` itself, of `most` bytes: no redirect is followed.

    Checked, and refused, as `fetch` does it. Call outside of any transaction.
    """
    if not _free_for_documents.acquire(blocking=False):
        raise Busy
    try:
        return asyncio.run(_fetch_document(url, most=most))
    finally:
        _free_for_documents.release()


async def _fetch(url: str, *, most: int) -> bytes:
    async with _in_time(DEADLINE):
        for _number in range(REDIRECTS + 1):
            found = await _one(url, most=most, accept="image/*")
            if isinstance(found, Fetched):
                return found.body
            url = urljoin(url, found)
    raise Unreachable(_("It is moved too often."))


async def _fetch_document(url: str, *, most: int) -> Fetched:
    async with _in_time(DOCUMENT_DEADLINE):
        found = await _one(url, most=most, accept="application/json")
        if isinstance(found, Fetched):
            return found
    raise Unreachable(_("It is moved too often."))


@asynccontextmanager
async def _in_time(seconds: float) -> AsyncIterator[None]:
    """Within so many seconds; whatever goes wrong is Unreachable, in words for a person."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise Unreachable(_("It did not answer in time.")) from None
    except ValidationError as error:
        raise Unreachable(" ".join(error.messages)) from None
    except NotPublic:
        raise Unreachable(_("This is no address of the public internet.")) from None
    except (*HTTPCORE_ERRORS, httpx.InvalidURL, OSError, ValueError):
        raise Unreachable(_("It cannot be reached.")) from None


async def _one(url: str, *, most: int, accept: str) -> Fetched | str:
    """What is there, or where it has moved."""
    validate_address(url)
    headers = [(b"accept", accept.encode()), (b"user-agent", b"Etal/1.0")]
    async with (
        httpcore.AsyncConnectionPool(
            ssl_context=authorities(), network_backend=PublicOnly()
        ) as pool,
        pool.stream("GET", target(url), headers=headers) as response,
    ):
        if response.status in MOVED:
            return _header(response, b"location")
        if response.status != httpx.codes.OK:
            raise Unreachable(_("It answered %(status)d.") % {"status": response.status})
        found = bytearray()
        # As it came: what unpacks to gigabytes is not unpacked.
        async for piece in response.aiter_stream():
            found += piece
            if len(found) > most:
                raise Unreachable(_("It is too large."))
        return Fetched(bytes(found), _header(response, b"cache-control"))


def _header(response: httpcore.Response, name: bytes) -> str:
    found = (value for key, value in response.headers if key.lower() == name)
    return next(found, b"").decode("latin-1")
