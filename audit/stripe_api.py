"""Reads Stripe's lists by its HTTP API, page by page. It writes nothing, and knows no app's gateway.

https://docs.stripe.com/api/pagination
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

API_VERSION = "2026-10-28.endive"
PAGE = 100
TRIES = 6
ANSWER_SECONDS = 30.0
# Waits double from here on, in seconds; Stripe limits how often an account may ask.
FIRST_WAIT = 0.5
# No page needs a line in the log.
logging.getLogger("httpx").setLevel(logging.WARNING)
PASSING = frozenset({409, 429, 500, 502, 503, 504})


class Unreadable(Exception):
    """Stripe did not answer, or refused to; the message says which list, and why."""


class StripeApi:
    """Stripe at `base`, read with a `key`, which may be a restricted one that may only read."""

    def __init__(self, base: str, key: str) -> None:
        headers = {"Stripe-Version": API_VERSION}
        self.http = httpx.Client(
            base_url=base, auth=(key, ""), headers=headers, timeout=ANSWER_SECONDS
        )

    def each(self, path: str, **asked: Any) -> Iterator[dict[str, Any]]:
        """Every object of a list, newest first, one page in memory at a time. Raises Unreadable."""
        after: dict[str, str] = {}
        while True:
            page = self.one(path, {**asked, "limit": PAGE, **after})
            yield from page["data"]
            if not page["has_more"]:
                return
            after = {"starting_after": page["data"][-1]["id"]}

    def one(self, path: str, asked: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """One answer, asked for again where Stripe is busy or away. Raises Unreadable."""
        why = ""
        for number in range(TRIES):
            if number:
                time.sleep(FIRST_WAIT * 2 ** (number - 1))
            try:
                answer = self.http.get(path, params=dict(asked or {}))
                if answer.status_code == httpx.codes.OK:
                    found: dict[str, Any] = answer.json()
                    return found
            except (httpx.TransportError, ValueError) as error:
                why = repr(error)
                continue
            why = f"{answer.status_code} {answer.text[:300]}"
            if answer.status_code not in PASSING:
                break
        raise Unreadable(f"{path}: {why}")

    def close(self) -> None:
        self.http.close()
