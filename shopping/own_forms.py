"""Forms of guests, which carry no token because their page is one copy for everybody."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest


def is_own_form(request: HttpRequest) -> bool:
    """Whether a page of ours sent the form, as far as its browser says.

    Every browser since 2023 sends Sec-Fetch-Site (https://www.w3.org/TR/fetch-metadata/) to secure
    addresses, and those before it Origin with each form. What sends neither is no browser, and has
    no cookies of anybody. The guest's own cookies are SameSite=Lax besides: a foreign page's form
    comes without them, and is refused here so that it cannot replace them.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    try:
        return origin is None or urlsplit(origin).netloc == request.get_host()
    except ValueError:  # no address at all
        return False
