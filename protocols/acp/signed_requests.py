"""Requests that an agent signs, where it has agreed with us on a secret: `Signature` is the HMAC-SHA256,
in base64url, of the `Timestamp` (RFC 3339), a full stop and the body."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from partners import agents
from partners.models import Agent
from protocols.acp.errors import Refused
from protocols.models import AcpConnection

TOLERANCE = timedelta(minutes=5)


def signature(body: bytes, *, timestamp: str, secret: str) -> str:
    """What the header `Signature` says, without padding."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def check(request: HttpRequest, agent: Agent, body: bytes) -> None:
    """Raises Refused 401 for a request that its agent did not sign, or not lately; nothing where no
    secret was agreed on."""
    secrets = AcpConnection.objects.filter(partner=agents.partner_of(agent), active=True)
    secret = secrets.values_list("request_secret", flat=True).first()
    if not secret:
        return
    timestamp = request.headers.get("Timestamp", "")
    wanted = signature(body, timestamp=timestamp, secret=secret)
    given = request.headers.get("Signature", "").rstrip("=")
    if not _is_fresh(timestamp) or not hmac.compare_digest(given.encode(), wanted.encode()):
        raise Refused(401, "invalid_signature", "Sign each request, with a Timestamp of now.")


def _is_fresh(timestamp: str) -> bool:
    try:
        said = parse_datetime(timestamp)
    except ValueError:
        return False
    if said is None or said.tzinfo is None:
        return False
    return abs(timezone.now() - said) <= TOLERANCE
