"""Our own keys: of the file that settings.UCP_SIGNING_KEYS names, a JWK set of private keys.

The first signs; all are published, so that one that is new is known before it signs, and one that is
old verifies what it signed.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from protocols import jwks
from protocols.jwks import BadKey, SigningKey


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
        keys = tuple(jwks.signing_key(jwk) for jwk in json.loads(path.read_text())["keys"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        kind = f"{error}" if isinstance(error, BadKey) else type(error).__name__
        raise ImproperlyConfigured(f"UCP_SIGNING_KEYS: {path} is no set of keys: {kind}") from None
    if not keys or len({key.kid for key in keys}) < len(keys):
        raise ImproperlyConfigured("UCP_SIGNING_KEYS needs a key, and each a kid of its own")
    return keys
