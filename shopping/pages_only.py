"""Middleware that pages need and programs do not: the API has no session, no language of a browser, no
messages, and says itself who calls.

Each is the library's own for every address but those of PROGRAMS. What keeps harm off (hosts, security
headers, the checks of forms) is not among them, and the policy of contents is the strictest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp import middleware as csp
from django.contrib.auth import middleware as auth
from django.contrib.messages import middleware as messages
from django.contrib.sessions import middleware as sessions
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware import locale

if TYPE_CHECKING:
    from django.utils.deprecation import MiddlewareMixin as Base
else:
    Base = object

PROGRAMS = ("/api/v1/", "/ucp/", "/.well-known/ucp", "/testing/")
NOTHING = "default-src 'none'; frame-ancestors 'none'"


class _PagesOnly(Base):
    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(PROGRAMS):
            return self.get_response(request)  # type: ignore[return-value]
        return super().__call__(request)  # type: ignore[return-value]


class CSPMiddleware(_PagesOnly, csp.CSPMiddleware):
    """What a program gets is no page: it may do nothing at all, which need not be put together."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = super().__call__(request)
        if request.path_info.startswith(PROGRAMS):
            answer[csp.HEADER] = NOTHING
        return answer


class SessionMiddleware(_PagesOnly, sessions.SessionMiddleware):
    pass


class LocaleMiddleware(_PagesOnly, locale.LocaleMiddleware):
    pass


class AuthenticationMiddleware(_PagesOnly, auth.AuthenticationMiddleware):
    pass


class MessageMiddleware(_PagesOnly, messages.MessageMiddleware):
    pass
