"""Whether a call is the platform's whose profile it names: signed with a key that stands there.

https://ucp.dev/2026-04-08/specification/signatures: what a request's signature has to cover.
"""

from __future__ import annotations

import time

from django.conf import settings
from django.http import HttpRequest

from protocols import digests, signatures
from protocols.models import Platform
from protocols.signatures import Message, Unverified
from protocols.ucp.errors import Refusal

TOLD = {
    "signature_missing": (401, "Sign the request (RFC 9421) with a key of your profile."),
    "signature_invalid": (401, "The signature is not of this request."),
    "key_not_found": (401, "The profile has no key of this name."),
    "digest_mismatch": (400, "Content-Digest is not of this body."),
    "algorithm_unsupported": (400, "Only ES256 is verified here."),
}


def check(request: HttpRequest, platform: Platform, body: bytes) -> None:
    """Raises Refusal 401 or 400 where the call is not signed by `platform`.

    Where settings.UCP_OPEN, one that is not signed at all is let in; a wrong signature never is.
    """
    headers = {name.lower(): value for name, value in request.headers.items()}
    unsigned = "signature" not in headers and "signature-input" not in headers
    if unsigned and settings.UCP_OPEN:
        return
    try:
        if (body or "content-digest" in headers) and not digests.fits(
            headers.get("content-digest", ""), body
        ):
            raise Unverified("signature_missing" if unsigned else "digest_mismatch")
        message = Message(method=str(request.method), url=_address(request), headers=headers)
        required = _required(request, headers, body)
        signatures.verify(message, platform.signing_keys, required=required, now=time.time())
    except Unverified as error:
        status, content = TOLD[error.code]
        raise Refusal(status, error.code, content) from None


def _required(request: HttpRequest, headers: dict[str, str], body: bytes) -> list[str]:
    """What a signature has to cover, so that it is good for this call and for no other."""
    required = ["@method", "@authority", "@path", "ucp-agent"]
    if request.META.get("QUERY_STRING"):
        required.append("@query")
    if "idempotency-key" in headers:
        required.append("idempotency-key")
    return required + (["content-digest", "content-type"] if body else [])


def _address(request: HttpRequest) -> str:
    """As the platform wrote it; behind a proxy the scheme is the public one."""
    scheme = settings.PUBLIC_URL.partition(":")[0]
    return f"{scheme}://{request.get_host()}{request.get_full_path()}"
