"""The policy of contents that pages carry."""

from __future__ import annotations

from collections.abc import Callable

from csp.middleware import HEADER
from csp.middleware import CSPMiddleware as Library
from csp.utils import build_policy
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# What the library leaves on answers whose policy is not that of the settings.
OWN_POLICY = frozenset({"_csp_config", "_csp_update", "_csp_replace", "_csp_exempt"})


class CSPMiddleware(Library):
    """The library's, which need not put the policy of the settings together anew for each page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        super().__init__(get_response)
        self.usual = build_policy()

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if hasattr(request, "_csp_nonce") or not OWN_POLICY.isdisjoint(vars(response)):
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self.usual)
        return response
