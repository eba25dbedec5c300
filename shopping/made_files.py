"""Long public texts (a shop's products, sitemaps): made now and then, given out from a file.

A text is written piece by piece into a file outside of what the web server hands out, so that its
length costs no memory and a slow reader keeps nothing waiting. It is made when somebody asks for it and
what there is has become too old, by one process at a time: all others are given the old one. So
whoever asks, and how often, the database is read at most once in so many seconds.
"""

from __future__ import annotations

import gzip
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from http import HTTPStatus

from django.core.cache import cache
from django.core.files import File
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import http_date, quote_etag

from shopping.private_files import private_files

FOLDER = "made"
# A maker that has written nothing for so many seconds is gone; who comes later waits so long.
SILENT = 60
COME_BACK = 20
REMEMBERED = 30 * 24 * 3600
CHUNK = 64 * 1024
# Named, and not with a weight of nothing.
GZIP = re.compile(r"(?:^|,)\s*gzip\s*(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))(?:;|,|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Made:
    """A text that was made: the zipped `file` in the private storage, the `digest` of what it says,
    since when it says that (`modified`, whole seconds) and when it was last seen to (`made`)."""

    file: str
    digest: str
    modified: int
    made: float


def kept(name: str) -> Made | None:
    """The text `name` as it was made last; None where there is none any longer."""
    found = cache.get(_key(name))
    there = isinstance(found, Made) and private_files().exists(found.file)
    return found if there else None


def current(name: str, *, seconds: float, pieces: Callable[[], Iterable[str]]) -> Made | None:
    """The text `name`, made anew of `pieces` where it is older than `seconds`.

    `name` is a path of plain words. None while another process makes the first one. No transaction
    is open while it is written.
    """
    last = kept(name)
    if last is not None and time.time() - last.made < seconds:
        return last
    turn = f"{_key(name)}|making"
    if not cache.add(turn, 1, timeout=SILENT):
        return last
    try:
        made = _make(name, _seen(pieces(), turn), last)
    finally:
        cache.delete(turn)
    return made


def answer(
    request: HttpRequest, made: Made | None, *, content_type: str, seconds: int
) -> HttpResponseBase:
    """`made` to whoever asks: 304 where they have it, zipped where they understand that."""
    if made is None:
        busy = HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE, content_type="text/plain")
        busy.headers["Retry-After"] = str(COME_BACK)
        return busy
    # Weak: the same words, packed or not.
    etag = "W/" + quote_etag(made.digest)
    known = get_conditional_response(request, etag=etag, last_modified=made.modified)
    response: HttpResponseBase = known or _whole(request, made, content_type=content_type)
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(made.modified)
    patch_cache_control(response, public=True, max_age=seconds)
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _key(name: str) -> str:
    return f"made|{name}"


def _seen(pieces: Iterable[str], turn: str) -> Iterator[str]:
    """`pieces`, while the turn of who makes them goes on."""
    looked = time.monotonic()
    for piece in pieces:
        if time.monotonic() - looked > SILENT / 4:
            cache.touch(turn, SILENT)
            looked = time.monotonic()
        yield piece


def _make(name: str, pieces: Iterable[str], last: Made | None) -> Made:
    digest = sha256()
    with tempfile.TemporaryFile() as file:
        with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6, mtime=0) as packed:
            for piece in pieces:
                content = piece.encode()
                digest.update(content)
                packed.write(content)
        now = time.time()
        said = digest.hexdigest()
        if last is not None and last.digest == said:
            made = replace(last, made=now)
        else:
            file.seek(0)
            saved = private_files().save(f"{FOLDER}/{name}/{said}.gz", File(file))
            made = Made(saved, said, int(now), now)
            # Somebody may be about to open the one before.
            _remove_others(name, {saved, last.file if last else saved})
    cache.set(_key(name), made, timeout=REMEMBERED)
    return made


def _remove_others(name: str, used: set[str]) -> None:
    folder = f"{FOLDER}/{name}"
    for each in private_files().listdir(folder)[1]:
        if f"{folder}/{each}" not in used:
            private_files().delete(f"{folder}/{each}")


def _whole(request: HttpRequest, made: Made, *, content_type: str) -> StreamingHttpResponse:
    zipped = GZIP.search(request.headers.get("Accept-Encoding", "")) is not None
    response = StreamingHttpResponse(_read(made, zipped=zipped), content_type=content_type)
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(private_files().size(made.file))
    return response


def _read(made: Made, *, zipped: bool) -> Iterator[bytes]:
    """Opened with the first piece: who asks for the head alone opens nothing."""
    with private_files().open(made.file) as file:
        if zipped:
            yield from iter(lambda: file.read(CHUNK), b"")
        else:
            with gzip.GzipFile(fileobj=file, mode="rb") as unpacked:
                yield from iter(lambda: unpacked.read(CHUNK), b"")
