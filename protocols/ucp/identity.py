"""Who acts, and for whom: the platform as shops know it, and the person whose token it brings.

https://ucp.dev/2026-04-08/specification/identity-linking: OAuth 2.0 against the business (docs/agents.md).
Nothing here needs a person's token; with one, a purchase is the person's, within what they let the app do.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpRequest

from accounts.models import User
from partners import agents, tokens
from partners.api.authentication import REALM
from partners.models import Agent, Application, Consent
from protocols.models import Platform
from protocols.ucp.errors import Refusal

LONGEST = 500
# By which scopes a platform may do what it does for a person.
SCOPES = agents.CARTS | agents.CHECKOUT | agents.ORDERS


@dataclass(frozen=True, slots=True)
class Identity:
    """The agent that calls; with a person's token the person, their consent and what it is good for."""

    agent: Agent
    shopper: User | None = None
    consent: Consent | None = None
    scopes: frozenset[str] = frozenset()

    def may(self, scopes: frozenset[str]) -> bool:
        """Whether it may do what one of `scopes` is for: as a guest's agent always."""
        return self.shopper is None or not self.scopes.isdisjoint(scopes)


def of(request: HttpRequest, platform: Platform) -> Identity:
    """Raises Refusal 401 for a token that opens nothing, and 403 for one that was given to another app
    than the platform's, or for something else."""
    secret = request.headers.get("Authorization", "")
    if not secret:
        name = platform.name or urlsplit(platform.profile_url).hostname or platform.profile_url
        return Identity(agents.of_profile(platform.profile_url, name=name))
    scheme, _space, token = secret.partition(" ")
    good = scheme.lower() == "bearer" and token.startswith(tokens.PREFIX) and len(token) <= LONGEST
    caller = tokens.caller_of(token.strip()) if good else None
    consent = agents.consent_of(caller) if caller is not None and caller.live else None
    if caller is None or consent is None:
        raise Refusal(
            401,
            "identity_required",
            "This token opens nothing, or not any more: link the buyer's account.",
            headers={"WWW-Authenticate": REALM},
        )
    if SCOPES.isdisjoint(caller.scopes) or not _is_of(consent.application, platform):
        raise insufficient("dev.ucp.shopping.checkout:manage")
    agent = agents.of_application(consent.application)
    return Identity(agent, caller.shopper, consent, caller.scopes)


def insufficient(scope: str) -> Refusal:
    """The 403 that says which scope is needed (RFC 6750, section 3)."""
    said = f'{REALM}, error="insufficient_scope", scope="{scope}"'
    content = f"The buyer has not let this platform do that: {scope}."
    return Refusal(403, "insufficient_scope", content, headers={"WWW-Authenticate": said})


def _is_of(application: Application, platform: Platform) -> bool:
    """Whether an app is the platform's: its people come back to the host of the platform's profile."""
    host = urlsplit(platform.profile_url).hostname
    return host in {urlsplit(uri).hostname for uri in application.redirect_uris.split()}
