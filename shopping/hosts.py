"""The port in a request's Host: Django checks the name alone, and mails and limits use both."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.http.response import HttpResponseBase

STANDARD = {"http": 80, "https": 443}


class OnePort:
    """Middleware. Answers 400 where Host names another port than PUBLIC_URL.

    A made-up port would otherwise stand in the links of mails that somebody else receives, and
    begin each count of failed sign-ins anew.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        public = urlsplit(settings.PUBLIC_URL)
        self.port = str(public.port or STANDARD.get(public.scheme))

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        host = request.META.get("HTTP_HOST", "")
        # The colons of an IPv6 address stand in brackets.
        port = host.rpartition(":")[2] if ":" in host.rpartition("]")[2] else ""
        if port and port != self.port:
            return HttpResponse(
                f"This site answers on {settings.PUBLIC_URL} only.\n",
                status=HttpResponseBadRequest.status_code,
                content_type="text/plain; charset=utf-8",
            )
        return self.get_response(request)
