"""After the storm: until nobody has anything left to do, and then whether everything is as it should be."""

from __future__ import annotations

import json
import time
from collections import Counter
from typing import Any

import httpx
import psycopg2

from tests.faults.storm.load import Load, Told
from tests.faults.storm.site import Site

# What is waited for, by what there is of it.
OPEN = {
    "orders awaiting payment": "SELECT count(*) FROM checkout_order WHERE status = 'awaiting_payment'",
    "payments of unknown outcome": "SELECT count(*) FROM checkout_payment"
    " WHERE next_check_at IS NOT NULL",
    "events of Stripe": "SELECT count(*) FROM checkout_stripeevent WHERE processed_at IS NULL",
    "refunds": "SELECT count(*) FROM checkout_refund WHERE next_attempt_at IS NOT NULL",
    "transfers": "SELECT count(*) FROM checkout_transfer WHERE next_attempt_at IS NOT NULL",
    "reversals": "SELECT count(*) FROM checkout_transferreversal WHERE next_attempt_at IS NOT NULL",
    "orders to open": "SELECT count(*) FROM checkout_order WHERE status = 'paid'"
    " AND fulfilment_opened_at IS NULL",
    "credit notes": "SELECT count(*) FROM checkout_refund"
    " WHERE status = 'succeeded' AND credited_at IS NULL",
    "events without a place": "SELECT count(*) FROM webhooks_event WHERE sequence IS NULL",
    "messages": "SELECT count(*) FROM webhooks_delivery WHERE status = 'pending'",
    "mails": "SELECT count(*) FROM accounts_outgoingmail WHERE sent_at IS NULL"
    " AND next_attempt_at IS NOT NULL",
}
# What waits for its next try, for minutes and more, gets it at once: as if that time had passed. Not what
# waits for an answer that may still come.
HURRY = """
UPDATE checkout_stripeevent SET next_attempt_at = now() - interval '1 hour' WHERE processed_at IS NULL;
UPDATE checkout_payment SET next_check_at = now() - interval '1 hour' WHERE next_check_at IS NOT NULL;
UPDATE checkout_refund SET next_attempt_at = now() - interval '1 hour'
    WHERE next_attempt_at IS NOT NULL;
UPDATE checkout_transfer SET next_attempt_at = now() - interval '1 hour'
    WHERE next_attempt_at IS NOT NULL AND attempted_at < now() - interval '45 seconds';
UPDATE checkout_transferreversal SET next_attempt_at = now() - interval '1 hour'
    WHERE next_attempt_at IS NOT NULL AND attempted_at < now() - interval '45 seconds';
UPDATE checkout_order SET reserved_until = now() - interval '1 hour' WHERE status = 'awaiting_payment';
UPDATE webhooks_delivery SET next_attempt_at = now() - interval '1 hour' WHERE status = 'pending';
UPDATE accounts_outgoingmail SET next_attempt_at = now() - interval '1 hour'
    WHERE next_attempt_at IS NOT NULL AND sent_at IS NULL;
UPDATE partners_storedanswer SET leased_until = now() - interval '1 hour' WHERE status IS NULL;
"""
HANDED = """
SELECT p.public_id::text FROM fulfilment_shipment s
JOIN fulfilment_fulfilmentorder p ON p.id = s.fulfilment_order_id
"""
SETTLE_SECONDS = 240.0
# So long nothing is hurried: calls of Stripe that are under way, and their repeats, come to their end.
PATIENCE, EVERY = 35.0, 10.0


def settle(site: Site, load: Load) -> tuple[float, list[str]]:
    """Let people finish what they began, and workers all that is due. Seconds, and what is left."""
    began = time.monotonic()
    load.pause()
    hurried = began
    left: dict[str, int] = {}
    while time.monotonic() - began < SETTLE_SECONDS:
        left = _left(site, load)
        if not left:
            return time.monotonic() - began, []
        if time.monotonic() - began > PATIENCE and time.monotonic() - hurried > EVERY:
            hurried = time.monotonic()
            try:
                site.rows(HURRY)
            except psycopg2.Error as error:
                print(f"    could not hurry: {error}".strip())
        time.sleep(0.5)
    said = ", ".join(f"{count} {name}" for name, count in left.items())
    return time.monotonic() - began, [f"not settled after {SETTLE_SECONDS:.0f} seconds: {said}"]


def _left(site: Site, load: Load) -> dict[str, int]:
    left = {"people who wait for an answer": len(load.busy)} if load.busy else {}
    try:
        [counts] = site.rows("SELECT " + ", ".join(f"({sql})" for sql in OPEN.values()))
    except psycopg2.Error:
        return {**left, "answers of the database": 1}
    left |= {name: count for name, count in zip(OPEN, counts, strict=True) if count}
    state = httpx.get(f"{site.stack.sandbox_url}/_sandbox/state", timeout=20).json()["counts"]
    if waiting := state["deliveries"].get("pending", 0) + state["deliveries"].get("held", 0):
        left["webhooks of Stripe"] = waiting
    if thinking := state.get("payment_intents_by_status", {}).get("processing", 0):
        left["banks that think"] = thinking
    return left


def audit(site: Site) -> list[str]:
    """What `manage.py audit` finds; all that there is, also what a clock ahead has dated to come."""
    words = ("audit", "--json", "--strict", "--settled-for=-3600", "--except", "charge_is_ours")
    done = site.manage(*words)
    try:
        told: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return [f"the audit broke off: {done.stderr[-800:]}"]
    found = [
        f"{check['name']}: {each['what']}" for check in told["checks"] for each in check["findings"]
    ]
    return found + [
        f"{check['name']}: {check['error']}" for check in told["checks"] if check["error"]
    ]


def promises(site: Site, told: Told) -> list[str]:
    """What people were told, and is not so; and webhooks that the receiver has never seen."""
    found = []
    for title, names, sql in (
        ("paid", told.paid, "SELECT idempotency_key FROM checkout_order WHERE paid_at IS NOT NULL"),
        ("bought", told.purchased, "SELECT public_id::text FROM checkout_order"),
        ("sent", told.sent, "SELECT public_id::text FROM fulfilment_shipment"),
        ("refunded", told.refunded, "SELECT public_id::text FROM checkout_refund"),
        (
            "cancelled",
            told.cancelled,
            "SELECT public_id::text FROM checkout_order WHERE status = 'cancelled'",
        ),
        (
            "handed over",
            told.handed,
            HANDED,
        ),
        ("counted", told.counted, "SELECT reference FROM catalogue_stockmovement"),
    ):
        there = Counter(str(row[0]) for row in site.rows(sql))
        found += [f"told that it is {title}, and it is not: {each}" for each in names - set(there)]
        if title == "counted":
            found += [
                f"counted {times} times: {each}"
                for each, times in there.items()
                if each.startswith("DN-") and times > 1
            ]
    return found + _heard(site)


def _heard(site: Site) -> list[str]:
    found = []
    rows = site.rows("SELECT url, last_sequence FROM webhooks_endpoint ORDER BY id")
    for url, last in rows:
        path = "/" + url.split("/", 3)[3]
        came = {sequence for _id, sequence in site.receiver.came.get(path, [])}
        missing = sorted(set(range(1, last + 1)) - came)
        if missing:
            found.append(f"{path} has not heard {len(missing)} of {last} messages: {missing[:5]}")
    return found
