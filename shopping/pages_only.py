"""Middleware that pages need and programs do not: the API has no session, no language of a browser, no
messages, and says itself who calls.

Each is the library's own for every address but those below API. What keeps harm off (hosts, security
headers, the checks of forms) is not among them, and the policy of contents is the strictest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from csp import middleware as csp
from csp.utils import build_policy
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

API = "/api/v1/"
NOTHING = "default-src 'none'; frame-ancestors 'none'"
# What the library leaves on answers whose policy is not that of the settings.
OWN_POLICY = frozenset({"_csp_config", "_csp_update", "_csp_replace", "_csp_exempt"})


class _PagesOnly(Base):
    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(API):
            return self.get_response(request)  # type: ignore[return-value]
        return super().__call__(request)  # type: ignore[return-value]


class CSPMiddleware(_PagesOnly, csp.CSPMiddleware):
    """What a program gets is no page: it may do nothing at all, which need not be put together.

    Nor need the policy of the settings, which most pages have, be put together for each of them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        super().__init__(get_response)
        self.usual = build_policy()

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if hasattr(request, "_csp_nonce") or not OWN_POLICY.isdisjoint(vars(response)):
            return super().process_response(request, response)
        response.headers.setdefault(csp.HEADER, self.usual)
        return response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = super().__call__(request)
        if request.path_info.startswith(API):
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
