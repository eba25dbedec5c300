"""What a platform says of itself, at the address of its profile."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError

from protocols import json_bodies
from protocols.ucp.capabilities import ORDER
from protocols.ucp.errors import Refusal
from protocols.ucp.versions import VERSION
from webhooks import fetching
from webhooks.addresses import validate_address

LARGEST_BYTES = 128 * 1024
# How long a profile is good, whatever its server says.
SHORTEST, USUAL, LONGEST = timedelta(minutes=1), timedelta(minutes=5), timedelta(hours=24)
MAX_AGE = re.compile(r"(?:^|[,\s])max-age=(\d{1,9})")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def fetch(url: str) -> tuple[dict[str, Any], timedelta]:
    """The document at `url`, and how long it is good. Call outside of any transaction.

    Raises Refusal: 424 where it cannot be had, 422 where it is no profile.
    """
    try:
        found = fetching.fetch_document(url, most=LARGEST_BYTES)
    except fetching.Unreachable as error:
        raise Refusal(424, "profile_unreachable", f"The profile: {error.message}") from None
    except fetching.Busy as error:
        headers = {"Retry-After": str(error.seconds)}
        content = "Other profiles are being fetched; ask again in a moment."
        raise Refusal(429, "too_many_requests", content, headers=headers) from None
    return parsed(found.body), freshness(found.cache_control)


def parsed(body: bytes) -> dict[str, Any]:
    """The profile that `body` is. Raises Refusal 422 where it is none."""
    try:
        told = json_bodies.read(body)
    except ValueError:
        told = None
    ucp = told.get("ucp") if isinstance(told, dict) else None
    version = ucp.get("version") if isinstance(ucp, dict) else None
    if not isinstance(version, str) or not DATE.fullmatch(version):
        content = "What stands at the profile's address is no profile of UCP."
        raise Refusal(422, "profile_malformed", content)
    return dict(told)


def check_version(document: Mapping[str, Any]) -> None:
    """Raises Refusal 422 where the platform speaks another version than ours; see `is_older`."""
    version = document["ucp"]["version"]
    if version != VERSION and not is_older(document):
        content = f"Version {version} is not spoken here. This business speaks {VERSION}."
        raise Refusal(422, "version_unsupported", content)


def is_older(document: Mapping[str, Any]) -> bool:
    """Whether it is of an earlier version and taken for ours, as in development (settings.UCP_OPEN)."""
    return bool(settings.UCP_OPEN and document["ucp"]["version"] < VERSION)


def freshness(cache_control: str) -> timedelta:
    """How long a document with this Cache-Control is good, within our bounds."""
    said = cache_control.lower()
    if "no-store" in said or "no-cache" in said:
        return SHORTEST
    found = MAX_AGE.search(said)
    age = timedelta(seconds=int(found[1])) if found else USUAL
    return min(max(age, SHORTEST), LONGEST)


def capabilities(document: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    """The entries of each capability, by its name; what has no such form is passed over."""
    said = document.get("ucp", {}).get("capabilities")
    listed: list[tuple[str, Any]] = list(said.items()) if isinstance(said, dict) else []
    if isinstance(said, list):  # As earlier versions of the protocol have it.
        listed = [(str(e.get("name", "")), [e]) for e in said if isinstance(e, dict)]
    return {
        name: [entry for entry in entries if isinstance(entry, dict)]
        for name, entries in listed
        if isinstance(entries, list)
    }


def versions(document: Mapping[str, Any]) -> dict[str, list[str]]:
    """The versions of each capability."""
    found = capabilities(document)
    return {name: [str(e.get("version", "")) for e in entries] for name, entries in found.items()}


def webhook_url(document: Mapping[str, Any]) -> str:
    """Where orders are to be told; "" where it names no address that may be."""
    for entry in capabilities(document).get(ORDER, ()):
        config = entry.get("config")
        url = config.get("webhook_url") if isinstance(config, dict) else None
        if isinstance(url, str) and len(url) <= 500 and _may_be(url):
            return url
    return ""


def name(document: Mapping[str, Any], url: str) -> str:
    """What people call it: as it names itself, or its host."""
    said = document.get("name")
    named = said.strip() if isinstance(said, str) and said.isprintable() else ""
    return (named or urlsplit(url).hostname or url)[:120]


def _may_be(url: str) -> bool:
    try:
        validate_address(url)
    except ValidationError:
        return False
    return True
