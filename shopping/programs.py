"""The way of a call of the API through the middleware, which is short.

A program says itself who calls, by a header that no browser sends of its own accord: so there is no
session, no check of a form, no language of a browser, no message. What keeps harm off is here: TLS, the
name of the host, the headers; and the policy of contents is the strictest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from corsheaders.middleware import CorsMiddleware
from csp.middleware import HEADER as CONTENTS
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.security import SecurityMiddleware
from django.urls import resolve

# The API, and the protocols of buying agents with what a suite of tests asks for beside them.
PATHS = ("/api/v1/", "/ucp/", "/.well-known/ucp", "/testing/")
# What a program gets is no page: it may do nothing at all, and nothing frames it.
HEADERS = {CONTENTS: "default-src 'none'; frame-ancestors 'none'", "X-Frame-Options": "DENY"}

Way = Callable[[HttpRequest], HttpResponseBase]


class Programs:
    """Middleware, before all that pages need: calls of the API do not come to it."""

    def __init__(self, get_response: Way) -> None:
        self.pages = get_response
        call: Any = convert_exception_to_response(_call)
        cross_origin: Any = CorsMiddleware(call)
        self.calls: Any = SecurityMiddleware(cross_origin)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PATHS):
            return self.pages(request)
        answer: HttpResponseBase = self.calls(request)
        for name, value in HEADERS.items():
            answer[name] = value
        if isinstance(answer, HttpResponse):  # Whatever is not streamed.
            answer.setdefault("Content-Length", str(len(answer.content)))
        return answer


def _call(request: HttpRequest) -> HttpResponseBase:
    """Raises DisallowedHost, which is 400, for a host that we are not."""
    request.get_host()
    request.resolver_match = match = resolve(request.path_info)
    answer: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    return answer
