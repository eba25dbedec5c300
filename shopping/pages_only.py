"""Middleware that pages need and programs do not: the API has no session, no language of a browser, no
messages, and says itself who calls.

Each is Django's own for every address but those below API. What keeps harm off (hosts, security headers,
the checks of forms) is not among them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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


class _PagesOnly(Base):
    def __call__(self, request: HttpRequest) -> HttpResponseBase:  # type: ignore[override]
        if request.path_info.startswith(API):
            return self.get_response(request)  # type: ignore[return-value]
        return super().__call__(request)  # type: ignore[return-value]


class SessionMiddleware(_PagesOnly, sessions.SessionMiddleware):
    pass


class LocaleMiddleware(_PagesOnly, locale.LocaleMiddleware):
    pass


class AuthenticationMiddleware(_PagesOnly, auth.AuthenticationMiddleware):
    pass


class MessageMiddleware(_PagesOnly, messages.MessageMiddleware):
    pass
