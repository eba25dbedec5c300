"""How the Stripe library reaches Stripe: kept-open connections at a small price.

The library's default goes through `requests`, which costs three times as much CPU a call.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import stripe
import urllib3

Answer = tuple[str, int, Mapping[str, str]]


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
        try:
            answer = self._pool.urlopen(
                method.upper(), url, body=post_data, headers=headers, redirect=False
            )
        except urllib3.exceptions.SSLError as error:
            raise stripe.APIConnectionError(str(error), should_retry=False) from error
        except urllib3.exceptions.HTTPError as error:
            raise stripe.APIConnectionError(str(error), should_retry=True) from error
        return answer.data.decode(), answer.status, answer.headers

    def close(self) -> None:
        self._pool.clear()
