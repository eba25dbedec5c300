"""An endpoint of ACP: the API's own (keys and tokens, limits, kept answers), with this protocol's
headers, its rules for repeated calls, and its form of errors.

Request rules: https://github.com/agentic-commerce-protocol/agentic-commerce-protocol, RFC Agentic
Checkout, sections 3 and 6.
"""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.response import Response

from checkout.limits import TooOften
from partners import agents, answers
from partners.api.endpoints import SAFE, Endpoint, answered, raw_body
from partners.models import Agent, Consent
from protocols.acp import canonical, errors, signed_requests
from protocols.acp.errors import Refused
from protocols.acp.versions import SUPPORTED, VERSION

LONGEST = 255


class AcpEndpoint(Endpoint):
    """`may`: scopes of which one is needed."""

    may: ClassVar[frozenset[str]] = agents.CHECKOUT
    needs_key: ClassVar[frozenset[str]] = frozenset({"POST", "PUT"})
    most_bytes: ClassVar[int] = 256 * 1024
    filters: ClassVar[frozenset[str]] = frozenset()

    agent: Agent
    consent: Consent | None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method in SAFE:
            signed_requests.check(request._request, self.agent, b"")

    def check_caller(self, request: Request) -> None:
        """Agents alone: partners, and apps that people let buy for them; in a version that is spoken."""
        _check_version(request)
        if not hasattr(self, str(request.method).lower()):
            self.http_method_not_allowed(request)
        if self.may.isdisjoint(self.caller.scopes):
            wanted = min(self.may)
            raise Refused(
                403,
                "insufficient_scope",
                f"This needs the scope {wanted}.",
                headers={
                    "WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{wanted}"'
                },
            )
        agent = agents.of_caller(self.caller)
        if agent is None or not self.caller.live:
            raise Refused(403, "not_an_agent", "This is for live keys and apps of agents.")
        self.agent, self.consent = agent, agents.consent_of(self.caller)

    def _hold(self, request: Request) -> None:
        """Take the call's Idempotency-Key, which is of its caller and its address."""
        signed_requests.check(request._request, self.agent, raw_body(request._request))
        key = request.headers.get("Idempotency-Key", "")
        if request.method not in self.needs_key:
            return
        if not 0 < len(key) <= LONGEST or not key.isprintable():
            raise Refused(
                400,
                "idempotency_key_required",
                "Send an Idempotency-Key of at most 255 characters with each such request.",
            )
        scoped = hashlib.sha256(f"{request.method} {request.path}\n{key}".encode()).hexdigest()
        same = canonical.digest(raw_body(request._request))
        found = answers.begin(self.caller.principal, scoped, fingerprint=same)
        if found.status is not None:
            raise answered(found)
        self.held = found

    def handle_exception(self, exc: Exception) -> Response:
        problem = super().handle_exception(exc)
        if not hasattr(problem, "data"):
            return problem  # What was answered before.
        said = errors.body(problem.data, exc)
        kept = {
            name: value for name, value in problem.headers.items() if name.lower() != "content-type"
        }
        if isinstance(exc, TooOften):
            kept["Retry-After"] = str(exc.seconds)
        response = Response(said, status=problem.status_code, headers=kept)
        response.exception = True
        return response

    def _rendered(self, request: Request, response: Response) -> Response:
        answer = super()._rendered(request, response)
        for name in ("Request-Id", "Idempotency-Key"):
            said = request.headers.get(name, "")
            if said.isprintable() and 0 < len(said) <= LONGEST:
                answer[name] = said
        answer["API-Version"] = VERSION
        return answer


def _check_version(request: Request | HttpRequest) -> None:
    said = request.headers.get("API-Version", "")
    if said in SUPPORTED:
        return
    code = "unsupported_api_version" if said else "missing_api_version"
    raise Refused(
        400,
        code,
        f"Send an API-Version that is spoken here: {', '.join(SUPPORTED)}.",
        more={"supported_versions": list(SUPPORTED)},
    )
