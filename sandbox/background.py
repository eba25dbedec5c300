"""What happens without a request: webhooks go out (and again until they arrive), jobs come due."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import time
from collections.abc import Callable
from typing import Any

import httpcore

from sandbox import charges, confirming, disputes, payment_methods, refunds
from sandbox.calls import Call, Settings
from sandbox.faults import Faults
from sandbox.store import Store

log = logging.getLogger("sandbox")

FIRST_RETRY = 0.5  # seconds, doubled with each attempt
LONGEST_RETRY = 15.0
MOST_ATTEMPTS = 500
AT_ONCE = 8
TIMEOUTS = {"connect": 5.0, "read": 20.0, "write": 5.0, "pool": 60.0}
IDLE = 5.0  # seconds between looks where nothing is due


def settle_charge(call: Call, thing: dict[str, Any]) -> None:
    charges.settle(call, thing)


def open_dispute(call: Call, thing: dict[str, Any]) -> None:
    method = call.store.get(thing["payment_method"])
    charges.open_dispute(call, thing, payment_methods.card_of(call, method))


JOBS: dict[str, Callable[[Call, dict[str, Any]], None]] = {
    "settle_charge": settle_charge,
    "open_dispute": open_dispute,
    "decide_dispute": disputes.decide,
    "reference_refund": refunds.reference,
    "finish_processing": confirming.finish_processing,
}


class Background:
    """The loop that runs beside the requests; `wake` has it look at once."""

    def __init__(self, store: Store, settings: Settings, faults: Faults) -> None:
        self.store = store
        self.settings = settings
        self.faults = faults
        self.pool = httpcore.AsyncConnectionPool(
            max_connections=AT_ONCE, keepalive_expiry=3.0, retries=0
        )
        self.woken = asyncio.Event()
        self.flying: dict[int, asyncio.Task[None]] = {}

    def wake(self) -> None:
        self.woken.set()

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            self.woken.clear()
            try:
                self.run_jobs()
                self.send_due()
                pause = self.until_next()
            except Exception:
                log.exception("The background loop stumbled")
                pause = 1.0
            try:
                await asyncio.wait_for(self.woken.wait(), pause)
            except TimeoutError:
                continue

    async def close(self) -> None:
        for task in list(self.flying.values()):
            task.cancel()
        await self.pool.aclose()

    def run_jobs(self) -> None:
        due = self.store.db.execute(
            "SELECT * FROM jobs WHERE due <= ? ORDER BY due, id LIMIT 50", [time.time()]
        ).fetchall()
        for job in due:
            with self.store.transaction():
                self.store.db.execute("DELETE FROM jobs WHERE id = ?", [job["id"]])
                call = Call(store=self.store, settings=self.settings, faults=self.faults)
                call.base_url = self.settings.base_url
                thing = self.store.find(job["subject"])
                if thing is not None:
                    JOBS[job["kind"]](call, thing)

    def send_due(self) -> None:
        room = AT_ONCE - len(self.flying)
        if room <= 0 or not self.settings.webhook_url:
            return
        due = self.store.db.execute(
            "SELECT id, event, attempts FROM deliveries WHERE state = 'pending' AND due <= ? "
            "ORDER BY due, id LIMIT ?",
            [time.time(), AT_ONCE * 2],
        ).fetchall()
        for row in due:
            if row["id"] in self.flying or len(self.flying) >= AT_ONCE:
                continue
            task = asyncio.create_task(self.deliver(row["id"], row["event"], row["attempts"]))
            self.flying[row["id"]] = task

    def until_next(self) -> float:
        soonest = self.store.db.execute(
            "SELECT min(due) FROM (SELECT min(due) AS due FROM jobs "
            "UNION ALL SELECT min(due) FROM deliveries WHERE state = 'pending')"
        ).fetchone()[0]
        if soonest is None:
            return IDLE
        lag = float(soonest) - time.time()
        return IDLE if lag <= 0 and self.flying else min(max(lag, 0.01), IDLE)

    async def deliver(self, delivery: int, event_id: str, attempts: int) -> None:
        """Post one event; a 2xx ends it, anything else puts it off."""
        try:
            event = self.store.find(event_id)
            if event is None:
                return
            answer = await self.post(event)
            self.record(delivery, event_id, attempts + 1, answer)
        finally:
            self.flying.pop(delivery, None)
            self.wake()

    async def post(self, event: dict[str, Any]) -> str:
        """The receiver's status, or what kept it from answering."""
        body = json.dumps(event, indent=2, ensure_ascii=False).encode()
        own = self.settings.webhook_secret
        secret = (self.settings.connect_webhook_secret or own) if "account" in event else own
        headers: dict[bytes | str, bytes | str] = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": sign(body, secret),
            "Accept": "*/*",
        }
        try:
            response = await self.pool.request(
                "POST",
                self.settings.webhook_url or "",
                headers=headers,
                content=body,
                extensions={"timeout": TIMEOUTS},
            )
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            return type(error).__name__
        return str(response.status)

    def record(self, delivery: int, event_id: str, attempts: int, answer: str) -> None:
        arrived = len(answer) == 3 and answer.startswith("2")
        state = "delivered" if arrived else "given_up" if attempts >= MOST_ATTEMPTS else "pending"
        due = time.time() + min(FIRST_RETRY * 2 ** min(attempts - 1, 10), LONGEST_RETRY)
        with self.store.transaction():
            self.store.db.execute(
                "UPDATE deliveries SET state = ?, attempts = ?, answer = ?, due = ? WHERE id = ?",
                [state, attempts, answer, due, delivery],
            )
            event = self.store.find(event_id)
            if arrived and event is not None and event["pending_webhooks"]:
                event["pending_webhooks"] = 0
                self.store.save(event)


def sign(body: bytes, secret: str, *, at: int | None = None) -> str:
    """The `Stripe-Signature` header. https://docs.stripe.com/webhooks#verify-manually"""
    timestamp = int(time.time()) if at is None else at
    payload = str(timestamp).encode() + b"." + body
    signature = hmac.new(secret.encode(), payload, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={signature}"
