"""The provider of https://oembed.com: what another site shows in place of a link to a page of ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from catalogue.models import Product
from catalogue.offers import offers
from feeds import oembed, timelines
from feeds.crawlers import is_private
from feeds.links import own_host
from feeds.oembed import KEPT, Answer, Room
from feeds.views.thread import visible_post
from shopping.preferences import DEFAULT_COUNTRY

LONGEST = 2000
Writer = Callable[[Answer], str]
FORMATS: dict[str, tuple[str, Writer]] = {
    "json": ("application/json", json.dumps),
    "xml": ("text/xml; charset=utf-8", oembed.as_xml),
}


class Place(NamedTuple):
    """Where it is to be shown: in how much room, and on which site ("" where they do not say)."""

    room: Room
    site: str


class _Refused(Exception):
    def __init__(self, status: HTTPStatus, words: str) -> None:
        super().__init__(words)
        self.status = status


@require_safe
@conditional_page
@cache_control(max_age=KEPT, public=True)
def describe(request: HttpRequest) -> HttpResponse:
    """`url` in the room that `maxwidth` and `maxheight` say, as `format`; `origin`, which is ours, says
    on which site, for those that a shop lists.

    The statuses are the specification's: 404 where there is nothing of that address, 401 for pages
    that are somebody's own, 501 for a format that is not made here; 400 for what makes no sense.
    """
    try:
        kind, write = _format(request)
        room = Room(_pixels(request, "maxwidth"), _pixels(request, "maxheight"))
        place = Place(room, request.GET.get("origin", "").rstrip("/"))
        answer = _described(_path(request.GET.get("url", "")), place=place)
    except _Refused as refusal:
        response = HttpResponse(
            f"{refusal}\n", status=refusal.status, content_type="text/plain; charset=utf-8"
        )
    else:
        response = HttpResponse(write(answer), content_type=kind)
    # It says what everybody may read, to any page of any site.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _format(request: HttpRequest) -> tuple[str, Writer]:
    asked = request.GET.get("format", "json")
    if asked not in FORMATS:
        raise _Refused(HTTPStatus.NOT_IMPLEMENTED, "format is json or xml")
    return FORMATS[asked]


def _pixels(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text)):
        raise _Refused(HTTPStatus.BAD_REQUEST, f"{name} is a number of pixels")
    return int(text)


def _path(address: str) -> str:
    """The path of an address on this site."""
    if not address or len(address) > LONGEST:
        raise _Refused(HTTPStatus.BAD_REQUEST, "url is the address of a page")
    try:
        parts = urlsplit(address)
    except ValueError:
        raise _Refused(HTTPStatus.NOT_FOUND, "not a page of this site") from None
    if parts.scheme not in {"http", "https"} or parts.netloc.lower() != own_host():
        raise _Refused(HTTPStatus.NOT_FOUND, "not a page of this site")
    if is_private(parts.path):
        raise _Refused(HTTPStatus.UNAUTHORIZED, "that page is somebody’s own")
    return parts.path


def _described(path: str, *, place: Place) -> Answer:
    try:
        match = resolve(path)
        # The page that shows a product in a frame is described as the product is.
        is_frame = match.view_name == settings.EMBED_PAGE
        describer = _product if is_frame else DESCRIBERS.get(match.view_name)
        if describer is not None:
            return describer(match.kwargs["public_id"], place)
    except (Resolver404, Http404):
        pass
    raise _Refused(HTTPStatus.NOT_FOUND, "nothing is there to be shown")


def _product(public_id: UUID, place: Place) -> Answer:
    shown = Product.objects.shown().select_related("merchant__account")
    product = get_object_or_404(shown, public_id=public_id)
    found = offers([product.pk], country=DEFAULT_COUNTRY, now=timezone.now())
    return oembed.of_product(product, found.get(product.pk), room=place.room, site=place.site)


def _post(public_id: UUID, place: Place) -> Answer:
    post = visible_post(public_id)
    anybody = timelines.reader_of(None, country=DEFAULT_COUNTRY)
    return oembed.of_post(timelines.one(post, reader=anybody), room=place.room)


DESCRIBERS: dict[str, Callable[[UUID, Place], Answer]] = {
    "catalogue:product": _product,
    "checkout:buy": _product,
    "feeds:post": _post,
}
