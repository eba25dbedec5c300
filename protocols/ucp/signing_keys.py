"""Our own keys: of the file that settings.UCP_SIGNING_KEYS names, private keys one after another (PEM).

The first signs; all are published, so that one that is new is known before it signs, and one that is
old verifies what it signed.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from protocols import jwks
from protocols.jwks import BadKey, SigningKey

BLOCK = re.compile(rb"-----BEGIN [^-]*PRIVATE KEY-----.+?-----END [^-]*PRIVATE KEY-----", re.DOTALL)


def ours() -> tuple[SigningKey, ...]:
    """All of them; none where no file is named, and UCP is not spoken here then.

    Raises ImproperlyConfigured for a file that cannot be read, or holds anything else.
    """
    path = settings.UCP_SIGNING_KEYS
    return _read(Path(path)) if path else ()


def current() -> SigningKey:
    """The one that signs. Raises ImproperlyConfigured where there is none."""
    keys = ours()
    if not keys:
        raise ImproperlyConfigured("UCP_SIGNING_KEYS names no file")
    return keys[0]


def published() -> list[dict[str, str]]:
    """Their public parts, as the profile shows them."""
    return [dict(key.jwk) for key in ours()]


@cache
def _read(path: Path) -> tuple[SigningKey, ...]:
    try:
        keys = tuple(jwks.signing_key(block) for block in BLOCK.findall(path.read_bytes()))
    except (OSError, BadKey) as error:
        raise ImproperlyConfigured(f"UCP_SIGNING_KEYS: {path} holds another: {error}") from None
    if not keys or len({key.kid for key in keys}) < len(keys):
        raise ImproperlyConfigured("UCP_SIGNING_KEYS needs a private key, and each of them once")
    return keys
