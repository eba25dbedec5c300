"""What programs ask: tokens, their end, and what they are still good for. JSON, as RFC 6749 has it."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import unquote_plus

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from oauth2_provider.oauth2_backends import get_oauthlib_core
from oauthlib.common import Request
from oauthlib.oauth2 import OAuth2Error

from partners import tokens
from partners.models import Application
from partners.oauth import limits
from shopping.limits import address_of

View = Callable[[HttpRequest], HttpResponse]
# Why a grant is not taken; which of the reasons it was is not told, for who guesses would learn from it.
GRANT_REFUSED = {
    "authorization_code": "The code is unknown, used, expired or another app's, or code_verifier or"
    " redirect_uri is not that of the request for it.",
    "refresh_token": "The refresh token is unknown, used, expired or another app's, or the consent ended.",
}
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def _endpoint(view: View) -> View:
    """Counted, never kept, open to programs in browsers: they prove themselves by what they send."""

    @csrf_exempt
    @require_POST
    @wraps(view)
    def counted(request: HttpRequest) -> HttpResponse:
        address = address_of(request)
        seconds = limits.wait(_client_id(request), address)
        if seconds:
            answer: HttpResponse = _problem(429, "temporarily_unavailable", "Too many requests.")
            answer["Retry-After"] = str(seconds)
        elif _says_twice(request):
            answer = _problem(400, "invalid_request", "Say who you are in one way alone.")
        else:
            try:
                answer = view(request)
            except ValueError:
                answer = _problem(400, "invalid_request", "This cannot be read.")
            if answer.status_code == 401:
                limits.miss(address)
        for name, value in NO_STORE.items():
            answer[name] = value
        answer["Access-Control-Allow-Origin"] = "*"
        return answer

    return counted


@_endpoint
@transaction.atomic
def token(request: HttpRequest) -> HttpResponse:
    """RFC 6749, section 3.2. One transaction, also of what is refused: it may end a family."""
    headers, body, status = _ask(request, "create_token_response")
    return _said(headers, _told(body, request) if status == 400 else body, status)


@_endpoint
@transaction.atomic
def revoke(request: HttpRequest) -> HttpResponse:
    """RFC 7009: of the app's own tokens, whatever is sent."""
    return _said(*_ask(request, "create_revocation_response"))


@_endpoint
def introspect(request: HttpRequest) -> HttpResponse:
    """RFC 7662, for the app itself: whether its access token is good, and what for as things stand."""
    core = get_oauthlib_core()
    asked = Request(*core._extract_params(request))
    client = asked.client if core.server.request_validator.authenticate_client(asked) else None
    if client is None or client.client_type != Application.Type.CONFIDENTIAL:
        answer = _problem(401, "invalid_client", "")
        answer["WWW-Authenticate"] = 'Basic realm="oauth"'
        return answer
    sent = request.POST.get("token", "")
    if not sent:
        return _problem(400, "invalid_request", "Missing token parameter.")
    return JsonResponse(tokens.introspected(sent, client))


def _ask(request: HttpRequest, what: str) -> tuple[dict[str, str], str, int]:
    core = get_oauthlib_core()
    uri, method, body, headers = core._extract_params(request)
    try:
        said: tuple[dict[str, str], str, int] = getattr(core.server, what)(
            uri, method, body, headers
        )
    except OAuth2Error as error:
        return error.headers, error.json, error.status_code
    return said


def _told(body: str, request: HttpRequest) -> str:
    """A refusal with its reason, also where the library has none."""
    refusal: dict[str, Any] = json.loads(body)
    if not refusal.get("error_description"):
        if refusal["error"] == "invalid_scope":
            asked = request.POST.get("scope", "")
            refusal["error_description"] = f"Not all of these are had here: {_plain(asked)}."
        elif refusal["error"] == "invalid_grant":
            given = request.POST.get("grant_type", "")
            refusal["error_description"] = GRANT_REFUSED.get(given, "This grant is not good.")
    return json.dumps(refusal)


def _plain(said: str) -> str:
    """What was sent in the characters that a description may have (RFC 6749, section 5.2)."""
    return "".join(each for each in said[:200] if " " <= each <= "~" and each not in '"\\')


def _client_id(request: HttpRequest) -> str:
    """Which app says that it asks; nothing is believed of it."""
    if "Authorization" in request.headers:
        return _of_header(request)
    return request.POST.get("client_id", "")


def _of_header(request: HttpRequest) -> str:
    """Which app the header names; "" where it is none that names one."""
    kind, _space, coded = request.headers["Authorization"].partition(" ")
    if kind.lower() != "basic":
        return ""
    try:
        return unquote_plus(b64decode(coded).decode().partition(":")[0])
    except ValueError:
        return ""


def _says_twice(request: HttpRequest) -> bool:
    """Whether it proves itself in two ways (RFC 6749, section 2.3), or names two apps: one would be
    counted, and the other be let in."""
    names, secrets = (
        [*request.GET.getlist(field), *request.POST.getlist(field)]
        for field in ("client_id", "client_secret")
    )
    if "Authorization" in request.headers:
        return bool(secrets) or any(name != _of_header(request) for name in names)
    return len(names) > 1 or len(secrets) > 1


def _said(headers: dict[str, str], body: str, status: int) -> HttpResponse:
    answer = HttpResponse(body or "", status=status, content_type="application/json")
    for name, value in headers.items():
        answer[name] = value
    return answer


def _problem(status: int, error: str, description: str) -> JsonResponse:
    body: dict[str, Any] = {"error": error}
    if description:
        body["error_description"] = description
    return JsonResponse(body, status=status)
