"""Values made once and kept in files that only their owner can read."""

import base64
import json
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec


def write(path: Path, text: str) -> None:
    """Put `text` into `path` with mode 600, whole or not at all."""
    unfinished = path.with_name(path.name + ".unfinished")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    unfinished.rename(path)


def kept(path: Path, *, prefix: str = "") -> str:
    """The secret in `path`; made on first use: `prefix` and 48 hexadecimal digits."""
    if not path.exists() or not path.read_text().strip():
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, prefix + secrets.token_hex(24))
    return path.read_text().strip()


def kept_signing_key(path: Path) -> Path:
    """The file of a key that signs (JWK set, EC P-256: RFC 7517); made on first use."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, json.dumps({"keys": [_new_key()]}))
    return path


def _new_key() -> dict[str, str]:
    numbers = ec.generate_private_key(ec.SECP256R1()).private_numbers()
    point = numbers.public_numbers
    coordinates = {"x": point.x, "y": point.y, "d": numbers.private_value}
    return {
        "kid": f"etal-{secrets.token_hex(4)}",
        "kty": "EC",
        "crv": "P-256",
        "use": "sig",
        "alg": "ES256",
        **{name: _base64url(number.to_bytes(32)) for name, number in coordinates.items()},
    }


def _base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
