"""Each request of the web: its id, its span, what is counted of it, and its line in the log."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from opentelemetry.trace import SpanKind

from shopping.ids import public_id
from shopping.monitoring import context, logs, metrics, traces

log = logging.getLogger("etal.requests")

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
HEADER = "Request-Id"
NO_VIEW = "-"


class Watched:
    """Middleware, outermost. The answer carries the request's id, by which its lines are found.

    Nothing that is kept of a request holds its address, which may be somebody's link.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.tells = settings.LOG_FORMAT == "json"

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id, method = str(public_id()), _method(request)
        began = time.perf_counter()
        with (
            context.about(request=request_id),
            traces.span(
                method, kind=SpanKind.SERVER, attributes={"etal.request_id": request_id}
            ) as span,
        ):
            response = self.get_response(request)
            route, status = _route(request), response.status_code
            span.update_name(f"{method} {route}")
            span.set_attributes({"http.route": route, "http.response.status_code": status})
            took = time.perf_counter() - began
            if self.tells:
                self._tell(method, route, status, took)
        metrics.REQUESTS.labels(method, route, status).inc()
        metrics.REQUEST_SECONDS.labels(route).observe(took)
        response.headers.setdefault(HEADER, request_id)
        return response

    def _tell(self, method: str, route: str, status: int, took: float) -> None:
        told = {"method": method, "route": route, "status": status, "ms": round(1000 * took, 1)}
        log.info("request", extra={logs.TOLD: told})


def _method(request: HttpRequest) -> str:
    """Whatever else somebody sends is one word, or each would be a metric of its own."""
    return request.method if request.method in METHODS else "other"


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    return f"/{match.route}" if match else NO_VIEW
