"""Stripe's error answers: https://docs.stripe.com/api/errors and /error-codes."""

from __future__ import annotations

from typing import Any

DOCS = "https://stripe.com/docs/error-codes/"


class StripeError(Exception):
    """An answer other than 200.

    `status` is the HTTP status; `detail` the members of the `error` object. `keep` says that what the
    request wrote stays (a declined charge is a fact); otherwise it is rolled back. `executed` says
    that the operation had begun, so that its idempotency key remembers the answer.
    """

    def __init__(
        self,
        status: int,
        detail: dict[str, Any],
        *,
        keep: bool = False,
        executed: bool = True,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail.get("message", ""))
        self.status = status
        self.detail = detail
        self.keep = keep
        self.executed = executed
        self.headers = headers or {}

    def body(self, *, request_id: str) -> dict[str, Any]:
        detail = {**self.detail, "request_log_url": log_url(request_id)}
        if "code" in detail:
            detail.setdefault("doc_url", doc_url(detail["code"]))
        return {"error": detail}


def doc_url(code: str) -> str:
    return DOCS + code.replace("_", "-")


def log_url(request_id: str) -> str:
    return f"https://dashboard.stripe.com/test/logs/{request_id}"


def invalid(
    message: str,
    *,
    code: str | None = None,
    param: str | None = None,
    status: int = 400,
    executed: bool = True,
    **extra: Any,
) -> StripeError:
    """An `invalid_request_error`; `extra` members (such as `payment_intent`) go into the answer."""
    detail: dict[str, Any] = {"message": message, "type": "invalid_request_error", **extra}
    if code is not None:
        detail["code"] = code
    if param is not None:
        detail["param"] = param
    return StripeError(status, detail, executed=executed)


def bad_parameter(message: str, *, param: str, code: str | None = None) -> StripeError:
    """A parameter refused before the operation began; no idempotency key remembers it."""
    return invalid(message, code=code, param=param, executed=False)


def missing_parameter(param: str) -> StripeError:
    return bad_parameter(f"Missing required param: {param}.", param=param, code="parameter_missing")


def missing_resource(noun: str, identifier: str, *, param: str, status: int = 404) -> StripeError:
    """`status` is 404 where the address names the object and 400 where a parameter does."""
    message = f"No such {noun}: '{identifier}'"
    return invalid(message, code="resource_missing", param=param, status=status)


def unexpected_state(
    intent: dict[str, Any], verb: str, allowed: tuple[str, ...] = ()
) -> StripeError:
    """The intent's status does not allow `verb`; the answer carries the intent as Stripe's does."""
    kind = intent["object"]
    name = "PaymentIntent" if kind == "payment_intent" else "SetupIntent"
    message = f"You cannot {verb} this {name} because it has a status of {intent['status']}." + (
        f" Only one with these statuses may be: {', '.join(allowed)}." if allowed else ""
    )
    error = invalid(message, code=f"{kind}_unexpected_state")
    error.detail[kind] = intent
    return error


def unauthorized(message: str, code: str | None = None) -> StripeError:
    error = invalid(message, code=code, status=401, executed=False)
    error.headers["WWW-Authenticate"] = 'Basic realm="Stripe"'
    return error
