"""What went wrong, as RFC 9457 has it: application/problem+json, with a code, where it was, and which
request it was."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.exceptions import (
    ObjectDoesNotExist,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.core.exceptions import ValidationError as ModelError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

# A body of a megabyte can be wrong in so many places that naming all of them would be ten.
MOST_ERRORS = 100
MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "Bad request",
    401: "Not authenticated",
    402: "Not paid",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "Conflict",
    412: "Precondition failed",
    413: "Too large",
    415: "Unsupported media type",
    422: "Refused",
    429: "Too many requests",
    500: "Server error",
    503: "Not available",
}
# Names of DRF's own errors → ours.
CODES = {
    "parse_error": "malformed",
    "not_authenticated": "no_credentials",
    "authentication_failed": "invalid_credentials",
    "permission_denied": "not_allowed",
    "throttled": "too_many_requests",
}


class Problem(exceptions.APIException):
    """An answer that says no. `where` is one of `pointer`, `parameter` and `header`, with its value."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **where: str,
    ) -> None:
        super().__init__(detail, code)
        self.status_code, self.code, self.headers = status, code, dict(headers or {})
        self.errors = [{"detail": detail, "code": code, **where}] if where else []


def answer(
    error: Exception, *, request_id: str, refusals: Mapping[type[Exception], int]
) -> Response | None:
    """The answer that says `error`; None for one that nobody foresaw.

    `refusals` says which statuses the verbs' own errors have.
    """
    for kind, status in refusals.items():
        if isinstance(error, kind):
            return _refused(error, status, request_id)
    if isinstance(error, Problem):
        return body(
            error.status_code,
            error.code,
            str(error.detail),
            request_id=request_id,
            errors=error.errors,
            headers=error.headers,
        )
    if isinstance(error, exceptions.ValidationError):
        found = islice(places(error.get_full_details()), MOST_ERRORS)
        return invalid(list(found), request_id=request_id)
    if isinstance(error, ModelError):
        return invalid(list(_of_model(error)), request_id=request_id)
    if isinstance(error, Http404 | ObjectDoesNotExist):
        return body(
            404,
            "not_found",
            _("There is no such thing, or it is not yours."),
            request_id=request_id,
        )
    if isinstance(error, SuspiciousOperation):
        return _unreadable(error, request_id)
    if isinstance(error, PermissionDenied):
        return body(403, "not_allowed", _("You may not do this."), request_id=request_id)
    if isinstance(error, exceptions.APIException):
        return _of_framework(error, request_id)
    return None


def body(
    status: int,
    code: str,
    detail: str,
    *,
    request_id: str,
    errors: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    """The problem itself; `more` are members of its own."""
    told: dict[str, Any] = {
        "type": f"{settings.PUBLIC_URL}/developers/errors/#{code}",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": request_id,
        **more,
    }
    if errors:
        told["errors"] = list(errors)
    return Response(told, status=status, headers=dict(headers or {}), content_type=MEDIA_TYPE)


def invalid(errors: Sequence[Mapping[str, Any]], *, request_id: str) -> Response:
    """What was sent does not make sense; each of `errors` says where."""
    detail = str(errors[0]["detail"]) if len(errors) == 1 else _("Several values will not do.")
    return body(400, "invalid", detail, request_id=request_id, errors=errors)


def code_of(kind: type[Exception]) -> str:
    """The `code` that it says itself, or its name: OutOfStock is out_of_stock."""
    named = getattr(kind, "code", "")
    spelt = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", kind.__name__).lower()
    return named if isinstance(named, str) and named else spelt


def _refused(error: Exception, status: int, request_id: str) -> Response:
    said = getattr(error, "message", "") or str(error)
    if isinstance(error, ModelError):
        said = " ".join(error.messages)
    wait = getattr(error, "seconds", None)
    headers = {"Retry-After": str(wait)} if status == 429 and wait else None
    code = getattr(error, "code", "") or code_of(type(error))
    return body(status, code, str(said), request_id=request_id, headers=headers)


def _unreadable(error: SuspiciousOperation, request_id: str) -> Response:
    if isinstance(error, RequestDataTooBig):
        said = _("This is more than one call may carry.")
        return body(413, "too_large", said, request_id=request_id)
    return body(400, "malformed", _("This cannot be read."), request_id=request_id)


def _of_framework(error: exceptions.APIException, request_id: str) -> Response:
    code = str(error.get_codes()) if isinstance(error.detail, str) else error.default_code
    headers = {"WWW-Authenticate": header} if (header := getattr(error, "auth_header", "")) else {}
    return body(
        error.status_code,
        CODES.get(code, code),
        str(error.detail),
        request_id=request_id,
        headers=headers,
    )


def places(details: Any, pointer: str = "#") -> Iterator[dict[str, str]]:
    """Each error of a serializer with the JSON pointer (RFC 6901) of what it is about."""
    if isinstance(details, Mapping):
        if set(details) == {"message", "code"}:
            yield {
                "pointer": pointer,
                "detail": str(details["message"]),
                "code": str(details["code"]),
            }
            return
        for name, inner in details.items():
            step = "" if name == "non_field_errors" else f"/{_escaped(str(name))}"
            yield from places(inner, pointer + step)
        return
    for place, inner in enumerate(details):
        # A list of messages is about one place; a list of objects has a place each.
        leaf = not isinstance(inner, Mapping) or set(inner) == {"message", "code"}
        yield from places(inner, pointer if leaf else f"{pointer}/{place}")


def _of_model(error: ModelError) -> Iterator[dict[str, str]]:
    if not hasattr(error, "error_dict"):
        for message in error.messages:
            yield {"pointer": "#", "detail": message, "code": error.code or "invalid"}
        return
    for name, messages in error.message_dict.items():
        pointer = "#" if name == "__all__" else f"#/{_escaped(name)}"
        for message in messages:
            yield {"pointer": pointer, "detail": message, "code": "invalid"}


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
