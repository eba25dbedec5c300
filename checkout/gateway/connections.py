"""How the Stripe library reaches Stripe: kept-open connections at a small price.

The library's default goes through `requests`, which costs three times as much CPU a call.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, ClassVar

import stripe
import urllib3
from opentelemetry.trace import SpanKind

from shopping.monitoring import metrics, traces

Answer = tuple[str, int, Mapping[str, str]]
# By the first digit of a status; what is of no other kind was refused.
OUTCOMES = {2: "answered", 5: "failed"}


class Connections(stripe.HTTPClient):
    """A pool of connections that all threads of a process share; each has its time-outs.

    Repeats are the library's to make, under the idempotency key, so there are none in here.
    """

    name: ClassVar[str] = "urllib3"

    def __init__(self, *, connect_seconds: float, read_seconds: float) -> None:
        super().__init__()
        self._pool = urllib3.PoolManager(
            maxsize=32,
            retries=False,
            timeout=urllib3.Timeout(connect=connect_seconds, read=read_seconds),
        )

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        **_options: Any,
    ) -> Answer:
        """One call. Raises stripe.APIConnectionError, which the library may follow by another."""
        began, outcome = time.perf_counter(), "broken"
        with traces.span(f"Stripe {method.upper()}", kind=SpanKind.CLIENT) as span:
            try:
                answer = self._call(method, url, headers, post_data)
                outcome = OUTCOMES.get(answer[1] // 100, "refused")
                span.set_attribute("http.response.status_code", answer[1])
            finally:
                metrics.STRIPE_CALLS.labels(outcome).inc()
                metrics.STRIPE_SECONDS.observe(time.perf_counter() - began)
        return answer

    def _call(self, method: str, url: str, headers: Mapping[str, str] | None, body: Any) -> Answer:
        try:
            answer = self._pool.urlopen(
                method.upper(), url, body=body, headers=headers, redirect=False
            )
        except urllib3.exceptions.SSLError as error:
            raise stripe.APIConnectionError(str(error), should_retry=False) from error
        except urllib3.exceptions.HTTPError as error:
            raise stripe.APIConnectionError(str(error), should_retry=True) from error
        return answer.data.decode(), answer.status, answer.headers

    def close(self) -> None:
        self._pool.clear()
