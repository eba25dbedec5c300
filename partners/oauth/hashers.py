"""How the secrets of apps are kept."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import BasePasswordHasher
from django.utils.crypto import constant_time_compare

from partners.oauth.digests import digest


class SecretHasher(BasePasswordHasher):
    """For secrets of 32 random bytes, which we make ourselves, and for no password that a person chose:
    what guards those costs a tenth of a gigabyte a look, and guards these no better."""

    algorithm = "secret_sha256"

    def encode(self, password: str, salt: str) -> str:
        return f"{self.algorithm}${digest(password)}"

    def decode(self, encoded: str) -> dict[str, Any]:
        algorithm, _dollar, kept = encoded.partition("$")
        return {"algorithm": algorithm, "hash": kept, "salt": None}

    def verify(self, password: str, encoded: str) -> bool:
        return constant_time_compare(encoded, self.encode(password, ""))

    def safe_summary(self, encoded: str) -> dict[Any, str]:
        return {"algorithm": self.algorithm, "hash": "…"}

    def must_update(self, encoded: str) -> bool:
        return False

    def harden_runtime(self, password: str, encoded: str) -> None:
        """It takes no time that tells anything."""
