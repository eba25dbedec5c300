"""What can be done here by ACP: `/.well-known/acp.json`, the same for everybody."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from protocols.acp.handlers import DISCOUNT, INTERVENTIONS
from protocols.acp.versions import ROOT, SUPPORTED, VERSION

CACHED_SECONDS = 3600


def document() -> dict[str, Any]:
    """The answer of discovery."""
    return {
        "protocol": {
            "name": "acp",
            "version": VERSION,
            "supported_versions": list(SUPPORTED),
            "documentation_url": f"{settings.PUBLIC_URL}/developers/",
        },
        "api_base_url": settings.PUBLIC_URL + ROOT,
        "transports": ["rest"],
        "capabilities": {
            "services": ["checkout", "orders", "carts"],
            "extensions": [{name: DISCOUNT[name] for name in ("name", "spec", "schema")}],
            "intervention_types": list(INTERVENTIONS),
            "supported_locales": [code for code, _name in settings.LANGUAGES],
        },
    }


@require_safe
def well_known(request: HttpRequest) -> HttpResponse:
    response = JsonResponse(document())
    response["Cache-Control"] = f"public, max-age={CACHED_SECONDS}"
    response["Access-Control-Allow-Origin"] = "*"
    return response
