"""Fetching a file from an address that a caller names: of the public internet, small, and soon."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
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
HEADERS = [(b"accept", b"image/*"), (b"user-agent", b"Etal/1.0")]


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


async def _fetch(url: str, *, most: int) -> bytes:
    try:
        async with asyncio.timeout(DEADLINE):
            for _number in range(REDIRECTS + 1):
                found = await _one(url, most=most)
                if isinstance(found, bytes):
                    return found
                url = urljoin(url, found)
    except TimeoutError:
        raise Unreachable(_("It did not answer in time.")) from None
    except ValidationError as error:
        raise Unreachable(" ".join(error.messages)) from None
    except NotPublic:
        raise Unreachable(_("This is no address of the public internet.")) from None
    except (*HTTPCORE_ERRORS, httpx.InvalidURL, OSError, ValueError):
        raise Unreachable(_("It cannot be reached.")) from None
    raise Unreachable(_("It is moved too often."))


async def _one(url: str, *, most: int) -> bytes | str:
    """The file, or where it has moved."""
    validate_address(url)
    async with (
        httpcore.AsyncConnectionPool(
            ssl_context=authorities(), network_backend=PublicOnly()
        ) as pool,
        pool.stream("GET", target(url), headers=HEADERS) as response,
    ):
        if response.status in MOVED:
            return next(
                (
                    value.decode("latin-1")
                    for name, value in response.headers
                    if name.lower() == b"location"
                ),
                "",
            )
        if response.status != httpx.codes.OK:
            raise Unreachable(_("It answered %(status)d.") % {"status": response.status})
        found = bytearray()
        # As it came: what unpacks to gigabytes is not unpacked.
        async for piece in response.aiter_stream():
            found += piece
            if len(found) > most:
                raise Unreachable(_("It is too large."))
        return bytes(found)
