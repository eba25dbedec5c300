"""What an endpoint of ACP says when it says no: one flat object, with a type, a code and a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from partners.problems import Problem

# Codes of the API → those that the protocol names.
CODES = {
    "idempotency_key_required": "idempotency_key_required",
    "idempotency_key_reused": "idempotency_conflict",
    "call_in_progress": "idempotency_in_flight",
    "no_credentials": "unauthorized",
    "invalid_credentials": "unauthorized",
    "too_many_requests": "rate_limited",
    "too_often": "rate_limited",
}
PART = re.compile(r"^\d+$")


class Refused(Problem):
    """A refusal of this protocol's own; `param` is a JSONPath (RFC 9535), `more` are other members."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        param: str = "",
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(status, code, message, headers=headers)
        self.param, self.more = param, dict(more or {})


def body(problem: Mapping[str, Any], error: Exception) -> dict[str, Any]:
    """The API's problem (RFC 9457) in this protocol's form."""
    status, code = int(problem["status"]), str(problem["code"])
    said: dict[str, Any] = {
        "type": _type(status),
        "code": CODES.get(code, code),
        "message": str(problem["detail"]),
    }
    if isinstance(error, Refused):
        return said | ({"param": error.param} if error.param else {}) | error.more
    first: Mapping[str, Any] = next(iter(problem.get("errors", ())), {})
    if "pointer" in first:
        said["param"] = path(str(first["pointer"]).strip("/").split("/"))
        said["message"] = str(first.get("detail", said["message"]))
    return said


def path(parts: object) -> str:
    """The JSONPath of a place in a body."""
    steps = [str(part) for part in parts] if isinstance(parts, list | tuple) else []
    named = (f"[{part}]" if PART.match(part) else f".{part}" for part in steps if part)
    return "$" + "".join(named)


def _type(status: int) -> str:
    if status in (429, 503):
        return "service_unavailable"
    return "processing_error" if status >= 500 else "invalid_request"
