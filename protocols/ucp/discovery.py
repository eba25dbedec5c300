"""What can be done here, with whom and how: `/.well-known/ucp`."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from protocols.ucp import capabilities, payment_handlers, signing_keys
from protocols.ucp.versions import PAGES, SERVICES, VERSION

SHOPPING = "dev.ucp.shopping"
# Below PUBLIC_URL; protocols.ucp.urls has the addresses.
ROOT = "/ucp/v1"
# A key is published for longer than this before it signs: docs/ucp-catalogue-and-orders.md.
CACHED_SECONDS = 300


def profile_url() -> str:
    """Where ours stands, as our own UCP-Agent names it."""
    return f"{settings.PUBLIC_URL}/.well-known/ucp"


def profile() -> dict[str, Any]:
    """The business's profile."""
    service = {
        "version": VERSION,
        "spec": f"{PAGES}/overview",
        "transport": "rest",
        "schema": f"{SERVICES}/shopping/rest.openapi.json",
        "endpoint": settings.PUBLIC_URL + ROOT,
    }
    return {
        "ucp": {
            "version": VERSION,
            "services": {SHOPPING: [service]},
            "capabilities": capabilities.declared(),
            "payment_handlers": payment_handlers.declared(),
        },
        "signing_keys": signing_keys.published(),
    }


@require_safe
def well_known(request: HttpRequest) -> HttpResponse:
    """The same for everybody, whatever they can."""
    text = json.dumps(profile(), separators=(",", ":"))
    response = HttpResponse(text, content_type="application/json")
    response["Cache-Control"] = f"public, max-age={CACHED_SECONDS}"
    response["Access-Control-Allow-Origin"] = "*"
    return response
