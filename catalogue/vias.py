"""Which partner brought a visitor to a product: told by a link, kept by a cookie of our own.

The cookie is set on our own pages alone, which nobody can frame. It names products and the partners'
public codes, and no person; what is in it is signed, so that nobody adds a sale by writing one.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase

from partners.models import Partner
from partners.models.partners import CODE

COOKIE = "via"
SALT = "catalogue.via"
# A product that was shown by a partner counts as brought by them for so long.
SECONDS = 7 * 24 * 3600
# So many products, the newest: a cookie has to stay small.
MOST = 20
NAMES = ("partner", "via")


def said(request: HttpRequest) -> str:
    """The code that the address names, "" for none and for what is no code."""
    code = next((request.GET[name] for name in NAMES if name in request.GET), "")
    try:
        CODE(code)
    except ValidationError:
        return ""
    return code


def remember(request: HttpRequest, response: HttpResponseBase, *, product: UUID) -> None:
    """Keep for SECONDS that the partner whose code the address names brought the visitor to
    `product` (public id); the last one counts. Codes of nobody change nothing, and say nothing.

    With Sec-GPC it is kept for the browser's session alone."""
    code = said(request)
    if not code or not Partner.objects.filter(code=code, active=True).exists():
        return
    known = {name: entry for name, entry in _read(request).items() if name != product.hex}
    newest = sorted(known.items(), key=lambda entry: entry[1][1])[1 - MOST :]
    value = signing.dumps(dict([*newest, (product.hex, (code, int(time.time())))]), salt=SALT)
    # Who asks not to be followed is not known a day later; what they buy now still counts.
    asks_not = request.headers.get("Sec-GPC") == "1"
    response.set_cookie(
        COOKIE,
        value,
        max_age=None if asks_not else SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def codes_of(request: HttpRequest) -> dict[UUID, str]:
    """Public id of each product that a partner brought this visitor to → the partner's code."""
    return {UUID(name): code for name, (code, _at) in _read(request).items()}


def _read(request: HttpRequest) -> Mapping[str, tuple[str, int]]:
    """What the cookie holds and has not outlived; nothing of one that is not ours."""
    try:
        kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return {}
    oldest = time.time() - SECONDS
    return {name: (code, at) for name, (code, at) in kept.items() if at > oldest}
