"""Pages that know nobody: no cookie reaches them, and none leaves them."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

# What other sites' pages show in frames.
PATHS = ("/embed/",)


class Cookieless:
    """Middleware, outermost. What stands in frames of strangers' pages is the same for everybody.

    Whatever another middleware or a view thinks of, it cannot tell one visitor from another there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PATHS):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        response = self.get_response(request)
        response.cookies.clear()
        return response
