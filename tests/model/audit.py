"""What must hold between the shop's tables and Stripe's objects, whatever has happened.

Each promise is a sentence and the SQL that finds what breaks it; no row is good. Nothing here calls
the code that it judges: it reads tables, and Stripe's objects as Stripe (the stand-in) tells them.
What holds after every step stands in `always`, and what once nobody has anything left to do in
`settled`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import connection

# Stripe's objects as tables, and what came in for goods and is owed to a merchant as one.
STRIPE = """
WITH intent AS (
    SELECT id, status, metadata->>'payment' AS payment
    FROM jsonb_to_recordset($1) AS x (id text, status text, metadata jsonb)
), charge AS (
    SELECT id, payment_intent, amount_captured AS took, amount_refunded AS gave, disputed,
           upper(currency) AS currency, metadata->>'payment' AS payment
    FROM jsonb_to_recordset($2) AS x (
        id text, payment_intent text, amount_captured bigint, amount_refunded bigint,
        disputed boolean, currency text, status text, metadata jsonb)
    WHERE status = 'succeeded'
), given AS (
    SELECT id, payment_intent, amount, status, metadata->>'refund' AS refund
    FROM jsonb_to_recordset($3) AS x (
        id text, payment_intent text, amount bigint, status text, metadata jsonb)
), moved AS (
    SELECT payment_intent, (movement->>'amount')::bigint - (movement->>'fee')::bigint AS amount
    FROM jsonb_to_recordset($4) AS x (payment_intent text, balance_transactions jsonb),
         jsonb_array_elements(balance_transactions) movement
), sent AS (
    SELECT id, amount, amount_reversed, destination, metadata->>'transfer' AS transfer
    FROM jsonb_to_recordset($5) AS x (
        id text, amount bigint, amount_reversed bigint, destination text, metadata jsonb)
), paid_part AS (
    SELECT order_id, merchant_id, total - discount AS goods,
           total - discount + CASE WHEN tax_is_included THEN 0 ELSE tax END AS amount
    FROM checkout_orderline
    UNION ALL
    SELECT order_id, merchant_id, 0,
           amount - discount + CASE WHEN tax_is_included THEN 0 ELSE tax END
    FROM checkout_orderdelivery
), entry AS (
    SELECT e.*, t.kind, t.reference, t.order_id FROM checkout_ledgerentry e
    JOIN checkout_ledgertransaction t ON t.id = e.transaction_id
), live AS (
    SELECT * FROM checkout_refund WHERE status <> 'failed'
), undecided AS (
    SELECT p.order_id FROM checkout_dispute d JOIN checkout_payment p ON p.id = d.payment_id
    WHERE d.status IN ('needs_response', 'under_review')
)
"""


def broken(promises: Mapping[str, str], stripe: Mapping[str, list[dict[str, Any]]]) -> list[str]:
    """What of `promises` does not hold, with the rows that show it.

    `stripe` has the lists payment_intents, charges, refunds, disputes and transfers, as Stripe tells
    them.
    """
    each = [
        f"SELECT {number}, to_jsonb(found)::text FROM ({sql}) found"
        for number, sql in enumerate(promises.values())
    ]
    values = [json.dumps(stripe.get(name, [])) for name in LISTS]
    with connection.cursor() as cursor:
        name = _prepared(cursor, STRIPE + " UNION ALL ".join(each))
        cursor.execute(f"EXECUTE {name} (%s, %s, %s, %s, %s)", values)
        rows = cursor.fetchall()
    return [f"NOT TRUE: {list(promises)[number]}: {row}" for number, row in rows]


def _prepared(cursor: Any, sql: str) -> str:
    """The name of `sql` in this connection, which plans it once: that is most of its work."""
    name = f"audit_{hashlib.sha256(sql.encode()).hexdigest()[:16]}"
    cursor.execute("SELECT FROM pg_prepared_statements WHERE name = %s", [name])
    if not cursor.fetchall():
        cursor.execute("SET plan_cache_mode = force_generic_plan")
        cursor.execute(f"PREPARE {name} (jsonb, jsonb, jsonb, jsonb, jsonb) AS {sql}")
    return name


LISTS = ("payment_intents", "charges", "refunds", "disputes", "transfers")
