"""Keys that sign with ES256, as JSON writes them (RFC 7517; RFC 7518, 6.2)."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

CURVE = "P-256"
# Of a coordinate, in octets.
SIZE = 32


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


def signing_key(pem: bytes) -> SigningKey:
    """The key that a PEM block holds, called by its thumbprint (RFC 7638), which nobody has to choose.

    Raises BadKey for what is no private key of P-256, or is locked by a password.
    """
    try:
        private = load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadKey(type(error).__name__) from None
    if not isinstance(private, ec.EllipticCurvePrivateKey) or private.curve.name != "secp256r1":
        raise BadKey("only EC keys of P-256 are known here")
    numbers = private.public_key().public_numbers()
    point = {"x": _coded(numbers.x.to_bytes(SIZE)), "y": _coded(numbers.y.to_bytes(SIZE))}
    jwk = {"crv": CURVE, "kty": "EC", **point}
    text = json.dumps(jwk, separators=(",", ":"), sort_keys=True)
    kid = _coded(hashlib.sha256(text.encode()).digest())
    return SigningKey(kid, private, {"kid": kid, **jwk, "use": "sig", "alg": "ES256"})


def _coded(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def _number(jwk: Mapping[str, Any], name: str) -> int:
    text = jwk.get(name)
    if not isinstance(text, str):
        raise BadKey(f"a key needs {name}")
    try:
        return int.from_bytes(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", True))
    except ValueError:
        raise BadKey(f"{name} is no base64url") from None
