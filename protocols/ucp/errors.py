"""What an endpoint of UCP says when it says no.

https://ucp.dev/2026-04-08/specification/overview: errors of the transport, and of what was asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from protocols.ucp.versions import VERSION

RECOVERABLE = "recoverable"
UNRECOVERABLE = "unrecoverable"
REQUIRES_BUYER_INPUT = "requires_buyer_input"
REQUIRES_BUYER_REVIEW = "requires_buyer_review"


class Refusal(Exception):
    """The call itself will not do: `{"code", "content"}` under an HTTP status."""

    def __init__(
        self, status: int, code: str, content: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(content)
        self.status, self.code, self.content = status, code, content
        self.headers = dict(headers or {})

    def body(self) -> dict[str, Any]:
        return {"code": self.code, "content": self.content}


class NoResource(Exception):
    """The call was understood and there is nothing to show for it: the error document."""

    def __init__(
        self,
        code: str,
        content: str,
        *,
        status: int = 200,
        severity: str = UNRECOVERABLE,
        path: str = "",
        continue_url: str = "",
    ) -> None:
        super().__init__(content)
        self.status, self.continue_url = status, continue_url
        self.messages = [error(code, content, severity=severity, path=path)]

    def body(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            "ucp": {"version": VERSION, "status": "error"},
            "messages": self.messages,
        }
        return said | ({"continue_url": self.continue_url} if self.continue_url else {})


class Invalid(Refusal):
    """The body is not what the schema asks for; `path` says where (RFC 9535)."""

    def __init__(self, content: str, *, path: str = "$", code: str = "invalid_request") -> None:
        super().__init__(400, code, content)
        self.messages = [error(code, content, severity=RECOVERABLE, path=path)]

    def body(self) -> dict[str, Any]:
        return super().body() | {
            "ucp": {"version": VERSION, "status": "error"},
            "messages": self.messages,
        }


def error(
    code: str, content: str, *, severity: str = RECOVERABLE, path: str = ""
) -> dict[str, str]:
    """One message that something is wrong."""
    said = {"type": "error", "code": code, "content": content, "severity": severity}
    return said | ({"path": path} if path else {})


def info(code: str, content: str, *, path: str = "") -> dict[str, str]:
    """One message that only tells."""
    said = {"type": "info", "code": code, "content": content}
    return said | ({"path": path} if path else {})


def warning(code: str, content: str, *, path: str = "") -> dict[str, str]:
    """One message that the buyer has to see."""
    said = {"type": "warning", "code": code, "content": content}
    return said | ({"path": path} if path else {})
