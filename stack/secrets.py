"""Values made once and kept in files that only their owner can read."""

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


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
    """The file of a private key that signs (PEM, EC P-256); made on first use."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        write(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())
    return path
