"""As many POSTs as wanted to one address, and nothing else: what the courier is measured beside.

    python -m benchmarks.bare_posts URL COUNT AT_ONCE

Prints seconds and CPU seconds. No database, no signature, no log, no look at addresses.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time

import httpcore

BODY = b'{"type":"order.paid","data":{"lines":["' + b"Corniche " * 100 + b'"]}}'


async def post(url: str, *, count: int, at_once: int) -> float:
    """Seconds for `count` POSTs, `at_once` under way together."""
    left = iter(range(count))
    async with httpcore.AsyncConnectionPool(max_connections=at_once) as pool:

        async def one_after_another() -> None:
            for number in left:
                headers = [(b"webhook-id", b"%d" % number), (b"Content-Type", b"application/json")]
                answer = await pool.request("POST", url, headers=headers, content=BODY)
                if answer.status != 204:
                    raise RuntimeError(f"the receiver answered {answer.status}")

        start = time.monotonic()
        await asyncio.gather(*(one_after_another() for _ in range(at_once)))
        return time.monotonic() - start


if __name__ == "__main__":
    _, where, many, together = sys.argv
    took = asyncio.run(post(where, count=int(many), at_once=int(together)))
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"seconds": took, "cpu_seconds": used.ru_utime + used.ru_stime}))
