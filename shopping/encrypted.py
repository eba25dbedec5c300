"""Programs that speak in the clear are told so, not led on: what they sent was readable already."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

# Where programs bring keys, secrets and signatures; people are led on to https instead.
PATHS = (
    "/api/",
    "/ucp/",
    "/acp/",
    "/webhooks/",
    "/oauth/token",
    "/oauth/revoke",
    "/oauth/introspect",
)


class Encrypted:
    """Middleware, before Django's own redirect. Without https nothing of a program's call is done."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        wanted = settings.SECURE_SSL_REDIRECT and request.path_info.startswith(PATHS)
        if wanted and not request.is_secure():
            said = "This is for https alone. Whatever key you sent is not secret any more.\n"
            return HttpResponse(said, status=403, content_type="text/plain; charset=utf-8")
        return self.get_response(request)
