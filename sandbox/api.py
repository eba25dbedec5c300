"""`/v1/...`: from an HTTP request to one operation in one transaction, and back."""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sandbox import ids, operations, wire
from sandbox.background import Background
from sandbox.calls import Call, Settings
from sandbox.errors import StripeError, bad_parameter, invalid, unauthorized
from sandbox.expanding import expand
from sandbox.faults import Fault, Faults
from sandbox.idempotency import Answer, Keys
from sandbox.operations import Operation
from sandbox.schema.preview import SHARED
from sandbox.store import Store

log = logging.getLogger("sandbox")

KEY = re.compile(r"(sk|rk|pk)_test_\w+")
VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z]+)?")
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, Stripe-Version",
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Max-Age": "300",
}
PUBLIC = {
    "payment_intent": "id object amount amount_details automatic_payment_methods canceled_at "
    "cancellation_reason capture_method client_secret confirmation_method created currency description "
    "last_payment_error livemode next_action payment_method payment_method_configuration_details "
    "payment_method_types processing receipt_email setup_future_usage shipping source status",
    "setup_intent": "id object automatic_payment_methods cancellation_reason client_secret created "
    "description last_setup_error livemode next_action payment_method "
    "payment_method_configuration_details payment_method_types status usage",
}


@dataclass
class Sandbox:
    """The running stand-in: what all requests share.

    `wallet` is what browsers find: the names of what is `offered`, and the card's `number`.
    """

    settings: Settings
    store: Store
    faults: Faults
    keys: Keys
    background: Background
    wallet: dict[str, Any] = field(default_factory=dict)


class Cut(Exception):
    """The answer is withheld and the connection cut."""


async def handle(request: Request) -> Response:
    """Answer one API request, faults included."""
    sandbox = account_of(request)
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=CORS)
    request_id = ids.request()
    try:
        answer = await answer_to(sandbox, request, request_id)
    except StripeError as error:
        answer = answer_from(error, request_id)
    except Cut:
        request.scope["sandbox.cut"]()
        await asyncio.sleep(0.05)
        return Response(status_code=500)
    except Exception:
        log.exception("%s %s failed", request.method, request.url.path)
        answer = answer_from(server_error(500), request_id)
    sandbox.background.wake()
    version = request.headers.get("stripe-version", sandbox.settings.api_version)
    headers = {
        **CORS,
        "Access-Control-Expose-Headers": "Request-Id, Stripe-Version",
        "Cache-Control": "no-cache, no-store",
        "Request-Id": request_id,
        "Stripe-Version": version,
        **answer.headers,
    }
    if "idempotency-key" in request.headers:
        headers["Idempotency-Key"] = request.headers["idempotency-key"]
        headers.setdefault("Original-Request", request_id)
    return Response(answer.body, answer.status, headers, media_type="application/json")


async def answer_to(sandbox: Sandbox, request: Request, request_id: str) -> Answer:
    """Authenticate, find the operation, honour its idempotency key, and carry it out."""
    publishable = authenticate(request.headers.get("authorization", ""))
    version = request.headers.get("stripe-version")
    if version and not VERSION.fullmatch(version):
        raise invalid(f"Invalid Stripe API version: {version}", executed=False)
    path = request.url.path
    preview = (version or sandbox.settings.api_version).endswith(".preview")
    operation, named = operations.find(request.method, path, preview=preview)
    check_key_kind(operation, publishable=publishable)
    account = request.headers.get("stripe-account", "")
    check_account(sandbox.store, operation, account)
    text = request.url.query
    if request.method == "POST":
        body = (await request.body()).decode("utf-8", "replace")
        text = f"{text}&{body}" if text else body
    call = Call(
        store=sandbox.store,
        settings=sandbox.settings,
        faults=sandbox.faults,
        path=named,
        url=path,
        base_url=f"http://{request.headers.get('host') or sandbox.settings.base_url[7:]}",
        account=account,
        publishable=publishable,
        preview=preview,
        request_id=request_id,
        idempotency_key=request.headers.get("idempotency-key"),
    )
    fault = sandbox.faults.for_call(operation=operation.name, method=request.method, path=path)
    key = call.idempotency_key if request.method == "POST" else None
    work = partial(carry_out, sandbox, operation, call, text)
    if not key:
        return await misbehaving(sandbox, fault, work)
    kept = sandbox.keys.begin(key, endpoint=path, body=text)
    if kept is not None:
        return await misbehaving(sandbox, fault, lambda: kept)
    try:
        return await misbehaving(sandbox, fault, work)
    finally:
        sandbox.keys.end(key)


def account_of(request: Request) -> Sandbox:
    """The account that the request's key opens: one of its own, or the one of all other keys."""
    main: Sandbox = request.app.state.sandbox
    own: dict[str, Sandbox] = request.app.state.accounts
    return own.get(key_of(request.headers.get("authorization", "")), main)


def key_of(header: str) -> str:
    """The key in an Authorization header, "" where there is none."""
    scheme, _, credentials = header.partition(" ")
    key = ""
    if scheme.lower() == "bearer":
        key = credentials.strip()
    elif scheme.lower() == "basic":
        try:
            key = base64.b64decode(credentials).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            key = ""
    return key


def authenticate(header: str) -> bool:
    """Whether the key is publishable; raises 401 for a missing or a foreign one."""
    key = key_of(header)
    if not key:
        raise unauthorized(
            "You did not provide an API key. You need to provide your API key in the Authorization "
            "header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
        )
    if not KEY.fullmatch(key):
        raise unauthorized(f"Invalid API Key provided: {key[:8]}****{key[-4:]}")
    return key.startswith("pk_")


def check_key_kind(operation: Operation, *, publishable: bool) -> None:
    if publishable and not operation.browser:
        raise unauthorized(
            "This API call cannot be made with a publishable API key. Please use a secret API key. You "
            "can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.",
            "secret_key_required",
        )
    if operation.browser_only and not publishable:
        raise invalid(
            f"{operation.name} is called by the browser script with a publishable key.",
            status=403,
            executed=False,
        )


def check_account(store: Store, operation: Operation, account: str) -> None:
    """Refuse a `Stripe-Account` that is none of the platform's, or that the operation does not know."""
    if not account:
        return
    found = store.find(account, "account")
    if found is None or found.get("deleted"):
        raise invalid(
            f"The provided key does not have access to account '{account}' (or that account does not "
            "exist). Application access may have been revoked.",
            code="account_invalid",
            status=403,
            executed=False,
        )
    if not operation.connected:
        raise invalid(
            f"The stand-in does not carry out {operation.name} for a connected account; it moves money "
            "to them by transfers only. See sandbox/README.md.",
            executed=False,
        )


def carry_out(sandbox: Sandbox, operation: Operation, call: Call, text: str) -> Answer:
    """Run the operation on what the request says."""
    given = wire.decode(text)
    refuse_removed(operation, given)
    refuse_preview(call, given)
    call.params = operation.fields.parse(given, "")
    return run(sandbox, operation, call, text)


async def misbehaving(sandbox: Sandbox, fault: Fault | None, work: Callable[[], Answer]) -> Answer:
    """What `work` answers, with what the armed fault does before and after it.

    A kept answer is work like any other: who asks again may lose it again.
    """
    if fault and fault.kind == "delay":
        await asyncio.sleep(fault.seconds)
    if fault and fault.kind == "error":
        raise server_error(fault.status)
    if fault and fault.kind == "drop":
        raise Cut
    answer = work()
    if fault and fault.kind.endswith("_after"):
        sandbox.background.wake()
        if fault.kind == "delay_after":
            await asyncio.sleep(fault.seconds)
        if fault.kind == "drop_after":
            raise Cut
        if fault.kind == "error_after":
            raise server_error(fault.status)
    return answer


def refuse_removed(operation: Operation, given: dict[str, Any]) -> None:
    """Endive took `payment_method_types` away and answers it with a code of its own."""
    intents = operation.name.startswith(("payment_intents.", "setup_intents."))
    if intents and "payment_method_types" in given:
        raise bad_parameter(
            "The parameter payment_method_types is no longer supported. Use dynamic payment methods, "
            "excluded_payment_method_types or allowed_payment_method_types.",
            param="payment_method_types",
            code="payment_method_types_no_longer_supported",
        )


def refuse_preview(call: Call, given: dict[str, Any]) -> None:
    """Other versions know no shared payment tokens."""
    data = given.get("payment_method_data")
    if not call.preview and isinstance(data, dict) and SHARED in data:
        name = f"payment_method_data[{SHARED}]"
        raise bad_parameter(
            f"Received unknown parameter: {name}", param=name, code="parameter_unknown"
        )


def run(sandbox: Sandbox, operation: Operation, call: Call, text: str) -> Answer:
    """One transaction: the operation, its events, its idempotency key."""
    store = sandbox.store
    request_id = call.request_id or ""
    raised: StripeError | None = None
    try:
        with store.transaction():
            try:
                result = operation.handler(call)
                store.flush()  # what expanding puts into the answer is not to be stored
                answer = Answer(200, wire.encode(shown(call, expand(call, result))))
            except StripeError as error:
                if not error.keep:
                    raise
                error.detail = {key: shown(call, part) for key, part in error.detail.items()}
                answer = answer_from(error, request_id)
            remember(sandbox, call, text, answer)
    except StripeError as error:
        raised = error
    if raised is not None:
        answer = answer_from(raised, request_id)
        if raised.executed and call.idempotency_key and operation.method == "POST":
            with store.transaction():
                remember(sandbox, call, text, answer)
    return answer


def shown(call: Call, part: Any) -> Any:
    """What a publishable key may see: of an intent the members that Stripe.js documents."""
    if not call.publishable or not isinstance(part, dict) or part.get("object") not in PUBLIC:
        return part
    return {name: part[name] for name in PUBLIC[part["object"]].split() if name in part}


def remember(sandbox: Sandbox, call: Call, text: str, answer: Answer) -> None:
    if call.idempotency_key and call.idempotency_key in sandbox.keys.under_way:
        sandbox.keys.keep(
            call.idempotency_key,
            endpoint=call.url,
            body=text,
            answer=answer,
            request_id=call.request_id or "",
        )


def answer_from(error: StripeError, request_id: str) -> Answer:
    return Answer(error.status, wire.encode(error.body(request_id=request_id)), error.headers)


def server_error(status: int) -> StripeError:
    message = "Sorry! There was an error while talking to one of our backends."
    if status == 429:
        detail = {
            "message": "Request rate limit exceeded. Try again later.",
            "type": "invalid_request_error",
            "code": "rate_limit",
        }
        return StripeError(status, detail, executed=False)
    return StripeError(status, {"message": message, "type": "api_error"}, executed=False)
