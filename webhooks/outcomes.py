"""Writes down what came of attempts: many at once, and what it means for their endpoints."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from webhooks import endpoints, schedule
from webhooks.models import Delivery, Endpoint
from webhooks.transport import Answer

# A failure speaks only while the attempt's lease is the delivery's own: not where a later attempt
# was made meanwhile, nor where somebody sent it again or gave it up. What was taken was taken, also
# where it was given up meanwhile. Rows are locked in key order, as by all who lock several.
WRITE = """
WITH said AS (
    SELECT * FROM unnest(
        %(ids)s::bigint[], %(leases)s::timestamptz[], %(statuses)s::text[], %(waits)s::interval[],
        %(codes)s::int[], %(answers)s::text[]
    ) AS said (id, lease, status, wait, code, answer)
), locked AS (
    SELECT delivery.id FROM webhooks_delivery AS delivery JOIN said USING (id)
    WHERE delivery.next_attempt_at = said.lease
        OR (said.status = 'delivered' AND delivery.next_attempt_at IS NULL)
    ORDER BY delivery.id FOR NO KEY UPDATE OF delivery
)
UPDATE webhooks_delivery AS delivery
SET status = said.status, next_attempt_at = now() + said.wait, last_status_code = said.code,
    last_answer = said.answer,
    delivered_at = CASE WHEN said.status = 'delivered' THEN now() ELSE delivered_at END
FROM said JOIN locked USING (id) WHERE delivery.id = said.id
"""
LOG = """
INSERT INTO webhooks_attempt (delivery_id, started_at, milliseconds, headers, status_code, answer)
SELECT said.* FROM unnest(
    %(ids)s::bigint[], %(times)s::timestamptz[], %(milliseconds)s::int[], %(headers)s::jsonb[],
    %(codes)s::int[], %(answers)s::text[]
) AS said (id, started_at, milliseconds, headers, code, answer)
WHERE EXISTS (SELECT FROM webhooks_delivery WHERE webhooks_delivery.id = said.id)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One attempt: of which claimed delivery, when, with which headers, and the answer."""

    delivery: Delivery
    started_at: datetime
    milliseconds: int
    headers: dict[str, str]
    answer: Answer


def record(outcomes: Sequence[Outcome]) -> None:
    """Write the attempts' log and the deliveries' new state in one transaction, then the endpoints'.

    A courier that dies before the commit leaves the deliveries leased: they are tried again. One
    that dies after it, before the endpoints were looked at, leaves that to the next failure.
    """
    if not outcomes:
        return
    ordered = sorted(outcomes, key=lambda outcome: outcome.delivery.pk)
    waits = [_wait(each) for each in ordered]
    values: dict[str, Any] = {
        "ids": [each.delivery.pk for each in ordered],
        "leases": [each.delivery.next_attempt_at for each in ordered],
        "statuses": [_status(*pair) for pair in zip(ordered, waits, strict=True)],
        "waits": waits,
        "codes": [each.answer.status_code for each in ordered],
        "answers": [each.answer.text for each in ordered],
        "times": [each.started_at for each in ordered],
        "milliseconds": [each.milliseconds for each in ordered],
        "headers": [json.dumps(each.headers) for each in ordered],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(WRITE, values)
        cursor.execute(LOG, values)
    for endpoint in {
        each.delivery.endpoint_id: each.delivery.endpoint for each in ordered
    }.values():
        _judge(endpoint, [o.answer for o in ordered if o.delivery.endpoint_id == endpoint.pk])


def _wait(outcome: Outcome) -> timedelta | None:
    if outcome.answer.accepted:
        return None
    backoff = schedule.SOONER if outcome.delivery.endpoint.form else schedule.BACKOFF
    return schedule.wait(outcome.delivery.attempts, outcome.answer, backoff=backoff)


def _status(outcome: Outcome, wait: timedelta | None) -> str:
    if outcome.answer.accepted:
        return Delivery.Status.DELIVERED
    return Delivery.Status.FAILED if wait is None else Delivery.Status.PENDING


def _judge(endpoint: Endpoint, answers: Sequence[Answer]) -> None:
    """Note since when an endpoint takes nothing, and switch it off where it said so or for days.

    `endpoint` is as it was read with the claim, so that what is known already costs no statement.
    """
    rows = Endpoint.objects.filter(pk=endpoint.pk)
    if any(answer.gone for answer in answers):
        endpoints.switch_off(endpoint.pk, reason=Endpoint.OffReason.GONE)
    elif any(answer.accepted for answer in answers):
        if endpoint.failing_since is not None:
            rows.update(failing_since=None)
    elif endpoint.failing_since is None:
        rows.filter(failing_since=None).update(failing_since=Now())
    elif endpoint.failing_since < timezone.now() - endpoints.FAILING_FOR:
        endpoints.switch_off(endpoint.pk, reason=Endpoint.OffReason.FAILING)
