"""Tracking numbers as they are compared: carriers, clerks and printers space them as they like."""

from __future__ import annotations

import re

from shopping import rows

# One of PostgreSQL's advisory locks a number; this tells them from those of others.
NUMBERS = 26_011
HOLD = "SELECT pg_advisory_xact_lock(%s, hashtext(%s::text))"


def tracking_code(number: str) -> str:
    """`number` in capitals, and letters and digits alone."""
    return re.sub(r"[\W_]+", "", number).upper()


def hold(merchant_id: int, code: str) -> None:
    """Until the transaction ends, nobody else matches this number of the merchant's.

    Else a report that comes while its parcel is written would find none, and the parcel would not
    find the report. Taken before any other lock.
    """
    if code:
        rows.run(HOLD, [NUMBERS, f"{merchant_id}:{code}"])
