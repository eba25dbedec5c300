"""What an app that knows only our address finds out by itself."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from partners.scopes import SCOPES

BY_SECRET = ["client_secret_basic", "client_secret_post"]


@require_safe
def authorization_server(request: HttpRequest) -> HttpResponse:
    """RFC 8414."""
    return _public(
        {
            "issuer": settings.PUBLIC_URL,
            "authorization_endpoint": _at("authorize"),
            "token_endpoint": _at("token"),
            "revocation_endpoint": _at("revoke"),
            "introspection_endpoint": _at("introspect"),
            "scopes_supported": sorted(SCOPES),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": [
                "authorization_code",
                "client_credentials",
                "refresh_token",
            ],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": [*BY_SECRET, "none"],
            "revocation_endpoint_auth_methods_supported": [*BY_SECRET, "none"],
            "introspection_endpoint_auth_methods_supported": BY_SECRET,
            "authorization_response_iss_parameter_supported": True,
        }
    )


@require_safe
def protected_resource(request: HttpRequest) -> HttpResponse:
    """RFC 9728: the site, whose API is at /api/."""
    return _public(
        {
            "resource": settings.PUBLIC_URL,
            "resource_name": "Étal",
            "authorization_servers": [settings.PUBLIC_URL],
            "scopes_supported": sorted(SCOPES),
            "bearer_methods_supported": ["header"],
        }
    )


def _at(name: str) -> str:
    return settings.PUBLIC_URL + reverse(f"oauth:{name}")


def _public(said: dict[str, object]) -> HttpResponse:
    answer = JsonResponse(said)
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = "public, max-age=3600"
    return answer
