"""Webhooks: how many a second a quick subscriber gets, and what others notice of a slow one.

Deliveries are written as the fan-out writes them, and due in one moment; the courier finds them by
itself. The receivers run in this process, so their CPU is not counted.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time

from benchmarks.receivers import Receivers
from benchmarks.results import Results
from benchmarks.shop import Shop
from stack.environment import ROOT
from stack.waiting import wait_until

MESSAGES = 2_000
# Under way together, of the bare POSTs as of the courier's (`webhooks.lines.MOST`).
AT_ONCE = 32
# One message every so many seconds to each of these, while a slow one has a backlog.
OTHERS, TICKS, EVERY = 10, 30, 0.1
BACKLOG = 200

ENDPOINT = """
INSERT INTO webhooks_endpoint (public_id, url, secret, previous_secret, types, active, created_at)
VALUES (gen_random_uuid(), '{url}', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=', '', '{{}}',
        false, now())
RETURNING id
"""
# Inactive until its messages are there, so that nothing else of the shop's goes to it.
DELIVER = """
WITH last AS (
    SELECT coalesce(max(sequence), 0) AS sequence FROM webhooks_event
), numbered AS (
    INSERT INTO webhooks_event (public_id, type, subject, payload, sequence, created_at)
    SELECT gen_random_uuid(), 'order.paid', n::text,
        jsonb_build_object('total', 3790, 'lines', jsonb_build_array(repeat('Corniche ', 100))),
        last.sequence + n, now()
    FROM last, generate_series(1, {count}) AS n
    RETURNING id, sequence
)
INSERT INTO webhooks_delivery (event_id, endpoint_id, sequence, status, attempts, next_attempt_at,
    last_answer, created_at)
SELECT numbered.id, endpoint, row_number() OVER (PARTITION BY endpoint ORDER BY numbered.id) + (
        SELECT coalesce(max(sequence), 0) FROM webhooks_delivery WHERE endpoint_id = endpoint
    ), 'pending', 0, now(), '', now()
FROM numbered, unnest(ARRAY{endpoints}) AS endpoint
"""


class Subscribers:
    """The receivers, and the endpoints that point at them."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.receivers = Receivers()
        self.receivers.start()
        self._endpoints: dict[str, int] = {}

    def endpoint(self, path: str) -> int:
        """The id of the endpoint at `path`, made when it is first asked for."""
        if path not in self._endpoints:
            url = self.receivers.url(path)
            [(found,)] = self.shop.execute(ENDPOINT.format(url=url))
            self._endpoints[path] = int(str(found))
        return self._endpoints[path]

    def deliver(self, *paths: str, count: int) -> float:
        """Have `count` messages due now to each of `paths`; returns when, in seconds since 1970."""
        endpoints = [self.endpoint(path) for path in paths]
        self._switch(endpoints, on=True)
        self.shop.execute(DELIVER.format(count=count, endpoints=endpoints))
        return time.time()

    def quiet(self) -> None:
        """Give up what still waits, and end the endpoints' part."""
        self._switch(list(self._endpoints.values()), on=False)
        self.shop.execute(
            "UPDATE webhooks_delivery SET status = 'failed', next_attempt_at = NULL"
            " WHERE status = 'pending'"
        )

    def _switch(self, endpoints: list[int], *, on: bool) -> None:
        self.shop.execute(
            f"UPDATE webhooks_endpoint SET active = {on} WHERE id = ANY(ARRAY{endpoints})"
        )


def one_round(subscribers: Subscribers, results: Results) -> None:
    """A full line to one quick subscriber; then ten others, without and beside a slow one."""
    _bare(subscribers, results)
    _quick(subscribers, results)
    _delay(subscribers, results, name="webhooks.delay.alone", slow=False)
    _delay(subscribers, results, name="webhooks.delay.beside_slow", slow=True)


def _bare(subscribers: Subscribers, results: Results) -> None:
    url = subscribers.receivers.url("/fast/bare")
    words = [sys.executable, "-m", "benchmarks.bare_posts", url, str(MESSAGES), str(AT_ONCE)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)
    results.add(
        "webhooks.bare",
        value=MESSAGES / said["seconds"],
        cpu_ms=1000 * said["cpu_seconds"] / MESSAGES,
        unit="messages/s",
    )


def _quick(subscribers: Subscribers, results: Results) -> None:
    receivers, path = subscribers.receivers, "/fast/quick"
    before = receivers.count(path)
    used = subscribers.shop.cpu_seconds("courier")
    begun = subscribers.deliver(path, count=MESSAGES)
    wait_until(
        lambda: receivers.count(path) >= before + MESSAGES,
        seconds=120,
        otherwise="The quick subscriber did not get its messages.",
    )
    took = receivers.arrived[path][-1][1] - begun
    _written(subscribers.shop)
    used = subscribers.shop.cpu_seconds("courier") - used
    results.add(
        "webhooks.quick",
        value=MESSAGES / took,
        cpu_ms=1000 * used / MESSAGES,
        unit="messages/s",
        reference="webhooks.bare",
    )
    subscribers.quiet()


def _written(shop: Shop) -> None:
    wait_until(
        lambda: (
            not shop.execute("SELECT 1 FROM webhooks_delivery WHERE status = 'pending' LIMIT 1")
        ),
        seconds=30,
        otherwise="What was delivered was not written down.",
    )


def _delay(subscribers: Subscribers, results: Results, *, name: str, slow: bool) -> None:
    """Milliseconds from due to arrived at ten quick subscribers, the median and the worst of 300."""
    receivers = subscribers.receivers
    paths = [f"/fast/{number}" for number in range(OTHERS)]
    if slow:
        subscribers.deliver("/slow/ten-seconds", count=BACKLOG)
        wait_until(
            lambda: receivers.count("/slow/ten-seconds") > 0,
            seconds=30,
            otherwise="The slow subscriber was not tried.",
        )
    used = subscribers.shop.cpu_seconds("courier")
    delays: list[float] = []
    for _ in range(TICKS):
        before = [receivers.count(path) for path in paths]
        begun = subscribers.deliver(*paths, count=1)
        time.sleep(EVERY)
        wait_until(
            lambda before=before: all(  # type: ignore[misc]
                receivers.count(path) > count for path, count in zip(paths, before, strict=True)
            ),
            seconds=60,
            otherwise="A subscriber waits for another.",
        )
        delays += [1000 * (receivers.arrived[path][-1][1] - begun) for path in paths]
    used = subscribers.shop.cpu_seconds("courier") - used
    cpu_ms = 1000 * used / len(delays)
    beside = ("webhooks.delay.alone", "webhooks.delay.worst.alone") if slow else (None, None)
    worst = name.replace("delay.", "delay.worst.")
    results.add(
        name, value=statistics.median(delays), cpu_ms=cpu_ms, unit="ms", reference=beside[0]
    )
    results.add(worst, value=max(delays), cpu_ms=cpu_ms, unit="ms", reference=beside[1])
    subscribers.quiet()
