"""The signed-out feed, and explore, as finished pages, given out before anything else is looked at.

Outermost of all middleware: what it keeps is the complete answer with every header that the
others add (CSP, security, language), and a hit runs none of them. Only visitors without a session
are served from here, and their page holds nothing of their own: no token, no name, no cookie.

A page is at most PAGE_CACHE_SECONDS (8 unless set; 0 turns all this off) + REFRESH + MEMORY old:
a changed price or stock shows on every signed-out page within 15 seconds. On signed-in pages it
shows within CARD_SECONDS (1 unless set); the sheet always shows the present figures.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.translation import get_language_from_request
from redis import RedisError

from feeds import readings
from shopping.preferences import country_of, theme_of

PATHS = frozenset({"/", "/drops/", "/explore/", "/following/"})
MEMORY = 2.0  # seconds that a process gives out a page without looking for a newer one
REFRESH = 5.0  # seconds that one process has for making a page while others give out the old one
KEPT = 512  # pages that a process holds, some 60 kB each
DROPPED = frozenset({"content-length", "set-cookie", "etag", "vary", "cache-control"})
VARY = "Accept-Language, Cookie, Accept-Encoding, HX-Request"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Page:
    """One finished page. `made` is the wall clock's time in seconds."""

    body: bytes
    zipped: bytes
    headers: dict[str, str]
    etag: str
    made: float

    @classmethod
    def of(cls, response: HttpResponseBase) -> Page | None:
        """What may be kept: a plain page that sets no cookie; None for anything else."""
        plain = isinstance(response, HttpResponse) and response.status_code == 200
        if not plain or response.cookies:
            return None
        body = response.content  # type: ignore[attr-defined]
        etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {k: v for k, v in response.items() if k.lower() not in DROPPED}
        headers |= {"ETag": etag, "Vary": VARY, "Cache-Control": "no-cache"}
        return cls(body, gzip.compress(body, 6, mtime=0), headers, etag, time.time())

    def response(self, request: HttpRequest) -> HttpResponse:
        """The page, zipped where that is understood; 304 to whoever has it already."""
        if self.etag in request.META.get("HTTP_IF_NONE_MATCH", ""):
            answer: HttpResponse = HttpResponseNotModified(headers=self.headers)
            del answer["Content-Type"]
            return answer
        if "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
            answer = HttpResponse(self.zipped, headers=self.headers)
            answer.headers["Content-Encoding"] = "gzip"
        else:
            answer = HttpResponse(self.body, headers=self.headers)
        answer.headers["Content-Length"] = str(len(answer.content))
        return answer


@dataclass(slots=True)
class Place:
    """Where a process keeps one page. `looked`: when Redis was asked last, monotonic seconds."""

    page: Page | None = None
    looked: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)


def key_of(request: HttpRequest) -> str | None:
    """Everything that a signed-out page depends on; None for a request that is not for here."""
    meta = request.META
    if request.path_info not in PATHS or request.method != "GET":
        return None
    cookies = request.COOKIES
    if settings.SESSION_COOKIE_NAME in cookies or "messages" in cookies:
        return None
    query = meta.get("QUERY_STRING", "")
    if query:
        name, _, cursor = query.partition("=")
        before, _, reading = cursor.partition("&in=")
        if name != "before" or (reading and not readings.is_shared(reading)):
            return None
        try:
            query = f"{UUID(before)}~{reading}"
        except ValueError:
            return None
    parts = (
        "page",
        request.path_info,
        query,
        get_language_from_request(request),
        theme_of(request),
        country_of(request),
        "part" if meta.get("HTTP_HX_REQUEST") == "true" else "",
        "https" if request.is_secure() else "http",
        meta.get("HTTP_HOST", "")[:100],
    )
    return "|".join(parts)


class PageCache:
    """Middleware. A burst of visitors costs one rendering a process at the start, and after
    that one rendering in all for each PAGE_CACHE_SECONDS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.PAGE_CACHE_SECONDS:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.fresh = float(settings.PAGE_CACHE_SECONDS)
        self.oldest = self.fresh + REFRESH + MEMORY
        self.places: dict[str, Place] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = key_of(request)
        if key is None:
            return self.get_response(request)
        place = self.places.get(key) or self._new_place(key)
        page = place.page
        if page is not None and time.monotonic() - place.looked < MEMORY:
            return page.response(request)
        usable = page is not None and time.time() - page.made < self.oldest
        # Whoever has an old page gives it out while another thread looks for a newer one.
        if not place.lock.acquire(blocking=not usable):
            return page.response(request)  # type: ignore[union-attr]
        try:
            if place.page is not page and place.page is not None:
                return place.page.response(request)
            return self._look(request, key=key, place=place)
        finally:
            place.lock.release()

    def _new_place(self, key: str) -> Place:
        while len(self.places) >= KEPT:
            self.places.pop(next(iter(self.places)), None)
        return self.places.setdefault(key, Place())

    def _look(self, request: HttpRequest, *, key: str, place: Place) -> HttpResponseBase:
        """The page that the processes share, or, when it is this one's turn, a new one."""
        shared = self._shared(key)
        old = shared or place.page
        if shared and time.time() - shared.made < self.fresh:
            return self._keep(place, shared).response(request)
        if old and time.time() - old.made < self.oldest - MEMORY and not self._my_turn(key):
            return self._keep(place, old).response(request)
        response = self.get_response(request)
        page = Page.of(response)
        if page is None:
            return response
        self._share(key, page)
        return self._keep(place, page).response(request)

    def _keep(self, place: Place, page: Page) -> Page:
        place.page, place.looked = page, time.monotonic()
        return page

    # Without Redis every process makes its own pages, one each MEMORY.

    def _shared(self, key: str) -> Page | None:
        try:
            page = cache.get(key)
        except RedisError as error:
            logger.warning("no shared pages: %s", error)
            return None
        return page if isinstance(page, Page) else None

    def _my_turn(self, key: str) -> bool:
        try:
            return bool(cache.add(f"{key}|making", 1, timeout=REFRESH))
        except RedisError:
            return True

    def _share(self, key: str, page: Page) -> None:
        try:
            cache.set(key, page, timeout=self.fresh + REFRESH)
        except RedisError as error:
            logger.warning("no shared pages: %s", error)
