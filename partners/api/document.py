"""The OpenAPI document: made from the code, served to whoever asks."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer

from partners import preconditions
from partners.api.endpoints import Endpoint

Listed = list[tuple[str, str, str, Any]]


def only_endpoints(endpoints: Listed) -> Listed:
    """Of all that DRF finds, what is ours, by the methods that it offers; a hook of drf-spectacular."""
    return [
        (path, regex, method, view)
        for path, regex, method, view in endpoints
        if issubclass(getattr(view, "cls", object), Endpoint) and method in view.cls.scopes
    ]


@cache
def document() -> dict[str, Any]:
    """The whole of it, as the code stands."""
    with translation.override("en"):
        made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return made


def as_yaml() -> str:
    """The same for people to compare; docs/openapi.yaml."""
    text: bytes = OpenApiYamlRenderer().render(document())
    return text.decode()


@cache
def as_json() -> bytes:
    rendered: bytes = OpenApiJsonRenderer().render(document())
    return rendered


@require_safe
@cache_control(public=True, max_age=300)
@condition(etag_func=lambda request: preconditions.tag(document()))
def openapi(request: HttpRequest) -> HttpResponse:
    """Open to all, from any page."""
    return HttpResponse(as_json(), content_type="application/json")
