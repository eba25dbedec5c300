"""Keys that sign with ES256, as JSON writes them (RFC 7517; RFC 7518, 6.2)."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

CURVE = "P-256"
PUBLIC = ("kid", "kty", "crv", "x", "y", "use", "alg")


class BadKey(ValueError):
    """This is no key for ES256."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One of our own: its name, and the key."""

    kid: str
    private: ec.EllipticCurvePrivateKey
    jwk: Mapping[str, str]


def find(keys: Iterable[Any], kid: str) -> Mapping[str, Any] | None:
    """The key of this name, of whatever kind."""
    return next((key for key in keys if isinstance(key, Mapping) and key.get("kid") == kid), None)


def public_key(jwk: Mapping[str, Any]) -> ec.EllipticCurvePublicKey:
    """The key that verifies. Raises BadKey where it is of another kind or no point of the curve."""
    if jwk.get("kty") != "EC" or jwk.get("crv") != CURVE:
        raise BadKey("only EC keys of P-256 are known here")
    numbers = ec.EllipticCurvePublicNumbers(_number(jwk, "x"), _number(jwk, "y"), ec.SECP256R1())
    try:
        return numbers.public_key()
    except ValueError as error:
        raise BadKey(str(error)) from None


def signing_key(jwk: Mapping[str, Any]) -> SigningKey:
    """The key that signs, with its public part. Raises BadKey where either is missing."""
    public, kid = public_key(jwk), jwk.get("kid")
    if not isinstance(kid, str) or not kid:
        raise BadKey("a key needs a kid")
    private = ec.derive_private_key(_number(jwk, "d"), ec.SECP256R1())
    if private.public_key() != public:
        raise BadKey(f"the two parts of {kid} are not of one key")
    said = {name: str(jwk[name]) for name in PUBLIC if name in jwk}
    return SigningKey(kid, private, said | {"use": "sig", "alg": "ES256"})


def _number(jwk: Mapping[str, Any], name: str) -> int:
    text = jwk.get(name)
    if not isinstance(text, str):
        raise BadKey(f"a key needs {name}")
    try:
        return int.from_bytes(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", True))
    except ValueError:
        raise BadKey(f"{name} is no base64url") from None
