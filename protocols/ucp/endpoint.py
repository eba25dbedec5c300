"""An endpoint of UCP: who asks, what both can do, what was answered before, and the form of answers.

A subclass has a method for each verb that it offers, and says which capability it is about. What it
returns is the document without its member `ucp`, which is added here.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.conf import settings
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from partners import answers
from partners.models import StoredAnswer
from protocols import digests, json_bodies, signatures
from protocols.models import Platform
from protocols.signatures import Message
from protocols.ucp import (
    agents,
    authentication,
    capabilities,
    idempotency,
    identity,
    platforms,
    signing_keys,
)
from protocols.ucp.errors import Invalid, NoResource, Refusal
from protocols.ucp.identity import Identity
from protocols.ucp.versions import VERSION
from shopping import limits
from shopping.ids import public_id
from shopping.limits import Limit

logger = logging.getLogger("django.request")

MOST_BYTES = 512 * 1024
LONGEST_REQUEST_ID = 200
SECONDS = 60
CHANGING = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a verb says: the document, its status, and what else its member `ucp` has."""

    document: dict[str, Any]
    status: int = 200
    ucp: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """Who asks and for whom, what both can do, and what was sent.

    `key` is of this call alone, 64 characters, for verbs that must not do a thing twice; "" where the
    call changes nothing. `address` is the network's.
    """

    platform: Platform
    identity: Identity
    active: frozenset[str]
    body: dict[str, Any]
    key: str
    address: str
    language: str


@method_decorator(csrf_exempt, name="dispatch")
class UcpEndpoint(View):
    """`capability`: what it is about; a platform that has not got it is told so.
    `keyed`: whether calls that change something need an Idempotency-Key; reading by POST does not.
    """

    capability: ClassVar[str] = capabilities.CHECKOUT
    keyed: ClassVar[bool] = True

    request_id: str
    held: StoredAnswer | None = None
    call: Call

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.request_id = _request_id(request)
        # Messages are in one language, as those of the API.
        with translation.override("en"):
            response = self._answer(request, **kwargs)
        response["Request-Id"] = self.request_id
        response.setdefault("Cache-Control", "private, no-store")
        patch_vary_headers(response, ["UCP-Agent", "Authorization"])
        if self.held is not None and self.held.status is None:
            answers.keep(self.held, response)
        return _signed(response)

    def _answer(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            handler = self._handler(request)
            self._prepare(request)
            if self.held is not None and self.held.status is not None:
                return answers.replay(self.held)
            said = handler(**kwargs)
            return self._rendered(said if isinstance(said, Reply) else Reply(said))
        except Refusal as error:
            return _json(error.body(), error.status, error.headers)
        except NoResource as error:
            return _json(error.body(), error.status)
        except Exception as error:
            logger.exception("%s %s", request.method, request.path, exc_info=error)
            got_request_exception.send(sender=type(self), request=request)
            content = "The fault is ours. Ask again; name the request id if you write to us."
            return _json({"code": "internal_error", "content": content}, 500)

    def _handler(self, request: HttpRequest) -> Any:
        handler = getattr(self, str(request.method).lower(), None)
        if request.method not in ("GET", *CHANGING) or handler is None:
            headers = {
                "Allow": ", ".join(m for m in ("GET", *CHANGING) if hasattr(self, m.lower()))
            }
            raise Refusal(405, "method_not_allowed", "This is not offered here.", headers=headers)
        return handler

    def _prepare(self, request: HttpRequest) -> None:
        body = _read(request)
        agent = agents.read(request.headers.get("UCP-Agent"))
        address = limits.address_of(request)
        platform = platforms.of(agent, address=address)
        # What nobody signed is not counted against whom it names.
        authentication.check(request, platform, body)
        _spend(platform)
        who = identity.of(request, platform)
        active = platforms.negotiated(platform, root=self.capability)
        document = _parsed(body)
        changes = self.keyed and request.method in CHANGING
        if changes:
            self.held = idempotency.begin(
                _principal(platform, who),
                request.headers.get("Idempotency-Key", ""),
                method=str(request.method),
                path=request.get_full_path(),
                body=body,
            )
        self.call = Call(
            platform=platform,
            identity=who,
            active=active,
            body=document,
            key=idempotency.call_key(self.held) if self.held else "",
            address=address,
            language=request.headers.get("Accept-Language", "")[:100],
        )

    def _rendered(self, reply: Reply) -> HttpResponse:
        active = capabilities.answering(self.capability, self.call.active)
        ucp = {"version": VERSION, "status": "success", "capabilities": active, **reply.ucp}
        return _json({"ucp": ucp, **reply.document}, reply.status)


def _principal(platform: Platform, who: Identity) -> str:
    """By whom calls that come again are known: a platform, for each person for whom it acts."""
    return (
        f"{platform.principal}:{who.consent.public_id.hex}" if who.consent else platform.principal
    )


def _request_id(request: HttpRequest) -> str:
    """As the platform named it, or a new one."""
    said = request.headers.get("Request-Id", "")
    return said if said.isprintable() and 0 < len(said) <= LONGEST_REQUEST_ID else str(public_id())


def _read(request: HttpRequest) -> bytes:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > MOST_BYTES:
        raise Refusal(413, "too_large", f"A body has at most {MOST_BYTES} bytes.")
    return request.body


def _parsed(body: bytes) -> dict[str, Any]:
    """The object that was sent; an empty one where nothing was."""
    if not body:
        return {}
    try:
        told = json_bodies.read(body)
    except ValueError:
        raise Invalid("This is no JSON.") from None
    if not isinstance(told, dict):
        raise Invalid("Send an object.")
    return told


def _spend(platform: Platform) -> None:
    """Count one call of this platform."""
    wait = limits.count(Limit("ucp", settings.API_CALLS_A_MINUTE, SECONDS), platform.principal)
    if wait:
        content = f"Too many calls in a minute; wait {wait} seconds."
        raise Refusal(429, "too_many_requests", content, headers={"Retry-After": str(wait)})


def _json(
    document: dict[str, Any], status: int, headers: dict[str, str] | None = None
) -> HttpResponse:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(text, status=status, content_type="application/json", headers=headers)


def _signed(response: HttpResponse) -> HttpResponse:
    """Whoever gets it may see that it is ours, also where it is said once more."""
    if response.status_code >= 400 or not signing_keys.ours():
        return response
    response["Content-Digest"] = digests.content_digest(response.content)
    headers = {name.lower(): value for name, value in response.items()}
    message = Message(status=response.status_code, headers=headers)
    covered = ("@status", "content-digest", "content-type")
    for name, value in signatures.sign(message, signing_keys.current(), covered).items():
        response[name] = value
    return response
