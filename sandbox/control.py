"""`/_sandbox/...`: what tests and developers ask of the stand-in itself. See README.md."""

from __future__ import annotations

import json
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox import confirming, disputes, events, setup_intents
from sandbox.api import Sandbox
from sandbox.calls import Call
from sandbox.faults import CALL_KINDS, WEBHOOK_KINDS, BadFault
from sandbox.wire import decode

SHOWN = {
    "payment_intent": "id amount amount_received currency status customer latest_charge metadata",
    "charge": "id payment_intent amount amount_captured amount_refunded currency status paid captured "
    "disputed metadata",
    "refund": "id payment_intent charge amount currency status metadata",
    "dispute": "id payment_intent charge amount currency status reason",
    "transfer": "id amount amount_reversed currency destination source_transaction transfer_group metadata",
    "payout": "id amount currency status",
}
LISTED = 200


def of(request: Request) -> Sandbox:
    sandbox: Sandbox = request.app.state.sandbox
    return sandbox


def refused(message: str, status: int = 400) -> Response:
    return JSONResponse({"error": message}, status)


async def body_of(request: Request) -> Any:
    """The request's JSON; only JSON is taken, so that a page elsewhere cannot post a form here."""
    text = await request.body()
    if not text:
        return {}
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise BadFault("Send JSON with Content-Type: application/json.")
    try:
        return json.loads(text)
    except ValueError as error:
        raise BadFault("The body is not JSON.") from error


async def health(request: Request) -> Response:
    return JSONResponse({"status": "ok", "api_version": of(request).settings.api_version})


async def state(request: Request) -> Response:
    """Counts of everything, and the newest intents, charges and refunds.

    `?payment_intent=pi_...` and `?metadata[key]=value` narrow what is listed and summed.
    """
    sandbox = of(request)
    query = decode(request.url.query)
    wanted, intent = query.get("metadata", {}), query.get("payment_intent")
    answer: dict[str, Any] = {"counts": counts(sandbox)}
    captured: dict[str, int] = {}
    for kind, names in SHOWN.items():
        conditions, values = narrowed(kind, intent, wanted)
        found = sandbox.store.select(kind, conditions, values, limit=LISTED, newest_first=True)
        answer[f"{kind}s"] = [{name: thing[name] for name in names.split()} for thing in found]
        if kind == "charge":
            for charge in found:
                taken = charge["amount_captured"]
                captured[charge["currency"]] = captured.get(charge["currency"], 0) + taken
    answer["captured"] = captured
    return JSONResponse(answer)


def narrowed(kind: str, intent: str | None, wanted: dict[str, str]) -> tuple[list[str], list[Any]]:
    conditions, values = ["account = ''"], []
    if intent:
        conditions.append("id = ?" if kind == "payment_intent" else "payment_intent = ?")
        values.append(intent)
    for key, value in wanted.items():
        conditions.append("json_extract(data, ?) = ?")
        values.extend([f'$.metadata."{key}"', value])
    return conditions, values


def counts(sandbox: Sandbox) -> dict[str, Any]:
    rows = sandbox.store.db.execute(
        "SELECT kind, count(*) FROM objects WHERE account = '' GROUP BY kind"
    )
    found: dict[str, Any] = {f"{kind}s": number for kind, number in rows}
    for name, kind in (
        ("payment_intents_by_status", "payment_intent"),
        ("charges_by_status", "charge"),
    ):
        by_status = sandbox.store.db.execute(
            "SELECT json_extract(data, '$.status'), count(*) FROM objects "
            "WHERE kind = ? AND account = '' GROUP BY 1",
            [kind],
        )
        found[name] = dict(tuple(row) for row in by_status)
    deliveries = sandbox.store.db.execute("SELECT state, count(*) FROM deliveries GROUP BY state")
    found["deliveries"] = dict(tuple(row) for row in deliveries)
    return found


async def reset(request: Request) -> Response:
    """Forget everything: objects, keys, deliveries, jobs and armed faults."""
    sandbox = of(request)
    sandbox.faults.clear()
    sandbox.wallet.clear()
    for account in (sandbox, *request.app.state.accounts.values()):
        account.store.reset()
    return JSONResponse({"reset": True})


async def wallet(request: Request) -> Response:
    """GET says which wallet browsers find, POST changes it: `{"offered": ["googlePay"]}`.

    `number` is that of the card in it; nothing is offered unless it is asked for.
    """
    sandbox = of(request)
    if request.method == "POST":
        try:
            given = await body_of(request)
        except BadFault as error:
            return refused(str(error))
        names = given.get("offered", [])
        if not isinstance(names, list) or set(names) - {"applePay", "googlePay"}:
            return refused("`offered` must be a list of applePay and googlePay.")
        number = str(given.get("number", "4242424242424242"))
        sandbox.wallet = {"offered": names, "number": number}
    return JSONResponse({"offered": [], "number": "", **sandbox.wallet})


async def faults(request: Request) -> Response:
    """GET lists the armed faults, POST arms one or a list of them, DELETE disarms all."""
    sandbox = of(request)
    if request.method == "POST":
        try:
            wanted = await body_of(request)
            batch = wanted if isinstance(wanted, list) else [wanted]
            armed = [sandbox.faults.arm(fault).view() for fault in batch]
        except BadFault as error:
            return refused(str(error))
        return JSONResponse({"armed": armed}, 201)
    if request.method == "DELETE":
        sandbox.faults.clear()
    kinds = {**CALL_KINDS, **WEBHOOK_KINDS}
    return JSONResponse({"armed": [fault.view() for fault in sandbox.faults.armed], "kinds": kinds})


async def webhooks(request: Request) -> Response:
    """GET lists deliveries (newest first); POST changes `url`, `secret` or `connect_secret`."""
    sandbox = of(request)
    if request.method == "POST":
        try:
            given = await body_of(request)
        except BadFault as error:
            return refused(str(error))
        if "url" in given:
            sandbox.settings.webhook_url = given["url"]
        if "secret" in given:
            sandbox.settings.webhook_secret = given["secret"]
        if "connect_secret" in given:
            sandbox.settings.connect_webhook_secret = given["connect_secret"]
        sandbox.background.wake()
    rows = sandbox.store.db.execute(
        "SELECT d.id, d.event, o.type, d.state, d.attempts, d.answer, d.due FROM deliveries d "
        "JOIN objects o ON o.id = d.event ORDER BY d.id DESC LIMIT ?",
        [LISTED],
    )
    return JSONResponse(
        {"url": sandbox.settings.webhook_url, "deliveries": [dict(row) for row in rows]}
    )


async def release(request: Request) -> Response:
    """Send what `webhook_hold` held: in order of creation, `reverse`, or as a list of event ids."""
    sandbox = of(request)
    try:
        order = (await body_of(request)).get("order", "created")
    except BadFault as error:
        return refused(str(error))
    held = sandbox.store.db.execute(
        "SELECT id, event FROM deliveries WHERE state = ? ORDER BY id", [events.HELD]
    ).fetchall()
    chosen = list(reversed(held)) if order == "reverse" else list(held)
    if isinstance(order, list):
        chosen = [row for event in order for row in held if row["event"] == event]
    now = time.time()
    with sandbox.store.transaction():
        for place, row in enumerate(chosen):
            sandbox.store.db.execute(
                "UPDATE deliveries SET state = ?, due = ? WHERE id = ?",
                [events.PENDING, now + place * events.REORDER_GAP, row["id"]],
            )
    sandbox.background.wake()
    return JSONResponse({"released": [row["event"] for row in chosen]})


async def send(request: Request) -> Response:
    """Deliver a stored event again, `copies` times."""
    sandbox = of(request)
    try:
        given = await body_of(request)
    except BadFault as error:
        return refused(str(error))
    event = sandbox.store.find(str(given.get("event")), "event")
    copies = given.get("copies", 1)
    if event is None or not isinstance(copies, int) or copies < 1:
        return refused("`event` must be the id of a stored event and `copies` a positive number.")
    with sandbox.store.transaction():
        sandbox.store.db.executemany(
            "INSERT INTO deliveries (event, state, due) VALUES (?, ?, ?)",
            [(event["id"], events.PENDING, time.time())] * copies,
        )
    sandbox.background.wake()
    return JSONResponse({"sent": event["id"], "copies": copies})


async def three_d_secure(request: Request) -> Response:
    """Answer a 3-D Secure dialogue: `{"outcome": "pass"}` or `{"outcome": "fail"}`.

    The dialogue's page sends the intent's `client_secret`; a test may leave it out.
    """
    sandbox = of(request)
    try:
        given = await body_of(request)
    except BadFault as error:
        return refused(str(error))
    intent = sandbox.store.find(request.path_params["intent"])
    if intent is None or intent["object"] not in ("payment_intent", "setup_intent"):
        return refused("No such intent.", 404)
    if given.get("client_secret", intent["client_secret"]) != intent["client_secret"]:
        return refused("That is not this intent's client secret.", 403)
    if given.get("outcome") not in ("pass", "fail"):
        return refused("`outcome` must be pass or fail.")
    if intent["status"] != "requires_action":
        return JSONResponse({"intent": intent})
    call = Call(store=sandbox.store, settings=sandbox.settings, faults=sandbox.faults)
    call.base_url = str(request.base_url).rstrip("/")
    finish = (
        confirming.finish_authentication
        if intent["object"] == "payment_intent"
        else setup_intents.finish_authentication
    )
    with sandbox.store.transaction():
        intent = finish(call, intent, passed=given["outcome"] == "pass")
    sandbox.background.wake()
    back = sandbox.store.private(intent["id"]).get("return_url")
    return JSONResponse({"intent": intent, "return_url": back})


async def dispute(request: Request) -> Response:
    """Close a dispute: `{"outcome": "won"}` or `{"outcome": "lost"}`, as its bank decides."""
    sandbox = of(request)
    try:
        given = await body_of(request)
    except BadFault as error:
        return refused(str(error))
    found = sandbox.store.find(request.path_params["dispute"], "dispute")
    if found is None:
        return refused("No such dispute.", 404)
    if given.get("outcome") not in ("won", "lost"):
        return refused("`outcome` must be won or lost.")
    if found["status"] in ("won", "lost", "warning_closed"):
        return JSONResponse({"dispute": found})
    call = Call(store=sandbox.store, settings=sandbox.settings, faults=sandbox.faults)
    with sandbox.store.transaction():
        found = disputes.close_as(call, found, given["outcome"])
    sandbox.background.wake()
    return JSONResponse({"dispute": found})
