"""Who asks, as the header UCP-Agent says it: `profile="https://…"` (RFC 8941, a dictionary)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError

from protocols import structured
from protocols.ucp.errors import Refusal
from protocols.ucp.versions import VERSION
from webhooks.addresses import validate_address

LOOPBACK = ("localhost", "127.0.0.1", "::1")
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Agent:
    """`profile_url` is "" where the header names none that can be asked."""

    profile_url: str


def read(header: str | None) -> Agent:
    """Raises Refusal 400 where there is no profile that can be asked, or for a version that the header
    itself names and that is not ours. Where settings.UCP_OPEN, nobody needs a profile."""
    profile, version = _said(header or "")
    if version and version > VERSION:
        raise Refusal(400, "version_unsupported", f"Version {version[:20]} is not spoken here.")
    if profile and _can_be_asked(profile):
        return Agent(profile)
    if settings.UCP_OPEN:
        return Agent("")
    raise Refusal(
        400, "invalid_profile_url", 'Send UCP-Agent: profile="https://…", the address of a profile.'
    )


def _said(header: str) -> tuple[str, str]:
    try:
        said = structured.dictionary(header)
        profile, parameters = said["profile"]
        version = parameters.get("version") or said.get("version", ("",))[0]
    except (KeyError, ValueError, TypeError, AttributeError):
        return "", ""
    return (profile if type(profile) is str else ""), str(version)


def _can_be_asked(profile: str) -> bool:
    """https, or in development this machine itself; what the name leads to is checked later."""
    try:
        validate_address(profile)
    except ValidationError:
        return False
    parts = urlsplit(profile)
    encrypted = parts.scheme == "https"
    return len(profile) <= LONGEST and (encrypted or parts.hostname in LOOPBACK)
